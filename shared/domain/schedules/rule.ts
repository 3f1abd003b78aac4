import * as z from 'zod'
import { type Instant, instantSchema } from '../time.ts'
import type { Exclusion, Skip } from './exclusion.ts'

export const rateUnits = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
export type RateUnit = keyof typeof rateUnits

/** When a schedule starts runs. Three kinds, exactly those that EventBridge Scheduler can express. */
export const ruleSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('at'),
      /** A moment with an offset, or a wall time `2026-11-20T09:00[:00]` in the schedule's zone. Stored as a moment in UTC. */
      at: z.string().max(40),
    }),
    z.strictObject({
      kind: z.literal('rate'),
      every: z.int().min(1).max(100_000),
      unit: z.enum(Object.keys(rateUnits) as [RateUnit, ...RateUnit[]]),
    }),
    z.strictObject({
      kind: z.literal('cron'),
      /**
       * Six fields: minute hour day-of-month month day-of-week year; one of the two day fields is `?`. Classic five fields,
       * `hourly`, `daily at 09:00` and `weekly on Monday, Friday at 17:30` are taken too, and stored as six.
       */
      expression: z.string().min(1).max(200),
    }),
  ])
  .meta({ id: 'Rule', description: 'When a schedule starts runs' })
export type Rule = z.output<typeof ruleSchema>

/** What a stored rule is evaluated against. Times in milliseconds since the epoch. */
export type RuleWindow = {
  /** Anchor of a rate, and the first moment at which anything may fire. */
  readonly startMs: number
  /** Last moment at which anything may fire (inclusive). */
  readonly endMs?: number | undefined
  readonly zone: string
  /** Days on which nothing fires. */
  readonly exclusions?: readonly Exclusion[] | undefined
  /** Single times at which nothing fires. */
  readonly skips?: readonly Skip[] | undefined
}

/** EventBridge Scheduler's calendar ends with 2199; what lies beyond is a typing error. Milliseconds since the epoch. */
export const calendarEndMs = Date.UTC(2200, 0, 1) - 1

export const ratePeriodMs = (rule: Extract<Rule, { kind: 'rate' }>): number => rule.every * rateUnits[rule.unit]

/** The expression in EventBridge Scheduler's own notation; an `at` is sent in UTC. */
export const eventBridgeExpression = (rule: Rule): string => {
  switch (rule.kind) {
    case 'at':
      return `at(${(rule.at as Instant).slice(0, 19)})`
    case 'rate':
      return `rate(${rule.every} ${rule.unit}${rule.every === 1 ? '' : 's'})`
    case 'cron':
      return `cron(${rule.expression})`
  }
}

/** Parses EventBridge Scheduler's notation back to a rule, or undefined where it is none. `at` gives a moment, read as UTC. */
export const ruleOfEventBridgeExpression = (expression: string): Rule | undefined => {
  const [, kind, inner] = /^(at|rate|cron)\((.*)\)$/.exec(expression) ?? []
  if (kind === 'at') {
    const at = instantSchema.safeParse(`${inner}Z`)
    return at.success ? { kind, at: at.data } : undefined
  }
  if (kind === 'cron') return { kind, expression: inner ?? '' }
  const [, every, unit] = /^(\d+) (minute|hour|day)s?$/.exec(inner ?? '') ?? []
  return kind === 'rate' && every ? { kind, every: Number(every), unit: unit as RateUnit } : undefined
}
