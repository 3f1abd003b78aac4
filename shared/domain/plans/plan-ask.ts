import * as z from 'zod'
import { assetIdSchema, batchIdSchema, orderIdSchema } from '../ids.ts'
import { freezeMinutes } from './live-slot.ts'
import { algorithms, objectives, planModes, repairPresets } from './plan.ts'

const keysOf = <T extends object>(table: T) => Object.keys(table) as [keyof T & string, ...(keyof T & string)[]]

/** Iterations of a search within a request, and of one that has minutes. */
export const usualIterations = { request: 20_000, run: 500_000 } as const

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
}
