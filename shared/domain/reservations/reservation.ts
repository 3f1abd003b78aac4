import * as z from 'zod'
import { setupSchema } from '../assets/booking-rules.ts'
import {
  assetIdSchema,
  outageIdSchema,
  reservationIdSchema,
  runIdSchema,
  scheduleIdSchema,
  seriesIdSchema,
  slotIdSchema,
  workspaceIdSchema,
} from '../ids.ts'
import { orderTypeNameSchema } from '../orders/type-name.ts'
import { instantSchema } from '../time.ts'
import { roleSchema } from '../workspaces/workspace.ts'

export const reservationStatuses = {
  held: 'claims its assets until it is confirmed, started or expires',
  confirmed: 'stands in the calendar: claims its assets for [start, end)',
  active: 'in use now: claims its assets until it is released, whatever the planned end',
  quarantined: 'a drive may still be going on; claims its assets until a person or the agent’s own proof ends it',
  released: 'over',
  cancelled: 'given back',
  expired: 'held, and never confirmed or started',
} as const
export type ReservationStatus = keyof typeof reservationStatuses

export const reservationSourceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('run'), runId: runIdSchema }),
  z.strictObject({ kind: z.literal('person'), subject: z.string() }),
  /** Held ahead for a time of a schedule. */
  z.strictObject({
    kind: z.literal('schedule'),
    scheduleId: scheduleIdSchema,
    scheduledTime: instantSchema,
    /** The slot whose schedule it is. */
    slotId: slotIdSchema.optional(),
  }),
  /** Held for an order by a plan, to be committed, or done by hand. */
  z.strictObject({ kind: z.literal('slot'), slotId: slotIdSchema }),
  /** Out of use on purpose: who says so, and the outage that it is part of. */
  z.strictObject({ kind: z.literal('maintenance'), subject: z.string(), outageId: outageIdSchema.optional() }),
])

/** Why something ended that was not simply used to its end. */
export const endReasons = {
  over: 'its time is over',
  early: 'released before its end',
  late: 'released after its end',
  'no-show': 'nobody checked in',
  'not-confirmed': 'nobody confirmed it in time',
  moved: 'something else took its place',
  'not-used': 'its run did not need it',
  recurrence: 'its schedule does not fire at this time any more',
} as const

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
    setup: setupSchema.optional(),
    /** Type of the order that it is for. */
    orderType: orderTypeNameSchema.optional(),
    project: z.string().min(1).max(60).optional(),
    /** Whose limits and quotas it counts against. */
    accounts: z.array(z.string()).optional(),
    seriesId: seriesIdSchema.optional(),
    /** How assets were picked that were asked for by group or capability. */
    picked: z.array(z.strictObject({ assetId: assetIdSchema, because: z.string() })).optional(),
    /** A hold ends then, unless it is confirmed before. */
    expiresAt: instantSchema.optional(),
    /** Confirming it needs this role. */
    needsApprovalBy: roleSchema.optional(),
    confirmedBy: z.string().optional(),
    /** Somebody must check in until then. */
    checkInBy: instantSchema.optional(),
    /** When it came into use. */
    startedAt: instantSchema.optional(),
    /** When it became uncertain whether its drive goes on. */
    quarantinedAt: instantSchema.optional(),
    endedAt: instantSchema.optional(),
    endedBecause: z.enum(Object.keys(endReasons) as [keyof typeof endReasons]).optional(),
    /** Rules that were overridden for it, by whom and why. */
    overrides: z
      .array(z.strictObject({ codes: z.array(z.string()), reason: z.string(), by: z.string(), at: instantSchema }))
      .optional(),
    /** People it was transferred from, oldest first. */
    transfers: z
      .array(z.strictObject({ from: z.string(), to: z.string(), by: z.string(), at: instantSchema, note: z.string() }))
      .optional(),
    /** When Benchtime looks at it next by itself: it expires, nobody came, it is over. */
    lookAt: instantSchema.optional(),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
  })
  .meta({ id: 'Reservation', description: 'A claim on units of one or more assets for [start, end)' })
export type Reservation = z.output<typeof reservationSchema>
export type ReservationSource = Reservation['source']

/** Open reservations, active and quarantined, stand in the ledger's OPEN item and have no end of their own (I13). */
export const isOpenReservation = ({ status }: Pick<Reservation, 'status'>): boolean =>
  status === 'active' || status === 'quarantined'

/** Those that stand in the items of their days (I13). */
export const isAhead = ({ status }: Pick<Reservation, 'status'>): boolean => status === 'held' || status === 'confirmed'

/** Who holds it, in one word: a subject, a run, a schedule. */
export const holderOf = (source: ReservationSource): string => {
  switch (source.kind) {
    case 'run':
      return source.runId
    case 'schedule':
      return source.scheduleId
    case 'slot':
      return source.slotId
    case 'person':
      return source.subject
    case 'maintenance':
      return source.subject
  }
}

/** The person whose reservation it is; undefined where it is a run's or a schedule's. */
export const ownerOf = (source: ReservationSource): string | undefined =>
  source.kind === 'person' || source.kind === 'maintenance' ? source.subject : undefined
