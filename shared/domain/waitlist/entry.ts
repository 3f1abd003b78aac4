import * as z from 'zod'
import { setupSchema } from '../assets/booking-rules.ts'
import { reservationIdSchema, waitlistEntryIdSchema, workspaceIdSchema } from '../ids.ts'
import { wantedListSchema } from '../reservations/wanted.ts'
import { instantSchema } from '../time.ts'

export const waitlistStatuses = {
  waiting: 'the first in line gets what becomes free',
  offered: 'time is held for it, to be confirmed',
  taken: 'the offer was confirmed',
  lapsed: 'the offer was not confirmed, or its window has passed',
  withdrawn: 'the person does not want it any more',
} as const

/** Somebody waits for time on assets within a window. */
export const waitlistEntrySchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: waitlistEntryIdSchema,
    subject: z.string(),
    assets: wantedListSchema,
    durationMinutes: z
      .int()
      .min(1)
      .max(60 * 1_440),
    from: instantSchema,
    to: instantSchema,
    setup: setupSchema.optional(),
    project: z.string().min(1).max(60).optional(),
    note: z.string().max(500).optional(),
    /** For how long an offer is held. */
    holdMinutes: z.int().min(1).max(1_440),
    status: z.enum(Object.keys(waitlistStatuses) as [keyof typeof waitlistStatuses]),
    offer: z
      .strictObject({
        reservationId: reservationIdSchema,
        start: instantSchema,
        end: instantSchema,
        expiresAt: instantSchema,
      })
      .optional(),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
  })
  .meta({ id: 'WaitlistEntry', description: 'Somebody waits for time on assets within a window' })
export type WaitlistEntry = z.output<typeof waitlistEntrySchema>
