import { describe, expect, test } from 'vitest'
import { type Answered, send } from './call.ts'
import { furnish, scheduleBody, successOf } from './furnished.ts'
import { reasonsOf, refused } from './refused.ts'

const schedule = async (change: Record<string, unknown>, status = 422, code = 'invalid'): Promise<Answered> => {
  const furnished = await furnish()
  const body = { ...scheduleBody(furnished.things.protocolId ?? ''), ...change }
  return refused(furnished, 'createSchedule', { body }, status, code)
}

describe('a schedule that cannot be', () => {
  test.each([
    ['Europe/Berln', 'Europe/Berlin'],
    ['berlin', 'Europe/Berlin'],
    ['New York', 'America/New_York'],
  ])('unknown time zone %s: suggests %s', async (timeZone, wanted) => {
    const answered = await schedule({ timeZone })
    const [reason] = reasonsOf(answered)
    expect(reason).toMatchObject({ code: 'unknown-zone', path: '/timeZone' })
    expect(reason?.facts?.similar).toContain(wanted)
    expect(reason?.message).toContain(wanted)
  })

  test.each(['+01:00', 'Mars/Olympus', ' ', '../etc'])('time zone %o', async (timeZone) => {
    await schedule({ timeZone })
  })

  test('a time in the past', async () => {
    const [reason] = reasonsOf(await schedule({ rule: { kind: 'at', at: '2026-11-20T12:59:59' } }))
    expect(reason).toMatchObject({ code: 'in-the-past', path: '/rule/at' })
    expect(reason?.message).toContain('2026-11-20T12:00:00.000Z now')
  })

  test('a time in a DST gap: says so, and what to do', async () => {
    const [reason] = reasonsOf(await schedule({ rule: { kind: 'at', at: '2027-03-28T02:30' } }))
    expect(reason).toMatchObject({ code: 'time-in-gap', path: '/rule/at' })
    expect(reason?.message).toContain('does not exist in Europe/Berlin')
  })

  test('a time that exists twice: names both', async () => {
    const [reason] = reasonsOf(await schedule({ rule: { kind: 'at', at: '2027-10-31T02:30' } }))
    expect(reason).toMatchObject({ code: 'time-twice' })
    expect(reason?.facts).toEqual({ choices: ['2027-10-31T00:30:00.000Z', '2027-10-31T01:30:00.000Z'] })
  })

  test('and the same with its offset is taken', async () => {
    const { lab, things } = await furnish()
    const body = { ...scheduleBody(things.protocolId ?? ''), rule: { kind: 'at', at: '2027-10-31T02:30:00+01:00' } }
    const { body: made } = await send(lab, { ...successOf('createSchedule', things), body })
    expect(made.rule).toEqual({ kind: 'at', at: '2027-10-31T01:30:00.000Z' })
  })

  test.each([
    '2027-02-30T10:00',
    '2027-13-01T10:00',
    '2027-01-01T24:00',
    'tomorrow',
    '2027-01-01',
    '',
    '9999-01-01T00:00Z',
  ])('no such time: %o', async (text) => {
    await schedule({ rule: { kind: 'at', at: text } })
  })

  test.each([
    ['0 9 * *', 'six fields'],
    ['0 9 * * * *', 'Exactly one of day-of-month and day-of-week'],
    ['60 9 ? * MON *', 'minute'],
    ['0 9 ? * FRI-MON *', 'runs backwards'],
    ['0 9 LW * ? *', 'day-of-month'],
    ['0 9 30 2 ? *', 'never fire'],
    ['0 9 ? * 0 *', 'day-of-week'],
    ['0/0 9 ? * MON *', 'step'],
    ['', ''],
  ])('an impossible cron: %s', async (expression, says) => {
    const answered = await schedule({ rule: { kind: 'cron', expression } })
    expect(JSON.stringify(reasonsOf(answered))).toContain(says)
    expect(reasonsOf(answered)[0]?.path).toBe('/rule/expression')
  })

  test('a cron with several faults is told all of them', async () => {
    const answered = await schedule({ rule: { kind: 'cron', expression: '61 25 ? 13 8 1969' } })
    expect(reasonsOf(answered).length).toBe(5)
  })

  test.each([
    [{ rule: { kind: 'cron', expression: '0 9 1 1 ? 2020' } }, 'never-fires'],
    [{ endAt: '2026-11-20T13:00:00Z' }, 'never-fires'],
    [{ startAt: '2026-12-02T00:00:00Z', endAt: '2026-12-01T00:00:00Z' }, 'empty-window'],
    [{ startAt: '2300-01-01T00:00:00Z' }, 'out-of-range'],
    [{ startAt: '1950-01-01T00:00:00Z' }, 'out-of-range'],
    [{ rule: { kind: 'at', at: '2026-12-24T00:00:00Z' }, endAt: '2026-12-01T00:00:00Z' }, 'never-fires'],
  ])('what would never fire: %o', async (change, code) => {
    expect(reasonsOf(await schedule(change))[0]?.code).toBe(code)
  })

  test.each([0, -1, 0.5, '5', null, 1e9])('a rate of %o', async (every) => {
    const answered = await schedule({ rule: { kind: 'rate', every, unit: 'minute' } })
    expect(reasonsOf(answered)[0]?.path).toBe('/rule/every')
  })

  test('a rate in weeks, which EventBridge does not know', async () => {
    expect(reasonsOf(await schedule({ rule: { kind: 'rate', every: 1, unit: 'week' } }))[0]?.path).toBe('/rule/unit')
  })

  test.each([{ plates: 0 }, { plates: 'two' }, { plate: 1 }])(
    'parameters that break the schema of the protocol: %o',
    async (parameters) => {
      const answered = await schedule({ parameters })
      expect(answered.body.detail).toContain('do not fit protocol "Dilution"')
      expect(reasonsOf(answered)[0]?.path).toMatch(/^\/parameters/)
    },
  )

  test('a field that no schedule has', async () => {
    const answered = await schedule({ colour: 'blue' })
    expect(answered.body.detail).toContain('colour')
  })

  test.each([
    [{ rule: { kind: 'every', interval: 0.0001 } }, '/rule/interval', 'the shortest interval is a minute'],
    [{ rule: { kind: 'every', interval: 'PT30S' } }, '/rule/interval', 'the shortest interval is a minute'],
    [{ rule: { kind: 'every', interval: 'P1M' } }, '/rule/interval', 'FREQ=MONTHLY'],
    [{ rule: { kind: 'every', interval: 'often' } }, '/rule/interval', 'PT90M'],
    [{ rule: { kind: 'cron', expression: '0 9 1 * MON *' } }, '/rule/expression', 'Exactly one'],
    [{ rule: { kind: 'cron', expression: '0 9 31 2 ? *' } }, '/rule/expression', 'never'],
    [{ rule: { kind: 'cron', expression: 'at nine' } }, '/rule/expression', '09:00'],
    [{ rule: { kind: 'cron', expression: 'at 09:00 and 17:30 on weekdays' } }, '/rule/expression', '"any"'],
    [{ rule: { kind: 'calendar', rrule: 'FREQ=DAILY' } }, '/rule/rrule', 'time of day'],
    [{ rule: { kind: 'calendar', rrule: 'FREQ=DAILY;COUNT=3', times: ['09:00'] } }, '/rule/rrule', 'maxRuns'],
    [
      { rule: { kind: 'calendar', rrule: 'FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2', times: ['09:00'] } },
      '/rule',
      'ever fire',
    ],
    [{ jitterSeconds: 86_400, rule: { kind: 'rate', every: 1, unit: 'day' } }, '/jitterSeconds', 'shorter'],
    [{ calendars: ['cal_never'] }, '/calendars/0', 'List calendars'],
    [{ exclusions: [{ from: '2026-12-24', to: '2026-12-20' }] }, '/exclusions/0/to', 'before'],
  ])('%j says what is wrong, where, and what would do', async (change, path, words) => {
    const [reason] = reasonsOf(await schedule(change))
    expect(reason?.path).toBe(path)
    expect(reason?.message).toContain(words)
  })

  test.each([
    { tags: Array.from({ length: 21 }, (_, n) => `t${n}`) },
    { exclusions: Array.from({ length: 101 }, () => ({ from: '2026-12-24' })) },
    { maxRuns: 0 },
    { jitterSeconds: 90_000 },
    { buffer: { limit: 1_000 } },
    { catchUp: { windowSeconds: 1e9 } },
    { externalName: 'has spaces' },
    { rule: { kind: 'any', rules: [{ kind: 'rate', every: 1, unit: 'day' }] } },
    {
      rule: {
        kind: 'any',
        rules: [
          { kind: 'any', rules: [] },
          { kind: 'rate', every: 1, unit: 'day' },
        ],
      },
    },
    { rule: { kind: 'calendar', rrule: 'FREQ=DAILY', times: [] } },
  ])('more than the limits: %j', async (change) => {
    await schedule(change)
  })

  test('a bulk change that means everything without saying so', async () => {
    const furnished = await furnish()
    const body = { action: 'archive', filter: {}, note: 'Clean up' }
    const answered = await refused(furnished, 'bulkSchedules', { body }, 422, 'invalid')
    expect(answered.body.detail).toContain('"everything": true')
  })
})
