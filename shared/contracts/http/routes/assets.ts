import * as z from 'zod'
import { assetSchema } from '#domain/assets/asset.ts'
import { agentIdSchema } from '#domain/ids.ts'
import { pageOf, pageWithArchivedQuery, route } from '../route.ts'

const { name, kind, capacity, capabilities, tags, status, statusNote, location, typeId } = assetSchema.shape
const { openingHours, bookingRules, changeovers } = assetSchema.shape

export const assetRoutes = {
  createAsset: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/assets',
    access: 'manager',
    summary: 'Register an asset',
    body: z.strictObject({
      name,
      kind,
      capacity: capacity.default(1),
      capabilities: capabilities.default([]),
      agentId: agentIdSchema.optional(),
      tags: tags.default([]),
      location,
      typeId,
      openingHours,
      bookingRules,
      changeovers,
    }),
    response: assetSchema,
    status: 201,
    creates: true,
    refusals: ['invalid'],
  }),
  listAssets: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/assets',
    access: 'viewer',
    summary: 'List assets',
    query: pageWithArchivedQuery,
    response: pageOf(assetSchema),
    status: 200,
  }),
  getAsset: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/assets/{assetId}',
    access: 'viewer',
    summary: 'Get an asset',
    response: assetSchema,
    status: 200,
  }),
  changeAsset: route({
    method: 'PATCH',
    path: '/v1/workspaces/{workspaceId}/assets/{assetId}',
    access: 'operator',
    summary: 'Change an asset, or its status',
    description:
      'Operators change status and statusNote; the other fields need a manager. null takes away what may be absent. The capacity cannot go below what is in use or booked, unless by force. What the change makes impossible becomes conflicts.',
    body: z
      .strictObject({
        name,
        capacity,
        capabilities,
        agentId: agentIdSchema.nullable(),
        tags,
        location: location.unwrap().nullable(),
        typeId: typeId.unwrap().nullable(),
        openingHours: openingHours.unwrap().nullable(),
        bookingRules: bookingRules.unwrap().nullable(),
        changeovers: changeovers.unwrap().nullable(),
        status,
        statusNote: statusNote.unwrap().nullable(),
        force: z
          .boolean()
          .meta({ description: 'Lower the capacity although more is booked; what is too much becomes conflicts' }),
      })
      .partial(),
    response: assetSchema,
    status: 200,
    ifMatch: 'required',
    refusals: ['invalid', 'invalid_state'],
  }),
  retireAsset: route({
    method: 'DELETE',
    path: '/v1/workspaces/{workspaceId}/assets/{assetId}',
    access: 'manager',
    summary: 'Retire an asset that is neither in use nor booked; its history stays',
    status: 204,
    ifMatch: 'required',
    refusals: ['invalid_state'],
  }),
} as const
