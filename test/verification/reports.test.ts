/** What a report keeps, what stays resolved, how it reads, and when it is due. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fingerprint } from '#domain/fingerprint.ts'
import { localDay } from '#domain/people/presence.ts'
import { minutes } from '#domain/time.ts'
import { dueDate } from '#domain/verification/due.ts'
import { contentOf, withResolution } from '#domain/verification/report.ts'
import { usualSettings, type VerificationRoutine } from '#domain/verification/settings.ts'
import { digestOf, textOf } from '#domain/verification/text.ts'
import { type Finding, mostFindings, severityOrder, verificationSchema } from '#domain/verification/verification.ts'
import { localTime } from '#domain/zone.ts'
import { documentOf } from '../adapters/documents.ts'
import { workspaceId } from '../api/laboratory.ts'

const finding = (cause: number): Finding => ({
  code: 'urgent-order',
  severity: severityOrder[cause % 3] ?? 'info',
  message: `"Order ${cause}" is due soon, and has no slot. ${'It is said at length. '.repeat(15)}`.slice(0, 400),
  about: Array.from({ length: 5 }, (_, index) => `ord_${String(cause).padStart(20, '0')}${index}`),
  date: '2026-11-23',
  fingerprint: fingerprint([cause]),
  status: 'open',
})
const sorted = (causes: readonly number[]): Finding[] =>
  causes.map(finding).toSorted((a, b) => severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity))
const resolution = { by: 'kim', at: '2026-11-23T06:30:00.000Z', note: 'Called them' }
const report = documentOf('verification', workspaceId, '2026-11-23')

test('ten thousand findings are bounded, the worst are kept, and the rest is counted', () => {
  const content = contentOf(sorted(Array.from({ length: 10_000 }, (_, cause) => cause)), undefined, report.id)
  expect(content.findings).toHaveLength(mostFindings)
  expect(content.findings.every(({ severity }) => severity === 'critical')).toBe(true)
  expect(content.counts).toEqual({ critical: 3_334, warning: 3_333, info: 3_333 })
  expect(content.more).toBe(10_000 - mostFindings)
  const whole = { ...report, ...content }
  expect(verificationSchema.safeParse(whole).success).toBe(true)
  // An item of the table takes 400 KB, also where nothing of it could be deflated.
  expect(JSON.stringify(whole).length).toBeLessThan(400_000)
  expect(textOf(whole)).toContain(`And ${10_000 - mostFindings} more`)
  expect(digestOf(whole).length).toBeLessThanOrEqual(1_000)
})

test('day after day, what was resolved stays so exactly as long as it is found without a break', () => {
  const days = fc.array(
    fc.record({ causes: fc.uniqueArray(fc.nat(11)), resolves: fc.array(fc.nat(11), { maxLength: 4 }) }),
    { minLength: 2, maxLength: 8 },
  )
  fc.assert(
    fc.property(days, (all) => {
      let before: typeof report | undefined
      let resolved = new Set<number>()
      for (const [index, { causes, resolves }] of all.entries()) {
        const id = `ver_2026-12-${String(index + 1).padStart(2, '0')}` as const
        let today = { ...report, id, ...contentOf(sorted(causes), before, id) }
        resolved = new Set([...resolved].filter((cause) => causes.includes(cause)))
        const told = today.findings.filter(({ status }) => status === 'resolved')
        expect(told.map((one) => one.fingerprint).toSorted()).toEqual(
          [...resolved].map((one) => fingerprint([one])).toSorted(),
        )
        expect(told.every((one) => one.resolution?.before === true)).toBe(true)
        for (const cause of resolves) {
          const after = withResolution(today, fingerprint([cause]), resolution)
          expect(after !== undefined).toBe(causes.includes(cause))
          if (!after) continue
          resolved.add(cause)
          today = after
        }
        const { critical, warning, info } = today.counts
        expect(critical + warning + info + today.resolved).toBe(causes.length)
        expect(today.findings.filter(({ status }) => status === 'open')).toHaveLength(causes.length - resolved.size)
        before = today
      }
    }),
  )
})

test('resolved findings keep their place beside more open ones than a report has room for', () => {
  const first = { ...report, ...contentOf(sorted([1]), undefined, report.id) }
  const before = withResolution(first, fingerprint([1]), resolution)
  const content = contentOf(sorted(Array.from({ length: 900 }, (_, cause) => cause)), before, 'ver_2026-11-24')
  expect(content.findings).toHaveLength(mostFindings)
  expect(content.findings.at(-1)).toMatchObject({
    status: 'resolved',
    resolution: { note: 'Called them', before: true },
  })
})

test('reads as a text', () => {
  const first = {
    ...report,
    ...contentOf(
      [finding(0), finding(1), finding(2)].map((one) => ({ ...one, message: `Look at ${one.severity}.` })),
      undefined,
      report.id,
    ),
  }
  const after = withResolution(first, fingerprint([1]), resolution) ?? first
  expect(textOf({ ...after, at: '2026-11-23T05:00:00.000Z', date: '2026-11-23' })).toBe(
    [
      'Verification of 2026-11-23, made at 2026-11-23 06:00 (Europe/Berlin): 1 critical, 1 info; 1 resolved.',
      '',
      'CRITICAL',
      '- Look at critical.',
      '',
      'INFO',
      '- Look at info.',
      '',
      'RESOLVED',
      '- Look at warning.\n  resolved by kim: Called them',
    ].join('\n'),
  )
  const nothing = { ...report, ...contentOf([], undefined, report.id) }
  expect(textOf(nothing)).toMatch(/: nothing open\.$/)
})

describe('it is due', () => {
  const routine: VerificationRoutine = { ...usualSettings(workspaceId).verification, timeZone: 'Europe/Berlin' }
  const at = (moment: string, more: Partial<VerificationRoutine> = {}) =>
    dueDate({ ...routine, ...more }, Date.parse(moment))

  const rows: [string, string, string | undefined, Partial<VerificationRoutine>?][] = [
    ['a minute before six', '2026-11-23T05:59:00+01:00', undefined],
    ['at six', '2026-11-23T06:00:00+01:00', '2026-11-23'],
    ['late in the evening, if it was not made', '2026-11-23T23:50:00+01:00', '2026-11-23'],
    ['early on the next day not any more', '2026-11-24T00:10:00+01:00', undefined],
    ['not on a Saturday', '2026-11-21T08:00:00+01:00', undefined],
    ['on a Saturday, where that is wanted', '2026-11-21T08:00:00+01:00', '2026-11-21', { weekdays: ['saturday'] }],
    ['not where it is off', '2026-11-23T08:00:00+01:00', undefined, { on: false }],
    ['in the summer an hour earlier by UTC', '2026-07-20T04:00:00Z', '2026-07-20'],
    ['in the winter not yet then', '2026-11-23T04:00:00Z', undefined],
    ['after a night whose clocks were put forward', '2027-03-29T04:00:00Z', '2027-03-29'],
    [
      'a time that the clocks skip: an hour later',
      '2027-03-28T03:29:00+02:00',
      undefined,
      { time: '02:30', weekdays: ['sunday'] },
    ],
    [
      'a time that the clocks skip: then',
      '2027-03-28T03:30:00+02:00',
      '2027-03-28',
      { time: '02:30', weekdays: ['sunday'] },
    ],
    [
      'a time that is shown twice: at the first',
      '2026-10-25T02:30:00+02:00',
      '2026-10-25',
      { time: '02:30', weekdays: ['sunday'] },
    ],
    ['just before midnight, found just after', '2026-11-24T00:05:00+01:00', '2026-11-23', { time: '23:55' }],
    [
      'on Monday there, while it is Sunday in London',
      '2026-11-22T17:00:00Z',
      '2026-11-23',
      { timeZone: 'Pacific/Auckland' },
    ],
  ]
  test.each(rows)('%s', (_says, moment, expected, more) => {
    expect(at(moment, more)).toBe(expected)
  })

  test('once for each of its weekdays, whoever looks every quarter of an hour, in every zone', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC')
    const clock = fc.record({ hour: fc.nat(23), minute: fc.nat(59) })
    fc.assert(
      fc.property(zones, clock, fc.integer({ min: 0, max: 700 }), (timeZone, { hour, minute }, first) => {
        const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
        const made = new Map<string, string>()
        const beginMs = Date.UTC(2026, 0, 1) + first * 86_400_000
        for (let nowMs = beginMs; nowMs < beginMs + 9 * 86_400_000; nowMs += minutes(15)) {
          const date = dueDate({ ...routine, time, timeZone }, nowMs)
          if (date !== undefined && !made.has(date)) made.set(date, localTime(timeZone, nowMs))
        }
        const whole = Array.from({ length: 7 }, (_, index) => localDay('UTC', beginMs + (index + 1) * 86_400_000))
        for (const date of whole) {
          const isWeekday = ![0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay())
          expect(made.has(date)).toBe(isWeekday)
          if (isWeekday) expect((made.get(date) ?? '') >= `${date} ${time}`).toBe(true)
        }
      }),
      { numRuns: 30 },
    )
  })
})
