import * as z from 'zod'
import { resolutionSchema } from '#domain/conflicts/conflict.ts'
import { scheduleIdSchema } from '#domain/ids.ts'
import { outageSchema } from '#domain/outages/outage.ts'
import { reservationSchema } from '#domain/reservations/reservation.ts'
import { instantSchema } from '#domain/time.ts'
import { noteBody, pageOf, pageQuery, route } from '../route.ts'

const { assetIds, start, end, reason } = outageSchema.shape

export const outageRoutes = {
  previewOutage: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/outages:preview',
    access: 'operator',
    summary: 'What would an outage hit, and where could it go? Nothing is changed',
    body: z.strictObject({ assetIds, start, end }),
    response: z.strictObject({
      reservations: z
        .array(
          z.strictObject({
            reservation: reservationSchema,
            suggestions: z.array(z.strictObject({ says: z.string(), apply: resolutionSchema })),
          }),
        )
        .meta({ description: 'Bookings, holds and runs; send the `apply` of those you approve as `moves`' }),
      occurrences: z
        .array(z.strictObject({ scheduleId: scheduleIdSchema, name: z.string(), at: instantSchema }))
        .meta({ description: 'Times of schedules that are due then and ask for one of the assets' }),
    }),
    status: 200,
    refusals: ['limit_exceeded'],
  }),
  announceOutage: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/outages',
    access: 'manager',
    summary: 'Take assets out of use for a time, move or cancel what was approved, and tell everybody whom it hits',
    description: 'What is not named in `moves` stays, and is in conflict with the outage.',
    body: z.strictObject({ assetIds, start, end, reason, moves: z.array(resolutionSchema).max(50).default([]) }),
    response: outageSchema,
    status: 201,
    creates: true,
    makes: 'outage',
    refusals: ['invalid', 'limit_exceeded', 'invalid_state'],
  }),
  listOutages: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/outages',
    access: 'viewer',
    summary: 'List outages',
    query: pageQuery,
    response: pageOf(outageSchema),
    status: 200,
  }),
  getOutage: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/outages/{outageId}',
    access: 'viewer',
    summary: 'Get an outage, and what became of what it hit',
    response: outageSchema,
    status: 200,
  }),
  cancelOutage: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/outages/{outageId}/cancel',
    access: 'manager',
    summary: 'Give the assets back; what was moved stays where it is',
    body: noteBody,
    response: outageSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
} as const
