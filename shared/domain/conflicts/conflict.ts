import * as z from 'zod'
import { assetIdSchema, conflictIdSchema, reservationIdSchema, scheduleIdSchema, workspaceIdSchema } from '../ids.ts'
import { instantSchema } from '../time.ts'

/** Two facts that cannot both hold. */
export const conflictTypes = {
  'double-booked': { severity: 'error', says: 'more units are claimed than the asset has' },
  'asset-unavailable': { severity: 'error', says: 'the asset is out of use while it is claimed' },
  'not-held': { severity: 'error', says: 'a time of a schedule could not be held, because something stands there' },
  absent: { severity: 'error', says: 'somebody is off, has left, or is not qualified any more' },
  overrun: { severity: 'warning', says: 'what is in use lasts into what follows' },
  closed: { severity: 'warning', says: 'outside the opening hours' },
  'too-close': { severity: 'warning', says: 'a buffer or changeover between neighbours is missing' },
  'infeasible-transition': { severity: 'error', says: 'an asset cannot turn from one slot to the next in time' },
} as const
export type ConflictType = keyof typeof conflictTypes
export const severities = ['error', 'warning', 'info'] as const

export const conflictSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: conflictIdSchema,
    type: z.enum(Object.keys(conflictTypes) as [ConflictType, ...ConflictType[]]),
    severity: z.enum(severities),
    assetId: assetIdSchema,
    start: instantSchema,
    end: instantSchema,
    message: z.string(),
    /** The reservations in it; the one that came later, or that is to yield, comes first. */
    reservationIds: z.array(reservationIdSchema).max(20),
    /** The time of a schedule that could not be held. */
    time: z.strictObject({ scheduleId: scheduleIdSchema, scheduledTime: instantSchema }).optional(),
    /** Whom it concerns: subjects, runs, schedules. */
    affected: z.array(z.string()).max(20),
    facts: z.record(z.string(), z.json()),
    status: z.enum(['open', 'resolved']),
    resolution: z
      .strictObject({
        kind: z
          .enum(['accepted', 'moved', 'cancelled', 'gone'])
          .meta({ description: 'gone: what caused it is no more, whoever did that' }),
        by: z.string(),
        at: instantSchema,
        note: z.string().max(500),
      })
      .optional(),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
  })
  .meta({ id: 'Conflict', description: 'Two facts that cannot both hold, and what became of it' })
export type Conflict = z.output<typeof conflictSchema>

/** What a person can do about a conflict; each as it is sent to resolve it. */
export const resolutionSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('accept') }),
    z.strictObject({ kind: z.literal('cancel'), reservationId: reservationIdSchema }),
    z.strictObject({
      kind: z.literal('move'),
      reservationId: reservationIdSchema,
      start: instantSchema,
      end: instantSchema,
      /** Another asset instead of the one in the conflict. */
      assetId: assetIdSchema.optional(),
    }),
  ])
  .meta({ id: 'Resolution', description: 'What to do about a conflict' })
export type Resolution = z.output<typeof resolutionSchema>
