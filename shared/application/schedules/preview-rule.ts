import { parseCron } from '#domain/schedules/cron.ts'
import { dateInEnglish, ruleInEnglish } from '#domain/schedules/english.ts'
import { closureAt, closureInEnglish, exclusionAt, exclusionInEnglish } from '#domain/schedules/exclusion.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import type { Rule, RuleWindow, SingleRule } from '#domain/schedules/rule.ts'
import { dayMs, type Instant, instantOf, msOf } from '#domain/time.ts'
import { instantsOf, wallAt } from '#domain/zone.ts'
import { closedFor } from '../calendars/closed-for.ts'
import type { World } from '../world.ts'
import { checkTiming, type Timing } from './check-schedule.ts'

export type Preview = {
  /** As it would be stored. */
  rule: Rule
  text: string
  /** In the order of the clock on the wall; one that does not exist has no `utc`. */
  times: {
    utc?: Instant
    local: string
    /** The excluded days that it lies in, with their note; nothing fires then. */
    excluded?: string
    /** What a change of the clocks does to it. */
    clockChange?: { effect: 'first-of-two' | 'does-not-exist'; message: string }
  }[]
  warnings: string[]
}

/** Times looked at for those that an exclusion removes, and of them the most that are shown. */
const removedLookedAt = 2_000
const removedShown = 100

/** Rules that name times on the wall; the others count. */
const onTheWall = (rule: Rule): readonly SingleRule[] =>
  (rule.kind === 'any' ? rule.rules : [rule]).filter(({ kind }) => kind === 'cron' || kind === 'calendar')

/** Wall times between two moments that the zone's clocks skip, as if they were UTC. */
const skippedWalls = (whole: Rule, span: { startMs: number; fromMs: number; toMs: number }, zone: string): number[] =>
  zone === 'UTC' ? [] : [...new Set(onTheWall(whole).flatMap((rule) => skippedBy(rule, span, zone)))]

const skippedBy = (
  rule: SingleRule,
  { startMs, fromMs, toMs }: { startMs: number; fromMs: number; toMs: number },
  zone: string,
): number[] => {
  // The same rule on a clock that never changes gives every wall time that it names.
  const [from, to] = [wallAt(zone, fromMs), wallAt(zone, toMs)]
  const years = 10 * 366 * dayMs
  const window = { startMs: wallAt(zone, startMs), endMs: Math.min(to, from + years), zone: 'UTC' }
  const named = nextTimes(rule, from, window, 2_000)
  return named.filter((wall) => instantsOf(zone, wall).length === 0)
}

/** What a person should know before the schedule is saved, and what they could do about it. */
const warningsOf = (rule: Rule, { timeZone: zone, jitterSeconds }: Timing, nowMs: number): string[] => {
  const warnings: string[] = []
  const offsetAt = (ms: number): number => wallAt(zone, ms) - ms
  const changes = Array.from({ length: 12 }, (_, month) => offsetAt(nowMs + month * 31 * dayMs))
  const hourly = onTheWall(rule).some((each) => {
    const parsed = each.kind === 'cron' ? parseCron(each.expression) : undefined
    return parsed?.ok === true && parsed.cron.hours.length === 24
  })
  if (hourly && new Set(changes).size > 1)
    warnings.push(
      `The clocks of ${zone} are changed during the year. In the hour that they show twice this fires the first time only; in UTC, or as an interval, it would fire all the time.`,
    )
  if (jitterSeconds !== undefined) warnings.push(`Each run starts up to ${jitterSeconds} s later than is told here.`)
  return warnings
}

const localOf = (wall: number, zone: string): string => `${new Date(wall).toISOString().slice(0, 19)} ${zone}`

/**
 * Everything that a rule means, before it is saved: its canonical form, a sentence, and its next times with what clock changes
 * do to them. Nothing is stored.
 * @throws Refusal `invalid` with all reasons, exactly as creating the schedule would
 */
export const previewRule = async (
  input: Timing & { readonly count: number },
  world: Pick<World, 'store' | 'clock'>,
): Promise<Preview> => {
  const nowMs = world.clock.now()
  const closed = await closedFor({ workspaceId: input.workspaceId, calendars: input.calendars }, world)
  const { rule, startAt } = await checkTiming(input, world)
  const { timeZone: zone, endAt } = input
  const exclusions = [...(input.exclusions ?? []), ...closed.days]
  const { closures } = closed
  const startMs = msOf(startAt)
  const window: RuleWindow = { startMs, zone, exclusions, closures, ...(endAt !== undefined && { endMs: msOf(endAt) }) }
  const times = nextTimes(rule, nowMs, window, input.count)
  const lastMs = times.at(-1) ?? nowMs
  const walls = onTheWall(rule)
  const fires = times.map((ms) => {
    const wall = wallAt(zone, ms)
    const twice = walls.length > 0 && instantsOf(zone, wall)[0] === ms && instantsOf(zone, wall).length > 1
    return {
      wall,
      utc: instantOf(ms),
      ...(twice && {
        clockChange: {
          effect: 'first-of-two' as const,
          message: `The clocks of ${zone} show this time twice that day; it fires once, at the first.`,
        },
      }),
    }
  })
  const skipped = skippedWalls(rule, { startMs, fromMs: Math.max(nowMs, startMs), toMs: lastMs }, zone).map((wall) => ({
    wall,
    clockChange: {
      effect: 'does-not-exist' as const,
      message: `The clocks of ${zone} are put forward over ${dateInEnglish(wall, 'UTC')}; nothing fires then.`,
    },
  }))
  const removed = nextTimes(
    rule,
    nowMs,
    { ...window, exclusions: [], closures: [], endMs: lastMs },
    removedLookedAt,
  ).flatMap((ms) => {
    const exclusion = exclusionAt(exclusions, zone, ms)
    const closure = closureAt(closures, ms)
    const excluded = exclusion ? exclusionInEnglish(exclusion) : closure && closureInEnglish(closure)
    return excluded === undefined ? [] : [{ wall: wallAt(zone, ms), utc: instantOf(ms), excluded }]
  })
  return {
    rule,
    text: ruleInEnglish(rule, zone, startMs),
    times: [...fires, ...skipped, ...removed.slice(0, removedShown)]
      .sort((a, b) => a.wall - b.wall)
      .map(({ wall, ...time }) => ({ ...time, local: localOf(wall, zone) })),
    warnings: warningsOf(rule, input, nowMs),
  }
}
