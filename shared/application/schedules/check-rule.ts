import { type Reason, Refusal } from '#domain/errors.ts'
import { canonicalCron } from '#domain/schedules/canonical-cron.ts'
import type { Exclusion } from '#domain/schedules/exclusion.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import { calendarEndMs, type Rule, ratePeriodMs } from '#domain/schedules/rule.ts'
import { instantsOf, isZone } from '#domain/schedules/zone.ts'
import { instantOf, instantSchema, msOf } from '#domain/time.ts'
import { similarZones } from './similar-zones.ts'

export type RuleInput = {
  readonly rule: Rule
  readonly timeZone: string
  readonly startAt: string
  readonly endAt?: string | undefined
  readonly exclusions?: readonly Exclusion[] | undefined
}

const reason = (code: string, message: string, path: string, facts?: Record<string, unknown>): Reason => ({
  code,
  message,
  path,
  ...(facts && { facts }),
})

/** The wall time as if it were UTC, in ms since the epoch; NaN where the calendar has no such date or time. */
const wallOf = (text: string): number => {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return Number.NaN
  const wall = Date.parse(`${text}${text.length === 16 ? ':00' : ''}Z`)
  // The engine reads 30 February as 2 March.
  return Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(text) ? Number.NaN : wall
}

/** The moment that an `at` names, or what is wrong with it. A wall time is read in the zone. */
export const momentOf = (at: string, zone: string): string | Reason => {
  const path = '/rule/at'
  const exact = instantSchema.safeParse(at)
  if (exact.success) return `${exact.data.slice(0, 19)}.000Z`
  const wall = wallOf(at)
  if (Number.isNaN(wall))
    return reason(
      'bad-time',
      `"${at}" is neither a moment such as 2026-11-20T09:00:00+01:00 nor a wall time such as 2026-11-20T09:00.`,
      path,
    )
  const [first, second] = instantsOf(zone, wall)
  if (first === undefined)
    return reason(
      'time-in-gap',
      `${at} does not exist in ${zone}: the clocks are put forward over it. Choose a time before or after the change.`,
      path,
    )
  if (second !== undefined)
    return reason(
      'time-twice',
      `${at} exists twice in ${zone}: the clocks are put back over it. Say which one, with its offset.`,
      path,
      {
        choices: [instantOf(first), instantOf(second)],
      },
    )
  return instantOf(first)
}

const earliestMs = Date.UTC(1970, 0, 1)
const outside = (instant: string): boolean => msOf(instant) < earliestMs || msOf(instant) > calendarEndMs

/**
 * A rule as it will be stored, or everything that is wrong with it. What could never fire is refused when it is written.
 * @throws Refusal `invalid` with all reasons
 */
export const checkRule = <T extends RuleInput>(input: T, nowMs: number): T => {
  const { timeZone, startAt, endAt } = input
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
    if (instant !== undefined && outside(instant))
      reasons.push(reason('out-of-range', `${instant} lies outside the years 1970 to 2199.`, path))
  for (const [index, { from, to = from }] of (input.exclusions ?? []).entries())
    if (to < from)
      reasons.push(
        reason('empty-range', `${to} is before ${from}, so no day would be excluded.`, `/exclusions/${index}/to`),
      )
  let rule = input.rule
  if (rule.kind === 'cron') {
    const canonical = canonicalCron(rule.expression)
    if (canonical.ok) rule = { kind: 'cron', expression: canonical.expression }
    else reasons.push(...canonical.reasons)
  }
  if (rule.kind === 'rate' && ratePeriodMs(rule) > 366 * 86_400_000)
    reasons.push(
      reason(
        'rate-too-long',
        'A rate of more than a year is not supported; use a cron with a year field.',
        '/rule/every',
      ),
    )
  if (rule.kind === 'at' && reasons.length === 0) {
    const moment = momentOf(rule.at, timeZone)
    if (typeof moment !== 'string') reasons.push(moment)
    else if (outside(moment))
      reasons.push(reason('out-of-range', `${moment} lies outside the years 1970 to 2199.`, '/rule/at'))
    else rule = { kind: 'at', at: moment }
  }
  if (reasons.length === 0) {
    const window = {
      startMs: msOf(startAt),
      endMs: endAt === undefined ? undefined : msOf(endAt),
      zone: timeZone,
      exclusions: input.exclusions,
    }
    if (rule.kind === 'at' && msOf(rule.at) <= nowMs)
      reasons.push(
        reason(
          'in-the-past',
          `${rule.at} is in the past; it is ${instantOf(nowMs)} now. Choose a later time, or start a run at once.`,
          '/rule/at',
        ),
      )
    else if (nextTimes(rule, nowMs, window, 1).length === 0)
      reasons.push(
        reason(
          'never-fires',
          'With this start, end, rule and these excluded days nothing would ever fire again.',
          '/rule',
        ),
      )
  }
  if (reasons.length > 0)
    throw new Refusal('invalid', 'The schedule cannot be kept as it is written. See the reasons.', { reasons })
  return { ...input, rule }
}
