import { dateInEnglish, ruleInEnglish } from '#domain/schedules/english.ts'
import { exclusionAt, exclusionInEnglish } from '#domain/schedules/exclusion.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import type { Rule, RuleWindow } from '#domain/schedules/rule.ts'
import { instantsOf, wallAt } from '#domain/schedules/zone.ts'
import { dayMs, type Instant, instantOf, msOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { checkRule, type RuleInput } from './check-rule.ts'

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
}

/** Times looked at for those that an exclusion removes, and of them the most that are shown. */
const removedLookedAt = 2_000
const removedShown = 100

/** Wall times of a cron between two moments that the zone's clocks skip, as if they were UTC. */
const skippedWalls = (rule: Rule, fromMs: number, toMs: number, zone: string): number[] => {
  if (rule.kind !== 'cron' || zone === 'UTC') return []
  // The same rule on a clock that never changes gives every wall time that it names.
  const [from, to] = [wallAt(zone, fromMs), wallAt(zone, toMs)]
  const years = 10 * 366 * dayMs
  const named = nextTimes(rule, from, { startMs: from, endMs: Math.min(to, from + years), zone: 'UTC' }, 2_000)
  return named.filter((wall) => instantsOf(zone, wall).length === 0)
}

const localOf = (wall: number, zone: string): string => `${new Date(wall).toISOString().slice(0, 19)} ${zone}`

/**
 * Everything that a rule means, before it is saved: its canonical form, a sentence, and its next times with what clock changes
 * do to them. Nothing is stored.
 * @throws Refusal `invalid` with all reasons, exactly as creating the schedule would
 */
export const previewRule = (input: RuleInput & { readonly count: number }, world: Pick<World, 'clock'>): Preview => {
  const nowMs = world.clock.now()
  const { rule, timeZone: zone, startAt, endAt, exclusions = [] } = checkRule(input, nowMs)
  const startMs = msOf(startAt)
  const window: RuleWindow = { startMs, zone, exclusions, ...(endAt !== undefined && { endMs: msOf(endAt) }) }
  const times = nextTimes(rule, nowMs, window, input.count)
  const lastMs = times.at(-1) ?? nowMs
  const fires = times.map((ms) => {
    const wall = wallAt(zone, ms)
    const twice = rule.kind === 'cron' && instantsOf(zone, wall).length > 1
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
  const skipped = skippedWalls(rule, Math.max(nowMs, startMs), lastMs, zone).map((wall) => ({
    wall,
    clockChange: {
      effect: 'does-not-exist' as const,
      message: `The clocks of ${zone} are put forward over ${dateInEnglish(wall, 'UTC')}; nothing fires then.`,
    },
  }))
  const removed = nextTimes(rule, nowMs, { ...window, exclusions: [], endMs: lastMs }, removedLookedAt).flatMap(
    (ms) => {
      const exclusion = exclusionAt(exclusions, zone, ms)
      return exclusion ? [{ wall: wallAt(zone, ms), utc: instantOf(ms), excluded: exclusionInEnglish(exclusion) }] : []
    },
  )
  return {
    rule,
    text: ruleInEnglish(rule, zone, startMs),
    times: [...fires, ...skipped, ...removed.slice(0, removedShown)]
      .sort((a, b) => a.wall - b.wall)
      .map(({ wall, ...time }) => ({ ...time, local: localOf(wall, zone) })),
  }
}
