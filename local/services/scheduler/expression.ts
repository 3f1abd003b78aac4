/** When a schedule fires: EventBridge Scheduler's notation, evaluated by the product's own function. */

import { parseCron } from '#domain/schedules/cron.ts'
import { timesAfter } from '#domain/schedules/next-times.ts'
import { type Rule, ruleOfEventBridgeExpression, ruleSchema } from '#domain/schedules/rule.ts'
import { instantsOf, isZone } from '#domain/zone.ts'

export type Timing = {
  readonly expression: string
  readonly zone: string
  /** Milliseconds since the epoch. The anchor of a rate, and the first moment at which anything fires. */
  readonly startMs: number
  readonly endMs?: number | undefined
}

/** `at(2026-11-20T09:00:00)` names a wall time in the schedule's zone; the rule holds the moment. */
const ruleOf = ({ expression, zone }: Pick<Timing, 'expression' | 'zone'>): Rule | undefined => {
  const rule = ruleOfEventBridgeExpression(expression)
  if (rule?.kind !== 'at') return rule
  const [first] = instantsOf(zone, Date.parse(rule.at))
  return first === undefined ? undefined : { kind: 'at', at: new Date(first).toISOString() }
}

/** What is wrong with a timing, in one sentence; undefined where it is sound. */
export const problemOf = (expression: string, zone: string): string | undefined => {
  if (!isZone(zone)) return `Invalid ScheduleExpressionTimezone ${zone}.`
  const rule = ruleOf({ expression, zone })
  // The schema refuses a rate of zero.
  if (!rule || !ruleSchema.safeParse(rule).success) return `Invalid Schedule Expression ${expression}.`
  if (rule.kind === 'cron') {
    const parsed = parseCron(rule.expression)
    if (!parsed.ok)
      return `Invalid Schedule Expression ${expression}: ${parsed.reasons.map((reason) => reason.message).join(' ')}`
  }
  return undefined
}

/** The first firing strictly after a moment, in milliseconds since the epoch; undefined where there is none. */
export const nextFiring = (timing: Timing, afterMs: number): number | undefined => {
  const rule = ruleOf(timing)
  if (!rule) return undefined
  const window = { startMs: timing.startMs, endMs: timing.endMs, zone: timing.zone }
  return timesAfter(rule, afterMs, rule.kind === 'at' ? { ...window, startMs: Number.MIN_SAFE_INTEGER } : window).next()
    .value
}

export const isOneTime = (expression: string): boolean => expression.startsWith('at(')
