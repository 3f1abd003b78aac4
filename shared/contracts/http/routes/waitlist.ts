import * as z from 'zod'
import { waitlistEntrySchema, waitlistStatuses } from '#domain/waitlist/entry.ts'
import { flag, pageOf, pageQuery, route } from '../route.ts'

const { assets, durationMinutes, from, to, setup, project, note, holdMinutes } = waitlistEntrySchema.shape

export const waitlistRoutes = {
  joinWaitlist: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/waitlist',
    access: 'scientist',
    summary: 'Wait for time on assets within a window',
    description:
      'When it becomes free, the first in line gets a hold and a notice, and confirms the hold or lets it lapse.',
    body: z.strictObject({
      assets,
      durationMinutes,
      from,
      to,
      setup,
      project,
      note,
      holdMinutes: holdMinutes.default(60).meta({ description: 'For how long an offer is held for you' }),
    }),
    response: waitlistEntrySchema,
    status: 201,
    creates: true,
    refusals: ['invalid'],
  }),
  listWaitlist: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/waitlist',
    access: 'viewer',
    summary: 'List who waits, first in line first; or everybody who ever did, newest first',
    query: pageQuery.extend({
      all: flag.optional().meta({ description: 'true: also what is over' }),
      status: z.enum(Object.keys(waitlistStatuses) as [keyof typeof waitlistStatuses]).optional(),
      mine: flag.optional(),
    }),
    response: pageOf(waitlistEntrySchema),
    status: 200,
  }),
  getWaitlistEntry: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/waitlist/{waitlistEntryId}',
    access: 'viewer',
    summary: 'Get an entry of the waitlist',
    response: waitlistEntrySchema,
    status: 200,
  }),
  leaveWaitlist: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/waitlist/{waitlistEntryId}/leave',
    access: 'scientist',
    summary: 'Wait no more, and give back what was offered; your own, or anybody’s as a manager',
    body: z.strictObject({}),
    response: waitlistEntrySchema,
    status: 200,
    refusals: ['invalid_state', 'forbidden'],
  }),
} as const
