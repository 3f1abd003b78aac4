import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalRule } from '#domain/schedules/canonical-rule.ts'
import { parseCron } from '#domain/schedules/cron.ts'
import { ruleInEnglish } from '#domain/schedules/english.ts'
import { readInterval, writeInterval } from '#domain/schedules/interval.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import { eventBridgeExpression, type Rule, type SingleRule } from '#domain/schedules/rule.ts'

const startMs = Date.UTC(2026, 10, 20, 12)
const times = (rule: Rule, count = 4, zone = 'UTC') =>
  nextTimes(rule, startMs, { startMs, zone }, count).map((ms) => new Date(ms).toISOString().slice(0, 19))

describe('an interval', () => {
  test.each([
    ['PT90M', 5_400],
    ['PT1H30M', 5_400],
    [1.5, 5_400],
    ['90 minutes', 5_400],
    ['P1W', 604_800],
    ['P1DT6H', 108_000],
    [0.25, 900],
    ['pt75s', 75],
  ])('%s is read as %i seconds', (given, seconds) => {
    expect(readInterval(given)).toEqual({ ok: true, seconds })
  })

  test.each([
    [0.0001, 'shortest interval is a minute'],
    [0, 'positive'],
    [-3, 'positive'],
    [Number.NaN, 'positive'],
    ['PT59S', 'shortest'],
    ['PT0S', 'no time at all'],
    ['P1M', 'calendar rule'],
    ['P1Y', 'calendar rule'],
    ['P', 'no ISO-8601 duration'],
    ['PT', 'no ISO-8601 duration'],
    ['90', 'no ISO-8601 duration'],
    ['P400D', 'longer than a year'],
    ['PT99999999999999999999S', 'longer than a year'],
  ])('%s is refused, and it is said what would do', (given, words) => {
    expect(readInterval(given)).toMatchObject({ ok: false, message: expect.stringContaining(words) })
  })

  test('is written in one form, which is read as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 366 * 86_400 }), (seconds) => {
        expect(readInterval(writeInterval(seconds))).toEqual({ ok: true, seconds })
      }),
    )
  })
})

describe('a rule', () => {
  test('every so often counts from its anchor, before and after it', () => {
    const rule: Rule = { kind: 'every', interval: 'PT7H', anchor: '2026-11-21T03:00:00.000Z' }
    expect(times(rule, 3)).toEqual(['2026-11-20T13:00:00', '2026-11-20T20:00:00', '2026-11-21T03:00:00'])
  })

  test('every so often counts from the start where it has no anchor', () => {
    expect(times({ kind: 'every', interval: 'PT90S' }, 2)).toEqual(['2026-11-20T12:01:30', '2026-11-20T12:03:00'])
  })

  test('is given to EventBridge as it is where whole minutes allow, and carried where they do not', () => {
    expect(eventBridgeExpression({ kind: 'every', interval: 'PT90M' })).toBe('rate(90 minutes)')
    expect(eventBridgeExpression({ kind: 'every', interval: 'PT90S' })).toBeUndefined()
  })

  test('of several fires when one of them does, and once where several do', () => {
    const rule: Rule = {
      kind: 'any',
      rules: [
        { kind: 'cron', expression: '0 9 * * ? *' },
        { kind: 'cron', expression: '0 9,14 ? * SAT *' },
        { kind: 'at', at: '2026-11-21T20:00:00.000Z' },
      ],
    }
    expect(times(rule)).toEqual([
      '2026-11-21T09:00:00',
      '2026-11-21T14:00:00',
      '2026-11-21T20:00:00',
      '2026-11-22T09:00:00',
    ])
  })

  test('of several tells what is wrong with each of them, and where', () => {
    const wrong: Rule = {
      kind: 'any',
      rules: [
        { kind: 'cron', expression: '61 * * * *' },
        { kind: 'every', interval: 0.0001 },
      ],
    }
    const checked = canonicalRule(wrong, 'UTC')
    expect(checked.ok ? [] : checked.reasons.map(({ path }) => path)).toEqual([
      expect.stringMatching(/^\/rule\/rules\/0\//),
      '/rule/rules/1/interval',
    ])
  })

  test('of several may not hold the same rule twice', () => {
    const rules: SingleRule[] = [
      { kind: 'cron', expression: '0 9 * * *' },
      { kind: 'cron', expression: 'daily at 09:00' },
    ]
    expect(canonicalRule({ kind: 'any', rules }, 'UTC')).toMatchObject({ reasons: [{ code: 'same-rule-twice' }] })
  })

  const single = fc.constantFrom<SingleRule>(
    { kind: 'cron', expression: '*/15 9-17 ? * MON-FRI *' },
    { kind: 'cron', expression: '30 2 L * ? *' },
    { kind: 'every', interval: 'PT95M' },
    { kind: 'rate', every: 1, unit: 'day' },
    { kind: 'calendar', rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU', times: ['02:30', '23:59'] },
    { kind: 'at', at: '2026-11-27T10:00:00.000Z' },
  )
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca')

  test('of several gives, in order and without doubles, what each of them gives', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(single, { minLength: 2, maxLength: 4, selector: (rule) => JSON.stringify(rule) }),
        zones,
        (rules, zone) => {
          const window = { startMs, zone, endMs: startMs + 30 * 86_400_000 }
          const apart = rules.flatMap((rule) => nextTimes(rule, startMs, window, 10_000))
          const together = nextTimes({ kind: 'any', rules }, startMs, window, 10_000)
          expect(together).toEqual([...new Set(apart)].sort((a, b) => a - b))
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('the sentence of a rule that a form can make', () => {
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = fc
    .uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 3 })
    .map((all) => all.sort((a, b) => a - b).join(','))
  const timesOfDay = fc.oneof(
    fc.tuple(fc.integer({ min: 0, max: 59 }), hours).map(([minute, hour]) => `${minute} ${hour}`),
    fc
      .tuple(fc.constantFrom(5, 10, 15, 20, 30), fc.constantFrom('*', '8-17'))
      .map(([step, hour]) => `0/${step} ${hour}`),
    fc.constantFrom('0 *', '0 6-20', '* *', '20 *'),
  )
  const dayNames = fc.uniqueArray(fc.constantFrom('SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'), {
    minLength: 1,
    maxLength: 6,
  })
  const month = fc.constantFrom('*', '1', '6,12', '3,4,5')
  const days = fc.oneof(
    fc.constant(['*', '?']),
    fc.constant(['?', 'MON-FRI']),
    dayNames.map((names) => ['?', names.join(',')]),
    fc
      .uniqueArray(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 3 })
      .map((all) => [all.sort((a, b) => a - b).join(','), '?']),
    fc.constant(['L', '?']),
    fc.integer({ min: 1, max: 31 }).map((day) => [`${day}W`, '?']),
    fc
      .tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 5 }))
      .map(([day, nth]) => ['?', `${day}#${nth}`]),
    fc.integer({ min: 1, max: 7 }).map((day) => ['?', `${day}L`]),
  )
  const year = fc.constantFrom('*', '2027', '2027,2028')

  test('is read as that rule again', () => {
    fc.assert(
      fc.property(timesOfDay, days, month, year, (time, [monthDay, weekday], months, years) => {
        const expression = `${time} ${monthDay} ${months} ${weekday} ${years}`
        const meant = parseCron(expression)
        fc.pre(meant.ok)
        const sentence = ruleInEnglish({ kind: 'cron', expression }, 'Europe/Berlin', startMs)
        const read = canonicalRule({ kind: 'cron', expression: sentence.replace(/, Europe\/Berlin$/, '') }, 'UTC')
        expect(read, sentence).toMatchObject({ ok: true })
        const again = read.ok && read.rule.kind === 'cron' ? parseCron(read.rule.expression) : undefined
        expect(again, sentence).toEqual(meant)
      }),
      { numRuns: 500 },
    )
  })

  test('is read again where it names a moment or an interval', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500_000 }), fc.integer({ min: 1, max: 10_000 }), (later, minutes) => {
        const at: Rule = { kind: 'at', at: new Date(startMs + later * 60_000).toISOString() }
        const moment = /^once, on (.*), UTC$/.exec(ruleInEnglish(at, 'UTC', startMs))?.[1] ?? ''
        expect(canonicalRule({ kind: 'at', at: moment }, 'UTC'), moment).toEqual({ ok: true, rule: at })
        const every: Rule = { kind: 'every', interval: writeInterval(minutes * 60) }
        const interval = /^every (.*), counted from/.exec(ruleInEnglish(every, 'UTC', startMs))?.[1] ?? ''
        expect(canonicalRule({ kind: 'every', interval }, 'UTC'), interval).toEqual({ ok: true, rule: every })
      }),
    )
  })

  test('pads what it tells', () => {
    expect(ruleInEnglish({ kind: 'cron', expression: '5 7 * * ? *' }, 'UTC', startMs)).toBe(
      `at 0${two(7).slice(1)}:05 every day, UTC`,
    )
  })
})
