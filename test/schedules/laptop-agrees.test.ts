import fc from 'fast-check'
import { expect, test } from 'vitest'
import { armedOf, isCarried } from '#application/timetable/arm-schedule.ts'
import type { TimetableEntry } from '#application/world.ts'
import { canonicalRule } from '#domain/schedules/canonical-rule.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import type { Rule, SingleRule } from '#domain/schedules/rule.ts'
import { runSettingsSchema, type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { nextFiring, problemOf } from '#local/services/scheduler/expression.ts'

const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Beirut',
  'America/St_Johns',
  'Pacific/Chatham',
)
const minute = fc.integer({ min: 0, max: 59 })
const hour = fc.integer({ min: 0, max: 23 })
const singles: fc.Arbitrary<SingleRule> = fc.oneof(
  fc
    .tuple(
      minute,
      hour,
      fc.constantFrom('* * ?', 'L * ?', '1,15,31 * ?', '15W * ?', '? * MON-FRI', '? * 6L', '? * 3#2'),
    )
    .map(([m, h, days]): SingleRule => ({ kind: 'cron', expression: `${m} ${h} ${days} *` })),
  fc.constantFrom<SingleRule>(
    { kind: 'cron', expression: '0/20 1-3 * * ? *' },
    { kind: 'cron', expression: '30 2 * 3,10 ? *' },
    { kind: 'cron', expression: '15 0 * * ? *' },
  ),
  fc.integer({ min: 1, max: 40 }).map((every): SingleRule => ({ kind: 'rate', every, unit: 'hour' })),
  fc.integer({ min: 3_600, max: 500_000 }).map((seconds): SingleRule => ({ kind: 'every', interval: `PT${seconds}S` })),
  fc
    .tuple(minute, hour, fc.constantFrom('FREQ=DAILY;INTERVAL=2', 'FREQ=MONTHLY;BYDAY=-1FR', 'FREQ=WEEKLY;BYDAY=SU'))
    .map(([m, h, rrule]): SingleRule => {
      const time = `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`
      return { kind: 'calendar', rrule, times: [time] }
    }),
)
const rules: fc.Arbitrary<Rule> = fc.oneof(
  { weight: 3, arbitrary: singles },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(singles, { minLength: 2, maxLength: 3, selector: (rule) => JSON.stringify(rule) })
      .map((all): Rule => ({ kind: 'any', rules: all })),
  },
)

const second = (ms: number): number => Math.floor(ms / 1000) * 1000

/** When the laptop's EventBridge Scheduler fires, entry by entry, each moved on as soon as it has fired. */
const firings = (schedule: Schedule, fromMs: number, count: number): number[] => {
  const fired: number[] = []
  let now = fromMs
  while (fired.length < count) {
    const armed = armedOf(schedule, now)
    if (!armed) return fired
    const { entry } = armed
    expect(problemOf(entry.expression, entry.timeZone), entry.expression).toBeUndefined()
    const next = nextFiring(timingOf(entry, now), now)
    if (next === undefined) return fired
    fired.push(second(next))
    now = next
    // What carries a rule stays as it is and fires by itself; now and then somebody arms it anew all the same.
    for (let again = fired.length % 5; again > 0 && armed.carries === undefined && fired.length < count; again--) {
      const following = nextFiring(timingOf(entry, now), now)
      if (following === undefined) return fired
      fired.push(second(following))
      now = following
    }
  }
  return fired
}

const timingOf = (entry: TimetableEntry, anchorMs: number) => ({
  expression: entry.expression,
  zone: entry.timeZone,
  startMs: entry.startAt === undefined ? anchorMs : msOf(entry.startAt),
  endMs: entry.endAt === undefined ? undefined : msOf(entry.endAt),
})

test('what a preview tells is when the laptop cloud fires, whatever the rule and the zone', () => {
  fc.assert(
    fc.property(rules, zones, fc.integer({ min: 0, max: 365 * 86_400 }), fc.boolean(), (given, zone, later, ends) => {
      const startMs = Date.UTC(2026, 10, 20, 12) + later * 1_000
      const canonical = canonicalRule(given, zone)
      if (!canonical.ok) throw new Error(JSON.stringify(canonical.reasons))
      const schedule: Schedule = {
        workspaceId: 'ws_a',
        id: 'sch_a',
        name: 'A',
        protocolId: 'pro_a',
        parameters: {},
        rule: canonical.rule,
        timeZone: zone,
        startAt: instantOf(startMs),
        ...(ends && { endAt: instantOf(startMs + 90 * 86_400_000) }),
        overlap: 'skip',
        settings: runSettingsSchema.parse({}),
        tags: [],
        generation: 1,
        version: 1,
        createdAt: instantOf(startMs),
        createdBy: 'sam',
        updatedAt: instantOf(startMs),
        updatedBy: 'sam',
        status: 'active',
      }
      const told = nextTimes(schedule.rule, startMs, windowOf(schedule), 25).map(second)
      expect(firings(schedule, startMs, told.length), JSON.stringify(canonical.rule)).toEqual(told)
      for (const [index, at] of told.entries()) expect(at).toBeGreaterThan(told[index - 1] ?? 0)
      expect(isCarried(schedule, startMs)).toBe(armedOf(schedule, startMs)?.carries !== undefined)
    }),
    { numRuns: 400 },
  )
})
