import * as z from 'zod'
import { assetIdSchema } from '#domain/ids.ts'
import { reservationSchema } from '#domain/reservations/reservation.ts'
import { instantSchema } from '#domain/time.ts'
import { flag, noteBody, pageOf, pageQuery, route } from '../route.ts'

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
    refusals: ['invalid', 'invalid_state', 'asset_busy', 'limit_exceeded'],
  }),
  listReservations: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/reservations',
    access: 'viewer',
    summary: 'List reservations, newest first',
    query: pageQuery.extend({
      quarantined: flag.optional().meta({ description: 'true: only those that wait for a person' }),
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
