import * as z from 'zod'
import {
  assetIdSchema,
  orderIdSchema,
  planIdSchema,
  protocolIdSchema,
  reservationIdSchema,
  runIdSchema,
  scheduleIdSchema,
  slotIdSchema,
  workspaceIdSchema,
} from '../ids.ts'
import { followsSchema } from '../orders/companion.ts'
import { modeSchema } from '../orders/mode.ts'
import { instantSchema } from '../time.ts'

export const slotStatuses = {
  tentative: 'its time is held; nobody has committed it yet, and planning may move it',
  locked: 'its time is held, and planning must not move it',
  committed: 'it stands; its run starts by itself',
  executing: 'its run has begun',
  completed: 'it was done',
  failed: 'its run did not succeed, or nobody said that it was done',
  cancelled: 'taken back',
} as const
export type SlotStatus = keyof typeof slotStatuses

export const lockLevels = {
  none: 'planning may move it',
  soft: 'planning may move it at a price, outside of the freeze window',
  hard: 'planning must not move it',
} as const
export type LockLevel = keyof typeof lockLevels
export const lockSchema = z.enum(Object.keys(lockLevels) as [LockLevel, ...LockLevel[]])

export const slotSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: slotIdSchema,
    orderId: orderIdSchema,
    /** The plan that it came from; none, where a person put it there. */
    planId: planIdSchema.optional(),
    status: z.enum(Object.keys(slotStatuses) as [SlotStatus, ...SlotStatus[]]),
    lock: lockSchema,
    source: z.enum(['auto', 'manual', 'reshuffle']),
    assets: z.array(z.strictObject({ assetId: assetIdSchema, units: z.int().min(1) })).min(1),
    start: instantSchema,
    end: instantSchema,
    mode: modeSchema,
    /** What its order follows. */
    follows: followsSchema.optional(),
    value: z.int(),
    protocolId: protocolIdSchema.optional(),
    /** What starts its run, where it has a protocol. */
    scheduleId: scheduleIdSchema.optional(),
    runId: runIdSchema.optional(),
    reservationId: reservationIdSchema,
    /** Why it failed or was cancelled. */
    reason: z.string().max(1_000).optional(),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'Slot', description: 'A committed plan item: an order on its assets at a time' })
export type Slot = z.output<typeof slotSchema>
