import * as z from 'zod'
import { conflictSchema, conflictTypes, resolutionSchema } from '#domain/conflicts/conflict.ts'
import { assetIdSchema } from '#domain/ids.ts'
import { noticeSchema } from '#domain/notices/notice.ts'
import { noteBody, pageOf, pageQuery, route } from '../route.ts'

const counts = z.record(z.string(), z.int().min(0))
const status = z.enum(['open', 'resolved', 'all']).default('open')
const types = Object.keys(conflictTypes) as [keyof typeof conflictTypes]

export const conflictRoutes = {
  listConflicts: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/conflicts',
    access: 'viewer',
    summary: 'List conflicts: those that are open by asset, others newest first',
    description: 'Filters leave out items of a page, so it may hold fewer than `limit`.',
    query: pageQuery.extend({ status, assetId: assetIdSchema.optional(), type: z.enum(types).optional() }),
    response: pageOf(conflictSchema),
    status: 200,
  }),
  countConflicts: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/conflicts:count',
    access: 'viewer',
    summary: 'How many conflicts are open, by type, by severity and by asset',
    response: z.strictObject({
      open: z.int(),
      byType: counts,
      bySeverity: counts,
      byAsset: counts,
      truncated: z.boolean(),
    }),
    status: 200,
  }),
  getConflict: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/conflicts/{conflictId}',
    access: 'viewer',
    summary: 'Get a conflict, and what could be done about it now',
    response: conflictSchema.extend({
      suggestions: z
        .array(z.strictObject({ says: z.string(), apply: resolutionSchema }))
        .meta({ description: 'Send `apply` as the resolution' }),
    }),
    status: 200,
  }),
  resolveConflict: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/conflicts/{conflictId}/resolve',
    access: 'scientist',
    summary: 'Accept a conflict, or do away with it by moving or cancelling one of its reservations',
    description: 'Your own reservations, or anybody’s as a manager. Accepting needs a manager.',
    body: noteBody.extend({ resolution: resolutionSchema }),
    response: conflictSchema,
    status: 200,
    refusals: ['invalid_state', 'forbidden', 'asset_busy', 'against_rules', 'limit_exceeded'],
  }),
  listNotices: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/notices',
    access: 'viewer',
    summary: 'What you were told, newest first; or what all managers were told',
    query: pageQuery.extend({ for: z.enum(['me', 'managers']).default('me') }),
    response: pageOf(noticeSchema),
    status: 200,
    refusals: ['forbidden'],
  }),
} as const
