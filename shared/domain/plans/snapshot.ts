import * as z from 'zod'
import { orderIdSchema, planIdSchema, slotIdSchema, snapshotIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { instantSchema } from '../time.ts'
import { type Slot, slotSchema } from './slot.ts'

/** What is needed to put a slot back. */
export const snapshotSlotSchema = z
  .strictObject({
    slotId: slotIdSchema,
    orderId: orderIdSchema,
    planId: planIdSchema.optional(),
    status: z.enum(['tentative', 'locked', 'committed']),
    lock: slotSchema.shape.lock,
    source: slotSchema.shape.source,
    assets: slotSchema.shape.assets,
    start: instantSchema,
    end: instantSchema,
  })
  .meta({ id: 'SnapshotSlot', description: 'How a slot stood when a snapshot was taken' })
export type SnapshotSlot = z.output<typeof snapshotSlotSchema>

export const snapshotSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: snapshotIdSchema,
    /** taking: not all of its parts are there yet; going: it is being forgotten. Neither is told of. */
    state: z.enum(['taking', 'taken', 'going']),
    revision: z.int().min(0).meta({ description: 'Of the slots when it was taken' }),
    name: nameSchema,
    planId: planIdSchema
      .optional()
      .meta({ description: 'The plan that was committed next; none where a person took it' }),
    slots: z.int(),
    parts: z.int(),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'Snapshot', description: 'How the slots stood at a moment' })
export type Snapshot = z.output<typeof snapshotSchema>

/** Slots of a snapshot in pieces that one document holds. */
export type SnapshotPart = {
  readonly workspaceId: Snapshot['workspaceId']
  /** Of the snapshot and its number: `snp_…-0`. */
  readonly id: string
  readonly slots: readonly SnapshotSlot[]
  readonly version: number
}

/** What has begun cannot be put anywhere, so it is in no snapshot. */
export const snapshotSlotsOf = (slots: readonly Slot[]): SnapshotSlot[] =>
  slots.flatMap(({ id, orderId, planId, status, lock, source, assets, start, end }) =>
    status === 'tentative' || status === 'locked' || status === 'committed'
      ? [
          {
            slotId: id,
            orderId,
            ...(planId !== undefined && { planId }),
            status,
            lock,
            source,
            assets,
            start,
            end,
          },
        ]
      : [],
  )
