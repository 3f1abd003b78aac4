import * as z from 'zod'
import { assetIdSchema, batchIdSchema, orderIdSchema } from '../ids.ts'
import { keysOf } from '../keys-of.ts'
import { freezeMinutes } from './live-slot.ts'
import { type Algorithm, algorithms, objectives, planModes, repairPresets } from './plan.ts'

/** Iterations of a search within a request, and of one that has minutes. */
export const usualIterations = { request: 20_000, run: 500_000 } as const

/** How many days are planned, and how many days ahead what is made by itself begins. People plan their weeks; instruments their days. */
export const usualDays = (algorithm: Algorithm | undefined): { readonly days: number; readonly bufferDays: number } =>
  algorithm === 'assignment' ? { days: 21, bufferDays: 3 } : { days: 7, bufferDays: 0 }

/** What counts how much in a plan: `move`, `reassign` and `drop` are prices, as fractions of the mean value of the orders. */
export type PlanWeights = {
  readonly move: number
  readonly reassign: number
  readonly drop: number
  readonly earliness: number
  readonly load: number
  readonly changeover: number
}

/** Moving must pay for itself; dropping costs more than any move. The last three count between plans that are alike in the rest. */
export const usualWeights: PlanWeights = {
  move: 0.25,
  reassign: 0.25,
  drop: 1,
  earliness: 0.5,
  load: 0.3,
  changeover: 0.2,
}

const weight = (usual: keyof PlanWeights) => z.number().min(0).max(100).default(usualWeights[usual])

/** How a plan is made, whatever time it is for. */
export const planAskFields = {
  mode: z.enum(['auto', ...keysOf(planModes)]).default('auto'),
  algorithm: z
    .enum(keysOf(algorithms))
    .optional()
    .meta({ description: '`search`, where neither it nor the policy of a batch says' }),
  seed: z.int().min(0).max(2_147_483_647).default(1),
  iterations: z.int().min(1).max(10_000_000).default(usualIterations.request),
  freezeMinutes: z.int().min(0).max(10_080).default(freezeMinutes),
  orderIds: z.array(orderIdSchema).min(1).max(5_000).optional(),
  assetIds: z.array(assetIdSchema).min(1).max(1_000).optional(),
  batchId: batchIdSchema.optional().meta({ description: 'The orders of this batch, as its policy says' }),
  objective: z.enum(keysOf(objectives)).optional(),
  maxChanges: z
    .int()
    .min(0)
    .max(5_000)
    .optional()
    .meta({ description: 'Slots that are moved or dropped at most; what cannot stay is not counted' }),
  preset: z
    .enum(keysOf(repairPresets))
    .optional()
    .meta({ description: 'Of a repair: conservative, balanced or aggressive' }),
  weights: z
    .strictObject({
      move: weight('move').meta({ description: 'Price of putting a slot elsewhere, in mean values of an order' }),
      reassign: weight('reassign').meta({ description: 'Price on top where its assets change' }),
      drop: weight('drop').meta({ description: 'Price of giving a slot up' }),
      earliness: weight('earliness').meta({ description: 'How much it counts to start early' }),
      load: weight('load').meta({ description: 'How much it counts that assets are used alike' }),
      changeover: weight('changeover').meta({ description: 'How much it counts to save changeover' }),
    })
    .optional()
    .meta({ description: 'What counts how much; the last three decide between plans of the same value and changes' }),
}
