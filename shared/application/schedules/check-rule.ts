import { type Reason, Refusal } from '#domain/errors.ts'
import { parseCron } from '#domain/schedules/cron.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import { type Rule, ratePeriodMs } from '#domain/schedules/rule.ts'
import { instantsOf, isZone } from '#domain/schedules/zone.ts'
import { instantOf, instantSchema, msOf } from '#domain/time.ts'

export type RuleInput = {
  readonly rule: Rule
  readonly timeZone: string
  readonly startAt: string
  readonly endAt?: string | undefined
}

const reason = (code: string, message: string, path: string, facts?: Record<string, unknown>): Reason => ({
  code,
  message,
  path,
  ...(facts && { facts }),
})

/** Zones whose names share a word with what was asked, for a typing error at 3 a.m. */
const similarZones = (zone: string): string[] => {
  const words = zone
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word.length > 2)
  return Intl.supportedValuesOf('timeZone')
    .filter((name) => words.some((word) => name.toLowerCase().includes(word.slice(0, Math.max(4, word.length - 2)))))
    .slice(0, 5)
}

const wallPattern = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?$/

/** The moment that an `at` names, or what is wrong with it. A wall time is read in the zone. */
const momentOf = (at: string, zone: string): string | Reason => {
  const path = '/rule/at'
  const exact = instantSchema.safeParse(at)
  if (exact.success) return `${exact.data.slice(0, 19)}.000Z`
  const match = wallPattern.exec(at)
  const wall = match ? Date.parse(`${at.length === 16 ? `${at}:00` : at}Z`) : Number.NaN
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

/**
 * A rule as it will be stored, or everything that is wrong with it. What could never fire is refused when it is written.
 * @throws Refusal `invalid` with all reasons
 */
export const checkRule = <T extends RuleInput>(input: T, nowMs: number): T => {
  const { timeZone, startAt, endAt } = input
  const reasons: Reason[] = []
  if (!isZone(timeZone))
    reasons.push(
      reason('unknown-zone', `"${timeZone}" is no IANA time zone. Use a name such as Europe/Berlin.`, '/timeZone', {
        similar: similarZones(timeZone),
      }),
    )
  if (endAt !== undefined && msOf(endAt) <= msOf(startAt))
    reasons.push(
      reason('empty-window', `The end ${endAt} is not after the start ${startAt}, so nothing could fire.`, '/endAt'),
    )
  let rule = input.rule
  if (rule.kind === 'cron') {
    const parsed = parseCron(rule.expression)
    if (!parsed.ok) reasons.push(...parsed.reasons)
    rule = { kind: 'cron', expression: rule.expression.trim().split(/\s+/).join(' ').toUpperCase() }
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
    if (typeof moment === 'string') rule = { kind: 'at', at: moment }
    else reasons.push(moment)
  }
  if (reasons.length === 0) {
    const window = { startMs: msOf(startAt), endMs: endAt === undefined ? undefined : msOf(endAt), zone: timeZone }
    if (rule.kind === 'at' && msOf(rule.at) <= nowMs)
      reasons.push(
        reason(
          'in-the-past',
          `${rule.at} is in the past; it is ${instantOf(nowMs)} now. Choose a later time, or start a run at once.`,
          '/rule/at',
        ),
      )
    else if (nextTimes(rule, nowMs, window, 1).length === 0)
      reasons.push(reason('never-fires', 'With this start, end and rule nothing would ever fire again.', '/rule'))
  }
  if (reasons.length > 0)
    throw new Refusal('invalid', 'The schedule cannot be kept as it is written. See the reasons.', { reasons })
  return { ...input, rule }
}
