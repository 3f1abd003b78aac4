import * as z from 'zod'
import { setupSchema } from '#domain/assets/booking-rules.ts'
import { assetIdSchema, reservationIdSchema } from '#domain/ids.ts'
import { reservationSchema, reservationStatuses } from '#domain/reservations/reservation.ts'
import { wantedListSchema } from '#domain/reservations/wanted.ts'
import { violationSchema } from '#domain/rules/violation.ts'
import { instantSchema } from '#domain/time.ts'
import { subjectSchema } from '#domain/workspaces/workspace.ts'
import { overrideSchema } from '../override.ts'
import { flag, noteBody, pageOf, pageQuery, route } from '../route.ts'

const note = z.string().max(500)
const project = z.string().min(1).max(60)
const optionalNote = z.strictObject({ note: note.optional() })

/** What a booking says. */
export const bookingBody = z.strictObject({
  assets: wantedListSchema,
  start: instantSchema,
  end: instantSchema,
  note: note.optional(),
  setup: setupSchema.optional(),
  project: project.optional(),
  holdMinutes: z
    .int()
    .min(1)
    .max(7 * 1_440)
    .optional()
    .meta({ description: 'Hold it for so long, to be confirmed; booked at once where it is left out' }),
  override: overrideSchema.optional(),
})

const changed = (more: readonly ('asset_busy' | 'against_rules' | 'limit_exceeded' | 'invalid')[] = []) =>
  ({ response: reservationSchema, status: 200, refusals: ['invalid_state', 'forbidden', ...more] }) as const

export const reservationRoutes = {
  createReservation: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/reservations',
    access: 'scientist',
    summary: 'Book one or several assets for a time, all or none',
    description:
      'Assets by id, by group or by capability; the answer says which were picked and why. A refusal lists every rule that is broken.',
    body: bookingBody,
    response: reservationSchema,
    status: 201,
    creates: true,
    refusals: ['invalid', 'invalid_state', 'asset_busy', 'against_rules', 'limit_exceeded'],
  }),
  checkReservation: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/reservations:check',
    access: 'scientist',
    summary: 'Ask the rules, without booking: a new booking, or another time for one that stands',
    body: bookingBody.omit({ holdMinutes: true }).extend({
      reservationId: reservationIdSchema.optional().meta({ description: 'The booking that would be changed' }),
    }),
    response: z.strictObject({
      allowed: z.boolean(),
      violations: z.array(violationSchema),
      picked: z.array(z.strictObject({ assetId: assetIdSchema, because: z.string() })),
    }),
    status: 200,
    refusals: ['invalid_state', 'forbidden'],
  }),
  importReservations: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/reservations:import',
    access: 'manager',
    summary: 'Carry bookings over from elsewhere; a dry run reports every problem by its line',
    description:
      'What was agreed elsewhere may break rules about hours and lengths. With `force` what collides is booked too, and is a conflict. Importing again books nothing twice.',
    body: z.strictObject({
      bookings: z
        .array(bookingBody.omit({ holdMinutes: true, override: true }).extend({ subject: subjectSchema }))
        .min(1)
        .max(100),
      dryRun: z.boolean().default(false),
      force: z.boolean().default(false),
    }),
    response: z.strictObject({
      dryRun: z.boolean(),
      booked: z.array(z.strictObject({ line: z.int(), reservationId: reservationIdSchema.optional() })),
      problems: z.array(
        z.object({
          line: z.int(),
          code: z.string(),
          message: z.string(),
          path: z.string().optional(),
          facts: z.record(z.string(), z.unknown()).optional(),
          severity: z.enum(['hard', 'soft']).optional(),
          overridableBy: z.string().optional(),
        }),
      ),
    }),
    status: 200,
    refusals: ['invalid', 'asset_busy', 'limit_exceeded', 'invalid_state', 'against_rules'],
  }),
  listReservations: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/reservations',
    access: 'viewer',
    summary: 'List reservations: newest first, or by their start where a span is given',
    description: 'Filters leave out items of a page, so it may hold fewer than `limit`.',
    query: pageQuery.extend({
      quarantined: flag.optional().meta({ description: 'true: only those that wait for a person' }),
      from: instantSchema.optional().meta({ description: 'Those that start from then on' }),
      to: instantSchema.optional().meta({ description: 'Those that start before' }),
      assetId: assetIdSchema.optional(),
      status: z.enum(Object.keys(reservationStatuses) as [keyof typeof reservationStatuses]).optional(),
      mine: flag.optional().meta({ description: 'true: only your own' }),
    }),
    response: pageOf(reservationSchema),
    status: 200,
  }),
  getReservation: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/reservations/{reservationId}',
    access: 'viewer',
    summary: 'Get a reservation',
    response: reservationSchema,
    status: 200,
  }),
  changeReservation: route({
    method: 'PATCH',
    path: '/v1/workspaces/{workspaceId}/reservations/{reservationId}',
    access: 'scientist',
    summary: 'Extend, shorten or move a booking; your own, or anybody’s as a manager',
    body: z
      .strictObject({
        start: instantSchema,
        end: instantSchema,
        assets: wantedListSchema,
        note,
        override: overrideSchema,
      })
      .partial(),
    ifMatch: 'required',
    ...changed(['invalid', 'asset_busy', 'against_rules', 'limit_exceeded']),
  }),
  confirmReservation: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/reservations/{reservationId}/confirm',
    access: 'scientist',
    summary: 'Make a hold stand: your own, or one that waits for somebody with your role',
    body: optionalNote,
    ...changed(),
  }),
  cancelReservation: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/reservations/{reservationId}/cancel',
    access: 'scientist',
    summary: 'Give a booking back; your own, or anybody’s as a manager',
    body: noteBody,
    ...changed(),
  }),
  transferReservation: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/reservations/{reservationId}/transfer',
    access: 'scientist',
    summary: 'Give a booking to another member; your own, or anybody’s as a manager',
    body: noteBody.extend({ to: subjectSchema, override: overrideSchema.optional() }),
    ...changed(['invalid', 'against_rules']),
  }),
  checkIn: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/reservations/{reservationId}/check-in',
    access: 'scientist',
    summary: 'Begin to use what you booked, from 15 minutes before its start; it counts until you check out',
    body: z.strictObject({}),
    ...changed(['asset_busy']),
  }),
  checkOut: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/reservations/{reservationId}/check-out',
    access: 'scientist',
    summary: 'Give back what you use, or the rest of a booking that has begun',
    body: optionalNote,
    ...changed(),
  }),
  releaseReservation: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/reservations/{reservationId}/release',
    access: 'operator',
    summary: 'End a quarantine, after looking at the instrument',
    body: noteBody,
    response: reservationSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
} as const
