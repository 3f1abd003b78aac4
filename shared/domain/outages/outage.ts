import * as z from 'zod'
import { assetIdSchema, outageIdSchema, reservationIdSchema, workspaceIdSchema } from '../ids.ts'
import { instantSchema } from '../time.ts'

/** An asset is out of use for a time, planned or of a sudden: what stands there is moved, cancelled or left in conflict. */
export const outageSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: outageIdSchema,
    assetIds: z.array(assetIdSchema).min(1).max(10),
    start: instantSchema,
    end: instantSchema,
    reason: z.string().min(1).max(500),
    status: z.enum(['announced', 'cancelled']),
    /** The reservations that keep the assets out of use. */
    blocks: z.array(reservationIdSchema),
    results: z.array(
      z.strictObject({
        reservationId: reservationIdSchema,
        what: z.enum(['moved', 'cancelled', 'failed']),
        message: z.string().optional(),
      }),
    ),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
  })
  .meta({ id: 'Outage', description: 'Assets out of use for a time, and what became of what stood there' })
export type Outage = z.output<typeof outageSchema>
