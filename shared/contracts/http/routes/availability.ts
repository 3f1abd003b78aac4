import * as z from 'zod'
import { setupSchema } from '#domain/assets/booking-rules.ts'
import { assetIdSchema, groupIdSchema, reservationIdSchema } from '#domain/ids.ts'
import { wantedListSchema } from '#domain/reservations/wanted.ts'
import { violationSchema } from '#domain/rules/violation.ts'
import { instantSchema } from '#domain/time.ts'
import { usageSchema } from '#domain/usage.ts'
import { route } from '../route.ts'

const span = z.strictObject({ start: instantSchema, end: instantSchema })
const claim = span.extend({
  units: z.int(),
  reservationId: reservationIdSchema,
  by: z.string().meta({ description: 'A subject, a run, a schedule' }),
  held: z.boolean().meta({ description: 'Not confirmed yet' }),
  inUse: z.boolean().meta({ description: 'Counts until it is released, whatever the planned end' }),
})
const window = z.strictObject({ from: instantSchema, to: instantSchema })

export const availabilityRoutes = {
  findTimes: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/reservations:find',
    access: 'viewer',
    summary: 'When can all of this be had together for so long?',
    description:
      'The first times within the window, by opening hours, rules, buffers and what stands there; where there are none, why.',
    body: z.strictObject({
      assets: wantedListSchema,
      durationMinutes: z
        .int()
        .min(1)
        .max(60 * 1_440),
      from: instantSchema,
      to: instantSchema,
      setup: setupSchema.optional(),
      limit: z.int().min(1).max(50).default(5),
    }),
    response: z.strictObject({
      options: z.array(
        span.extend({ assets: z.array(z.strictObject({ assetId: assetIdSchema, name: z.string(), units: z.int() })) }),
      ),
      why: z.array(violationSchema).meta({ description: 'Why there is no such time; empty where there is' }),
    }),
    status: 200,
    refusals: ['limit_exceeded'],
  }),
  getAssetCalendar: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/assets/{assetId}/calendar',
    access: 'viewer',
    summary: 'When an asset is open, what stands there, and when it is free; up to 62 days',
    query: window,
    response: z.strictObject({
      assetId: assetIdSchema,
      name: z.string(),
      capacity: z.int(),
      timeZone: z.string(),
      open: z.array(span),
      busy: z.array(claim),
      free: z.array(span.extend({ units: z.int() })),
    }),
    status: 200,
    refusals: ['limit_exceeded'],
  }),
  getUsage: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/usage',
    access: 'viewer',
    summary: 'What became of the time of the assets: booked, used, idle, given back unused; up to 31 days',
    query: window.extend({ assetId: assetIdSchema.optional(), groupId: groupIdSchema.optional() }),
    response: usageSchema,
    status: 200,
    refusals: ['limit_exceeded'],
  }),
  getHorizon: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/horizon',
    access: 'viewer',
    summary: 'What stands in the calendar of every asset; up to 14 days',
    query: window,
    response: z.strictObject({
      from: instantSchema,
      to: instantSchema,
      claims: z.array(claim.extend({ assetId: assetIdSchema })),
    }),
    status: 200,
    refusals: ['limit_exceeded'],
  }),
} as const
