import * as z from 'zod'
import { batchIdSchema, planIdSchema, workspaceIdSchema } from '../ids.ts'
import { keysOf } from '../keys-of.ts'
import { nameSchema } from '../name.ts'
import { algorithms, objectives, rejectionCodes, repairPresets } from '../plans/plan.ts'
import { instantSchema } from '../time.ts'
import { batchStatuses } from './batch-status.ts'
import type { Order } from './order.ts'
import { type PolicyName, policies, policyNameSchema, scoreBy, type Weights } from './score.ts'

const weight = z.number().min(0).max(5)
const weightsSchema = z
  .strictObject({ priority: weight, deadline: weight, age: weight, quality: weight })
  .refine((weights) => Object.values(weights).some((one) => one > 0), { error: 'one of them must count at least' })

export const batchPolicySchema = z
  .strictObject({
    weights: z
      .union([policyNameSchema, weightsSchema])
      .default('balanced')
      .meta({ description: 'What counts how much when its orders are ranked: 0 to 5 each, or the name of a policy' }),
    maxOrders: z.int().min(1).max(500).default(500).meta({ description: 'So many are planned, the highest ranked' }),
    horizonHours: z.int().min(1).max(168).default(168).meta({ description: 'So far ahead, where a plan does not say' }),
    minPriority: z.int().min(1).max(5).default(1).meta({ description: 'What is less urgent is not planned' }),
    repairPreset: z.enum(keysOf(repairPresets)).default('balanced'),
    algorithm: z.enum(keysOf(algorithms)).optional(),
    objective: z.enum(keysOf(objectives)).optional(),
  })
  .meta({ id: 'BatchPolicy', description: 'Which orders of a batch are planned, and how' })
export type BatchPolicy = z.output<typeof batchPolicySchema>

/** Why an order of a batch was not even given to the planner. */
export const notChosenCodes = {
  BELOW_MIN_PRIORITY: 'it is less urgent than the policy asks for',
  BEYOND_MAX_ORDERS: 'others rank higher, and the policy takes no more',
} as const

const reasonCodes = [...keysOf(rejectionCodes), ...keysOf(notChosenCodes)] as const

export const batchSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: batchIdSchema,
    name: nameSchema,
    status: z.enum(keysOf(batchStatuses)),
    policy: batchPolicySchema,
    notes: z.string().max(2_000).optional(),
    /** Its last plan, and what that came to. */
    result: z
      .strictObject({
        planId: planIdSchema,
        at: instantSchema,
        ordersSatisfied: z.int(),
        ordersUnsatisfied: z.int(),
        unsatisfiedReasons: z.partialRecord(z.enum(reasonCodes), z.int()),
        computeMs: z.int(),
      })
      .optional(),
    /** Why it was cancelled. */
    reason: z.string().max(500).optional(),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'Batch', description: 'Orders that are planned together under a policy' })
export type Batch = z.output<typeof batchSchema>

export const weightsOf = ({ weights }: BatchPolicy): Weights =>
  typeof weights === 'string' ? policies[weights as PolicyName] : weights

export type Choice = {
  /** The most urgent first. */
  readonly chosen: readonly Order[]
  readonly left: Readonly<Record<keyof typeof notChosenCodes, number>>
}

/** The orders of a batch that are planned under its policy. Which they are is a matter of their scores; what a plan collects, of their value. */
export const chosenOf = (waiting: readonly Order[], policy: BatchPolicy, nowMs: number): Choice => {
  const urgent = waiting.filter(({ priority }) => priority >= policy.minPriority)
  const weights = weightsOf(policy)
  const ranked = urgent
    .map((order) => ({ order, ...scoreBy(order, weights, nowMs) }))
    .toSorted((a, b) => b.score - a.score || (a.order.id < b.order.id ? -1 : 1))
  return {
    chosen: ranked.slice(0, policy.maxOrders).map(({ order }) => order),
    left: {
      BELOW_MIN_PRIORITY: waiting.length - urgent.length,
      BEYOND_MAX_ORDERS: Math.max(0, ranked.length - policy.maxOrders),
    },
  }
}
