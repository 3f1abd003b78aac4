import * as z from 'zod'
import { feedOfSchema, toldFeedSchema } from '#domain/feeds/feed.ts'
import { nameSchema } from '#domain/name.ts'
import { pageOf, pageQuery, route } from '../route.ts'

export const feedRoutes = {
  makeFeed: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/feeds',
    access: 'viewer',
    summary: 'Make a secret address at which calendar programs can subscribe to an asset, a person or the workspace',
    description: 'The address is told this once. Whoever has it can read the calendar until it is revoked.',
    body: z.strictObject({ name: nameSchema, of: feedOfSchema }),
    response: toldFeedSchema.extend({
      path: z.string().meta({ description: 'Below the address of the API; iCalendar (RFC 5545), with an ETag' }),
    }),
    status: 201,
    refusals: ['invalid', 'forbidden'],
  }),
  listFeeds: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/feeds',
    access: 'viewer',
    summary: 'List feeds: your own, or all as a manager; without their addresses',
    query: pageQuery,
    response: pageOf(toldFeedSchema),
    status: 200,
  }),
  revokeFeed: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/feeds/{feedId}/revoke',
    access: 'viewer',
    summary: 'Make an address answer no more; your own, or anybody’s as a manager',
    body: z.strictObject({}),
    response: toldFeedSchema,
    status: 200,
    refusals: ['forbidden'],
  }),
  readFeed: route({
    method: 'GET',
    path: '/v1/feeds/{feedToken}',
    access: 'public',
    summary: 'The calendar behind a secret address',
    produces: 'text/calendar; charset=utf-8',
    response: z.string(),
    status: 200,
  }),
} as const
