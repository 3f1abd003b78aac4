import * as z from 'zod'
import { openingHoursSchema } from '../assets/opening-hours.ts'
import { batchIdSchema, orderIdSchema, protocolIdSchema, slotIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { instantSchema } from '../time.ts'
import { followsSchema } from './companion.ts'
import { modeSchema } from './mode.ts'
import { requirementsSchema } from './requirement.ts'
import { startsSchema } from './starts.ts'
import { orderTypeNameSchema } from './type-name.ts'

export const orderStatuses = {
  new: 'waits to be planned',
  deferred: 'put off; it waits to be planned again from `deferredUntil` on',
  planned: 'time is held for it, and nobody has committed it yet',
  committed: 'it has a slot; its run starts by itself',
  completed: 'its slots have done it',
  cancelled: 'not wanted any more; may be reopened',
  rejected: 'will not be done; the reason says why',
} as const
export type OrderStatus = keyof typeof orderStatuses

export const externalReferenceSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._:/-]{0,98}[A-Za-z0-9])?$/,
    'letters, digits and . _ : / - between them, at most 100',
  )
  .meta({ description: 'The name by which another system knows it; unique in the workspace', examples: ['LIMS-4711'] })

export const orderSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: orderIdSchema,
    name: nameSchema,
    type: orderTypeNameSchema.optional(),
    status: z.enum(Object.keys(orderStatuses) as [OrderStatus, ...OrderStatus[]]),
    priority: z.int().min(1).max(5).meta({ description: '1 to 5; 5 is most urgent' }),
    value: z
      .int()
      .min(1)
      .max(1_000_000)
      .meta({ description: 'What it is worth to have it done; plans collect as much as they can' }),
    quality: z.number().min(0).max(1).optional().meta({ description: 'How good its result is expected to be' }),
    durationMinutes: z
      .int()
      .min(1)
      .max(7 * 1_440),
    release: instantSchema.optional().meta({ description: 'Not to start before' }),
    due: instantSchema.optional().meta({ description: 'Not to end after' }),
    /** Assets that it needs, all at once. */
    requirements: requirementsSchema,
    mode: modeSchema,
    /** What its slots run. Without one they are kept free, and a person says that it was done. */
    protocolId: protocolIdSchema.optional(),
    parameters: z.record(z.string(), z.json()).optional(),
    constraints: z
      .strictObject({
        hours: openingHoursSchema.optional().meta({ description: 'It lies within these hours' }),
        starts: startsSchema.optional().meta({ description: 'It begins at one of these times' }),
      })
      .optional(),
    follows: followsSchema.optional(),
    byHandOnly: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .meta({ description: 'Why it is not to be assigned automatically; people may still plan it' }),
    source: z.enum(['manual', 'import', 'template', 'legacy']),
    externalReference: externalReferenceSchema.optional(),
    batchId: batchIdSchema.optional(),
    tags: z.array(z.string().min(1).max(60)).max(20),
    notes: z.string().max(2_000).optional(),
    deferredUntil: instantSchema.optional(),
    /** Why it was rejected, cancelled or put off. */
    reason: z.string().max(500).optional(),
    /** How often its slot made way for a more urgent order. */
    timesBumped: z.int().min(0).optional(),
    /** Slots that serve it, or served it. */
    slots: z.array(slotIdSchema).max(20),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({
    id: 'Order',
    description: 'A request for work with value, window, duration and requirements but no fixed time',
  })
export type Order = z.output<typeof orderSchema>
