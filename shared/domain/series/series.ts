import * as z from 'zod'
import { setupSchema } from '../assets/booking-rules.ts'
import { reservationIdSchema, seriesIdSchema, workspaceIdSchema } from '../ids.ts'
import { wantedListSchema } from '../reservations/wanted.ts'
import { exclusionsSchema } from '../schedules/exclusion.ts'
import { ruleSchema } from '../schedules/rule.ts'
import { instantSchema } from '../time.ts'
import { isZone } from '../zone.ts'

/** Times of one series at most; each is a reservation of its own. */
export const mostTimes = 60

export const seriesSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: seriesIdSchema,
    subject: z.string(),
    assets: wantedListSchema,
    rule: ruleSchema,
    timeZone: z.string().max(50).refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' }),
    startAt: instantSchema,
    endAt: instantSchema.optional(),
    count: z
      .int()
      .min(1)
      .max(mostTimes)
      .optional()
      .meta({ description: 'So many times; as many as fit, where left out' }),
    exceptions: exclusionsSchema.optional().meta({ description: 'Days on which it does not take place' }),
    durationMinutes: z
      .int()
      .min(1)
      .max(7 * 1_440),
    mode: z.enum(['all', 'best']).meta({
      description: 'all: every time or none; best: the times that can be had, and a report of the others',
    }),
    setup: setupSchema.optional(),
    project: z.string().min(1).max(60).optional(),
    note: z.string().max(500).optional(),
    status: z.enum(['active', 'cancelled']),
    times: z.array(
      z.strictObject({
        start: instantSchema,
        end: instantSchema,
        reservationId: reservationIdSchema.optional(),
        /** Why it could not be had. */
        problem: z.string().optional(),
      }),
    ),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
  })
  .meta({ id: 'Series', description: 'Recurring bookings of one person' })
export type Series = z.output<typeof seriesSchema>
