import fc from 'fast-check'
import rruleLibrary from 'rrule'
import { describe, expect, test } from 'vitest'
import { canonicalRule } from '#domain/schedules/canonical-rule.ts'
import { ruleInEnglish } from '#domain/schedules/english.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'

const { RRule } = rruleLibrary

const startMs = Date.UTC(2026, 0, 14)

const calendar = (rrule: string, ...times: string[]) => {
  const canonical = canonicalRule({ kind: 'calendar', rrule, ...(times.length > 0 && { times }) }, 'UTC')
  if (!canonical.ok) throw new Error(canonical.reasons.map(({ message }) => message).join(' '))
  return canonical.rule
}

const timesOf = (rrule: string, times: string[], zone = 'UTC', after = startMs, count = 3): string[] =>
  nextTimes(calendar(rrule, ...times), after, { startMs, zone }, count).map((ms) =>
    new Date(ms).toISOString().slice(0, 16),
  )

describe('a calendar rule', () => {
  test.each([
    ['the last Friday', 'FREQ=MONTHLY;BYDAY=-1FR', ['2026-01-30T09:00', '2026-02-27T09:00', '2026-03-27T09:00']],
    ['the last day', 'FREQ=MONTHLY;BYMONTHDAY=-1', ['2026-01-31T09:00', '2026-02-28T09:00', '2026-03-31T09:00']],
    [
      'the first weekday',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1',
      ['2026-02-02T09:00', '2026-03-02T09:00', '2026-04-01T09:00'],
    ],
    [
      'the last weekday',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
      ['2026-01-30T09:00', '2026-02-27T09:00', '2026-03-31T09:00'],
    ],
    [
      'every second week',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR',
      ['2026-01-16T09:00', '2026-01-26T09:00', '2026-01-30T09:00'],
    ],
    [
      '31st, where there is one',
      'FREQ=MONTHLY;BYMONTHDAY=31',
      ['2026-01-31T09:00', '2026-03-31T09:00', '2026-05-31T09:00'],
    ],
    [
      'Friday the 13th',
      'FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13',
      ['2026-02-13T09:00', '2026-03-13T09:00', '2026-11-13T09:00'],
    ],
    [
      'every fourth year',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29',
      ['2028-02-29T09:00', '2032-02-29T09:00', '2036-02-29T09:00'],
    ],
    ['the weekday of the start', 'FREQ=WEEKLY', ['2026-01-14T09:00', '2026-01-21T09:00', '2026-01-28T09:00']],
  ])('%s', (_what, rrule, expected) => {
    expect(timesOf(rrule, ['09:00'])).toEqual(expected)
  })

  test('follows the clocks of its zone: a time in the gap does not fire, one in the overlap fires once', () => {
    const at = (after: string) => timesOf('FREQ=DAILY', ['02:30'], 'Europe/Berlin', Date.parse(after), 2)
    expect(at('2026-03-28T12:00Z')).toEqual(['2026-03-30T00:30', '2026-03-31T00:30'])
    expect(at('2026-10-24T12:00Z')).toEqual(['2026-10-25T00:30', '2026-10-26T01:30'])
  })

  test('takes its times from BYHOUR and BYMINUTE too, and stores them beside the rule', () => {
    expect(calendar('rrule:freq=daily;byhour=9,17;byminute=30')).toEqual({
      kind: 'calendar',
      rrule: 'FREQ=DAILY',
      times: ['09:30', '17:30'],
    })
  })

  test.each([
    ['FREQ=HOURLY', 'every'],
    ['FREQ=DAILY;COUNT=3', 'maxRuns'],
    ['FREQ=DAILY;UNTIL=20270101T000000Z', 'endAt'],
    ['FREQ=WEEKLY;BYDAY=1MO', 'FREQ=MONTHLY'],
    ['FREQ=WEEKLY;BYMONTHDAY=3', 'FREQ=MONTHLY'],
    ['FREQ=MONTHLY;BYDAY=6MO', 'first to fifth'],
    ['FREQ=MONTHLY;BYDAY=XX', 'no weekday'],
    ['FREQ=MONTHLY;BYMONTHDAY=32', 'between 1 and 31'],
    ['FREQ=MONTHLY;FREQ=DAILY', 'twice'],
    ['FREQ', 'NAME=VALUE'],
    ['INTERVAL=2', 'FREQ must be'],
    ['FREQ=DAILY;BYSETPOS=1', 'BYSETPOS picks'],
    ['FREQ=DAILY;BYHOUR=9', 'said twice'],
  ])('%s is refused, and it is said what would do', (rrule, words) => {
    expect(() => calendar(rrule, '09:00')).toThrow(words)
  })

  test('without a time of day is refused', () => {
    expect(() => calendar('FREQ=DAILY')).toThrow('time of day')
  })

  const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')
  const some = <T>(of: fc.Arbitrary<T>) => fc.uniqueArray(of, { minLength: 1, maxLength: 3 })
  const part = (name: string, values: fc.Arbitrary<readonly unknown[]>) =>
    fc.option(
      values.map((chosen) => `;${name}=${chosen.join(',')}`),
      { nil: '' },
    )
  const joined = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((texts) => texts.join(''))
  const interval = fc.integer({ min: 1, max: 5 }).map((n) => `;INTERVAL=${n}`)
  const months = part('BYMONTH', some(fc.integer({ min: 1, max: 12 })))
  const monthDay = fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -31, max: -1 }))
  const nth = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: -5, max: -1 }))
  const counted = fc.tuple(nth, weekday).map(([n, day]) => `${n}${day}`)
  const rules = fc.oneof(
    joined(fc.constant('FREQ=DAILY'), interval, months, part('BYDAY', some(weekday))),
    joined(
      fc.constant('FREQ=WEEKLY'),
      interval,
      part('BYDAY', some(weekday)),
      part('WKST', fc.constantFrom(['SU'], ['MO'])),
    ),
    joined(
      fc.constant('FREQ=MONTHLY'),
      interval,
      months,
      fc.oneof(part('BYDAY', fc.oneof(some(weekday), some(counted))), part('BYMONTHDAY', some(monthDay))),
    ),
    joined(
      fc.constant('FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR'),
      interval,
      fc.constantFrom(';BYSETPOS=1', ';BYSETPOS=-1', ';BYSETPOS=2,-2'),
    ),
    joined(
      fc.constant('FREQ=YEARLY;BYMONTH=3,10'),
      interval,
      fc.oneof(part('BYDAY', some(counted)), part('BYMONTHDAY', some(monthDay))),
    ),
  )

  test('names the days that the library rrule names', () => {
    fc.assert(
      fc.property(rules, (rrule) => {
        const ours = nextTimes(calendar(rrule, '09:00'), startMs, { startMs, zone: 'UTC' }, 12)
        const dtstart = new Date(startMs + 9 * 3_600_000)
        const theirs = new RRule({ ...RRule.parseString(rrule), dtstart, byhour: [9], byminute: [0], bysecond: [0] })
        const until = new Date(Math.max(ours.at(-1) ?? 0, Date.UTC(2030, 0)))
        const expected = theirs.between(dtstart, until, true).slice(0, 12)
        expect(
          ours.slice(0, expected.length).map((ms) => new Date(ms)),
          rrule,
        ).toEqual(expected)
        expect(ours.length, rrule).toBeGreaterThanOrEqual(expected.length)
      }),
      { numRuns: 400 },
    )
  })

  test('has one stored form: what is stored is stored as it is', () => {
    fc.assert(
      fc.property(rules, (rrule) => {
        const once = calendar(rrule, '09:00', '17:30')
        expect(canonicalRule(once, 'UTC')).toEqual({ ok: true, rule: once })
      }),
    )
  })

  test.each([
    ['FREQ=MONTHLY;BYDAY=-1FR', 'at 09:00 on the last Friday of the month, UTC'],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'at 09:00 on the last of the weekdays of the month, UTC'],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE', 'at 09:00 on Mondays and Wednesdays, every 2 weeks, UTC'],
    ['FREQ=WEEKLY', 'at 09:00 on Wednesdays, UTC'],
    ['FREQ=DAILY;INTERVAL=3', 'at 09:00 every 3 days, UTC'],
    ['FREQ=MONTHLY;BYMONTHDAY=-2;BYMONTH=6', 'at 09:00 on the second to last day of the month, in June, UTC'],
    ['FREQ=YEARLY', 'at 09:00 on day 14 of January, every year, UTC'],
  ])('%s reads: %s', (rrule, text) => {
    expect(ruleInEnglish(calendar(rrule, '09:00'), 'UTC', startMs)).toBe(text)
  })
})
