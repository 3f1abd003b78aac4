import { type Reason, Refusal } from '#domain/errors.ts'
import { canonicalRule, isOutsideCalendar } from '#domain/schedules/canonical-rule.ts'
import type { Closure, Exclusion } from '#domain/schedules/exclusion.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import type { Rule } from '#domain/schedules/rule.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { isZone } from '#domain/zone.ts'
import { similarZones } from './similar-zones.ts'

export type RuleInput = {
  readonly rule: Rule
  readonly timeZone: string
  readonly startAt: string
  readonly endAt?: string | undefined
  readonly exclusions?: readonly Exclusion[] | undefined
  /** What the calendars that it names add to its exclusions. */
  readonly calendarDays?: readonly Exclusion[] | undefined
  readonly closures?: readonly Closure[] | undefined
}

const reason = (code: string, message: string, path: string, facts?: Record<string, unknown>): Reason => ({
  code,
  message,
  path,
  ...(facts && { facts }),
})

/** Everything that is wrong around the rule: zone, window, excluded days. */
const frameReasons = ({ timeZone, startAt, endAt, exclusions = [] }: RuleInput): Reason[] => {
  const reasons: Reason[] = []
  const similar = isZone(timeZone) ? undefined : similarZones(timeZone)
  if (similar)
    reasons.push(
      reason('unknown-zone', `"${timeZone}" is no IANA time zone. Did you mean ${similar.join(', ')}?`, '/timeZone', {
        similar,
      }),
    )
  if (endAt !== undefined && msOf(endAt) <= msOf(startAt))
    reasons.push(
      reason('empty-window', `The end ${endAt} is not after the start ${startAt}, so nothing could fire.`, '/endAt'),
    )
  for (const [path, instant] of [
    ['/startAt', startAt],
    ['/endAt', endAt],
  ] as const)
    if (instant !== undefined && isOutsideCalendar(instant))
      reasons.push(reason('out-of-range', `${instant} lies outside the years 1970 to 2199.`, path))
  for (const [index, { from, to = from }] of exclusions.entries())
    if (to < from)
      reasons.push(
        reason('empty-range', `${to} is before ${from}, so no day would be excluded.`, `/exclusions/${index}/to`),
      )
  return reasons
}

/** Why a sound rule would never fire from now on; undefined where it will. */
const neverFires = (rule: Rule, input: RuleInput, nowMs: number): Reason | undefined => {
  if (rule.kind === 'at' && msOf(rule.at) <= nowMs)
    return reason(
      'in-the-past',
      `${rule.at} is in the past; it is ${instantOf(nowMs)} now. Choose a later time, or start a run at once.`,
      '/rule/at',
    )
  const window = {
    startMs: msOf(input.startAt),
    endMs: input.endAt === undefined ? undefined : msOf(input.endAt),
    zone: input.timeZone,
    exclusions: [...(input.exclusions ?? []), ...(input.calendarDays ?? [])],
    closures: input.closures,
  }
  if (nextTimes(rule, nowMs, window, 1).length > 0) return undefined
  return reason(
    'never-fires',
    'With this start, end, rule and these excluded days nothing would ever fire again.',
    '/rule',
  )
}

/**
 * A rule as it will be stored, or everything that is wrong with it. What could never fire is refused when it is written.
 * @throws Refusal `invalid` with all reasons
 */
export const checkRule = <T extends RuleInput>(input: T, nowMs: number): T => {
  const reasons = frameReasons(input)
  const zone = isZone(input.timeZone) ? input.timeZone : 'UTC'
  const canonical = canonicalRule(input.rule, zone)
  // A wall time means nothing in a zone that does not exist.
  if (!canonical.ok && (zone === input.timeZone || input.rule.kind !== 'at')) reasons.push(...canonical.reasons)
  if (canonical.ok && reasons.length === 0) {
    const never = neverFires(canonical.rule, input, nowMs)
    if (never) reasons.push(never)
  }
  if (reasons.length > 0 || !canonical.ok)
    throw new Refusal('invalid', 'The schedule cannot be kept as it is written. See the reasons.', { reasons })
  return { ...input, rule: canonical.rule }
}
