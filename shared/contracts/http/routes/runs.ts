import * as z from 'zod'
import { auditEntrySchema } from '#domain/audit/entry.ts'
import { assetIdSchema, protocolIdSchema, scheduleIdSchema } from '#domain/ids.ts'
import { reservationSchema } from '#domain/reservations/reservation.ts'
import { runSchema } from '#domain/runs/run.ts'
import { instantSchema } from '#domain/time.ts'
import { noteBody, pageOf, pageQuery, route } from '../route.ts'

export const runRoutes = {
  startRun: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/runs',
    access: 'scientist',
    summary: 'Start a run of a protocol now',
    body: z.strictObject({
      protocolId: protocolIdSchema,
      parameters: z.record(z.string(), z.json()).default({}),
      priority: z.int().min(1).max(5).optional(),
    }),
    response: runSchema,
    status: 201,
    creates: true,
    refusals: ['invalid', 'invalid_state'],
  }),
  listRuns: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/runs',
    access: 'viewer',
    summary: 'List runs, newest first',
    query: pageQuery.extend({
      scheduleId: scheduleIdSchema.optional(),
      live: z.enum(['true']).optional().meta({ description: 'Only runs that have not ended' }),
    }),
    response: pageOf(runSchema),
    status: 200,
  }),
  getRun: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/runs/{runId}',
    access: 'viewer',
    summary: 'Get a run',
    response: runSchema,
    status: 200,
  }),
  getRunHistory: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/runs/{runId}/history',
    access: 'viewer',
    summary: 'Everything that happened to a run, oldest first',
    query: pageQuery,
    response: pageOf(auditEntrySchema),
    status: 200,
  }),
  getRunReservations: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/runs/{runId}/reservations',
    access: 'viewer',
    summary: 'The reservations of a run, one for each attempt that got its assets',
    response: pageOf(reservationSchema),
    status: 200,
  }),
  abortRun: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/runs/{runId}/abort',
    access: 'operator',
    summary: 'Stop a run',
    description:
      'What has not begun ends at once. What is being driven is told to stop, and ends when the agent reports that it has.',
    body: z.strictObject({ note: z.string().min(1).max(500).optional() }),
    response: runSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
  listAudit: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/audit',
    access: 'viewer',
    summary: 'Who changed a thing, when, to what; oldest first',
    query: pageQuery.extend({ subject: z.string().min(1).max(128).meta({ description: 'Id of the thing' }) }),
    response: pageOf(auditEntrySchema),
    status: 200,
  }),
} as const

const claim = z.strictObject({ assetId: assetIdSchema, units: z.int().min(1).max(10_000).default(1) })

export const reservationRoutes = {
  createReservation: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/reservations',
    access: 'scientist',
    summary: 'Book one or several assets for a time, all or none',
    body: z.strictObject({
      assets: z.array(claim).min(1).max(20),
      start: instantSchema,
      end: instantSchema,
      note: z.string().max(500).optional(),
    }),
    response: reservationSchema,
    status: 201,
    creates: true,
    refusals: ['invalid', 'asset_busy', 'limit_exceeded'],
  }),
  listReservations: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/reservations',
    access: 'viewer',
    summary: 'List reservations; ?quarantined=true lists those that wait for a person',
    query: pageQuery.extend({ quarantined: z.enum(['true']).optional() }),
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
  cancelReservation: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/reservations/{reservationId}/cancel',
    access: 'scientist',
    summary: 'Give a booking back; your own, or anybody’s as a manager',
    body: noteBody,
    response: reservationSchema,
    status: 200,
    refusals: ['invalid_state', 'forbidden'],
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
