import * as z from 'zod'
import { assetIdSchema, reservationIdSchema, runIdSchema, workspaceIdSchema } from '../ids.ts'
import { instantSchema } from '../time.ts'

export const reservationStatuses = {
  confirmed: 'stands in the calendar: claims its assets for [start, end)',
  active: 'in use now: claims its assets until it is released, whatever the planned end',
  quarantined: 'a drive may still be going on; claims its assets until a person or the agent’s own proof ends it',
  released: 'over',
  cancelled: 'given back before it started',
} as const
export type ReservationStatus = keyof typeof reservationStatuses

export const reservationSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), runId: runIdSchema }),
  z.strictObject({ kind: z.literal('person'), subject: z.string() }),
])

export const reservationSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: reservationIdSchema,
    status: z.enum(Object.keys(reservationStatuses) as [ReservationStatus, ...ReservationStatus[]]),
    source: reservationSourceSchema,
    assets: z.array(z.strictObject({ assetId: assetIdSchema, units: z.int().min(1) })).min(1),
    start: instantSchema,
    /** Planned end; an active reservation may last longer. */
    end: instantSchema,
    note: z.string().max(500).optional(),
    endedAt: instantSchema.optional(),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
  })
  .meta({ id: 'Reservation', description: 'A claim on units of one or more assets for [start, end)' })
export type Reservation = z.output<typeof reservationSchema>

/** Open reservations, active and quarantined, stand in the ledger's OPEN item and have no end of their own (I13). */
export const isOpenReservation = (reservation: Reservation): boolean =>
  reservation.status === 'active' || reservation.status === 'quarantined'
