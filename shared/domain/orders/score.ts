import * as z from 'zod'
import { msOf } from '../time.ts'
import type { Order } from './order.ts'

/** What counts how much in the order of the inbox. */
export const policies = {
  balanced: { priority: 2, deadline: 2, age: 1, quality: 1 },
  'urgent-first': { priority: 5, deadline: 2, age: 0, quality: 0 },
  'due-first': { priority: 1, deadline: 5, age: 0, quality: 0 },
  'oldest-first': { priority: 1, deadline: 1, age: 5, quality: 0 },
  'best-first': { priority: 1, deadline: 1, age: 0, quality: 5 },
} as const
export type PolicyName = keyof typeof policies
export const policyNameSchema = z
  .enum(Object.keys(policies) as [PolicyName, ...PolicyName[]])
  .meta({ id: 'InboxPolicy', description: 'What counts how much in the order of the inbox' })

/** How much each term counts. */
export type Weights = { readonly [K in 'priority' | 'deadline' | 'age' | 'quality']: number }

const hourMs = 3_600_000
const weekHours = 168

/** 1 where it is overdue, falling to 0 a week before; by the hour on the last day, slower before. */
const deadlineTerm = (due: string | undefined, nowMs: number): number => {
  if (due === undefined) return 0
  const left = (msOf(due) - nowMs) / hourMs
  if (left <= 0) return 1
  if (left < 24) return 1 - left / 48
  return left < weekHours ? 0.5 * (1 - (left - 24) / (weekHours - 24)) : 0
}

export const scoreSchema = z
  .strictObject({
    policy: policyNameSchema,
    score: z.number(),
    /** Each from 0 to 1, and how much it counts. */
    terms: z.record(
      z.enum(['priority', 'deadline', 'age', 'quality']),
      z.strictObject({ value: z.number(), weight: z.number() }),
    ),
  })
  .meta({ id: 'OrderScore', description: 'How far up an order stands in the inbox, and why' })
export type OrderScore = z.output<typeof scoreSchema>

/** How urgent an order is by some weights, 0 to 1: the weighted mean of its terms. */
export const scoreBy = (order: Order, weights: Weights, nowMs: number): Omit<OrderScore, 'policy'> => {
  const values = {
    priority: (order.priority - 1) / 4,
    deadline: deadlineTerm(order.due, nowMs),
    age: Math.min(1, Math.max(0, nowMs - msOf(order.createdAt)) / (weekHours * hourMs)),
    quality: order.quality ?? 0.5,
  }
  const names = Object.keys(values) as (keyof typeof values)[]
  const total = names.reduce((sum, name) => sum + weights[name], 0)
  const score = names.reduce((sum, name) => sum + weights[name] * values[name], 0) / total
  const round = (value: number): number => Math.round(value * 10_000) / 10_000
  const terms = Object.fromEntries(names.map((name) => [name, { value: round(values[name]), weight: weights[name] }]))
  return { score: round(score), terms: terms as OrderScore['terms'] }
}

/** The same under a policy. */
export const scoreOf = (order: Order, policy: PolicyName, nowMs: number): OrderScore => ({
  policy,
  ...scoreBy(order, policies[policy], nowMs),
})
