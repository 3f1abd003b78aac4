import * as z from 'zod'
import { seriesSchema } from '#domain/series/series.ts'
import { instantSchema } from '#domain/time.ts'
import { noteBody, pageOf, pageQuery, route } from '../route.ts'

const { assets, rule, timeZone, startAt, endAt, count, exceptions, durationMinutes, mode, setup, project, note } =
  seriesSchema.shape

export const seriesRoutes = {
  createSeries: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/series',
    access: 'scientist',
    summary: 'Book every time of a rule: all or none, or the best that can be had with a report',
    body: z.strictObject({
      assets,
      rule,
      timeZone,
      startAt: startAt.optional(),
      endAt,
      count,
      exceptions,
      durationMinutes,
      mode: mode.default('all'),
      setup,
      project,
      note,
    }),
    response: seriesSchema,
    status: 201,
    creates: true,
    makes: 'series',
    refusals: ['invalid', 'against_rules', 'asset_busy', 'limit_exceeded', 'invalid_state'],
  }),
  listSeries: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/series',
    access: 'viewer',
    summary: 'List recurring bookings, newest first',
    query: pageQuery,
    response: pageOf(seriesSchema),
    status: 200,
  }),
  getSeries: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/series/{seriesId}',
    access: 'viewer',
    summary: 'Get a recurring booking, with what became of each of its times when it was made',
    response: seriesSchema,
    status: 200,
  }),
  cancelSeries: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/series/{seriesId}/cancel',
    access: 'scientist',
    summary: 'Give back the times that lie ahead, all or from one on; your own, or anybody’s as a manager',
    body: noteBody.extend({ from: instantSchema.optional() }),
    response: seriesSchema,
    status: 200,
    refusals: ['forbidden'],
  }),
} as const
