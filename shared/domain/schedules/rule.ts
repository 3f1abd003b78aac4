import * as z from 'zod'
import { type Instant, instantSchema } from '../time.ts'
import type { Closure, Exclusion, Move, Skip } from './exclusion.ts'
import { intervalMs } from './interval.ts'
import { type RateUnit, rateUnits } from './rate-units.ts'

const at = z.strictObject({
  kind: z.literal('at'),
  /** A moment with an offset, or a wall time `2026-11-20T09:00[:00]` in the schedule's zone. Stored as a moment in UTC. */
  at: z.string().max(40),
})
const rate = z.strictObject({
  kind: z.literal('rate'),
  every: z.int().min(1).max(100_000),
  unit: z.enum(Object.keys(rateUnits) as [RateUnit, ...RateUnit[]]),
})
const every = z.strictObject({
  kind: z.literal('every'),
  interval: z.union([z.string().min(1).max(40), z.number()]).meta({
    description: 'An ISO-8601 duration, or a number of hours; stored as a duration. At least a minute',
    examples: ['PT90M', 1.5],
  }),
  anchor: instantSchema.optional().meta({
    description: 'A moment at which it fires, from which all others are counted; the start where it is left out',
  }),
})
const cron = z.strictObject({
  kind: z.literal('cron'),
  /**
   * Six fields: minute hour day-of-month month day-of-week year; one of the two day fields is `?`. Classic five fields and
   * phrases such as `hourly`, `daily at 09:00`, `at 09:00 on weekdays` are taken too, and stored as six.
   */
  expression: z.string().min(1).max(200),
})
const calendar = z.strictObject({
  kind: z.literal('calendar'),
  rrule: z
    .string()
    .min(1)
    .max(300)
    .meta({
      description: 'A recurrence rule of iCalendar (RFC 5545) by days: which days it fires on',
      examples: ['FREQ=MONTHLY;BYDAY=-1FR'],
    }),
  times: z
    .array(z.string().max(5))
    .min(1)
    .max(48)
    .optional()
    .meta({
      description: 'Times of day, in the zone of the schedule; or say them as BYHOUR and BYMINUTE',
      examples: [['09:00', '17:30']],
    }),
})

const singles = [at, rate, every, cron, calendar] as const

/** When a schedule starts runs. What EventBridge Scheduler cannot express is carried by one entry that is moved on. */
export const ruleSchema = z
  .discriminatedUnion('kind', [
    ...singles,
    /** Fires whenever one of them does; once where several name the same moment. */
    z.strictObject({ kind: z.literal('any'), rules: z.array(z.discriminatedUnion('kind', singles)).min(2).max(10) }),
  ])
  .meta({ id: 'Rule', description: 'When a schedule starts runs' })
export type Rule = z.output<typeof ruleSchema>
export type SingleRule = Exclude<Rule, { kind: 'any' }>

/** What a stored rule is evaluated against. Times in milliseconds since the epoch. */
export type RuleWindow = {
  /** Anchor of a rate, and the first moment at which anything may fire. */
  readonly startMs: number
  /** Last moment at which anything may fire (inclusive). */
  readonly endMs?: number | undefined
  readonly zone: string
  /** Days on which nothing fires, by the calendar of the zone. */
  readonly exclusions?: readonly Exclusion[] | undefined
  /** Spans of time in which nothing fires. */
  readonly closures?: readonly Closure[] | undefined
  /** Single times at which nothing fires. */
  readonly skips?: readonly Skip[] | undefined
  /** Single times that a person put elsewhere. */
  readonly moves?: readonly Move[] | undefined
}

/** EventBridge Scheduler's calendar ends with 2199; what lies beyond is a typing error. Milliseconds since the epoch. */
export const calendarEndMs = Date.UTC(2200, 0, 1) - 1

/** A rule that names nothing for this many years fires never; 2096 to 2104 has no 29 February, so eight are too few. */
export const horizonYears = 30

/** The distance between two firings of a rule that has one, in milliseconds. */
export const periodMs = (rule: Extract<Rule, { kind: 'rate' | 'every' }>): number =>
  rule.kind === 'rate' ? rule.every * rateUnits[rule.unit] : intervalMs(rule.interval)

/** The expression in EventBridge Scheduler's own notation, an `at` in UTC; undefined for what it cannot express. */
export const eventBridgeExpression = (rule: Rule): string | undefined => {
  switch (rule.kind) {
    case 'at':
      return `at(${(rule.at as Instant).slice(0, 19)})`
    case 'rate':
      return `rate(${rule.every} ${rule.unit}${rule.every === 1 ? '' : 's'})`
    case 'every': {
      const minutes = periodMs(rule) / rateUnits.minute
      return Number.isInteger(minutes) ? `rate(${minutes} minute${minutes === 1 ? '' : 's'})` : undefined
    }
    case 'cron':
      return `cron(${rule.expression})`
    case 'calendar':
    case 'any':
      return undefined
  }
}

/** Parses EventBridge Scheduler's notation back to a rule, or undefined where it is none. `at` gives a moment, read as UTC. */
export const ruleOfEventBridgeExpression = (
  expression: string,
): Extract<Rule, { kind: 'at' | 'rate' | 'cron' }> | undefined => {
  const [, kind, inner] = /^(at|rate|cron)\((.*)\)$/.exec(expression) ?? []
  if (kind === 'at') {
    const moment = instantSchema.safeParse(`${inner}Z`)
    return moment.success ? { kind, at: moment.data } : undefined
  }
  if (kind === 'cron') return { kind, expression: inner ?? '' }
  const [, count, unit] = /^(\d+) (minute|hour|day)s?$/.exec(inner ?? '') ?? []
  return kind === 'rate' && count ? { kind, every: Number(count), unit: unit as RateUnit } : undefined
}
