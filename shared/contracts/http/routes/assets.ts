import * as z from 'zod'
import { assetSchema } from '#domain/assets/asset.ts'
import { assetRowSchema, importedSchema } from '#domain/assets/asset-row.ts'
import { agentIdSchema } from '#domain/ids.ts'
import { pageOf, pageWithArchivedQuery, route } from '../route.ts'

const { name, kind, capacity, capabilities, tags, status, statusNote, location, typeId } = assetSchema.shape
const { openingHours, bookingRules, changeovers, agility, interlocks, healthCheck } = assetSchema.shape

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
      agility,
      interlocks,
      healthCheck,
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
  exportAssets: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/assets:export',
    access: 'viewer',
    summary: 'All assets that are not retired, as a file of JSON that can be imported again',
    response: z.strictObject({ assets: z.array(assetRowSchema) }),
    status: 200,
  }),
  exportAssetTable: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/assets:csv',
    access: 'viewer',
    summary: 'The same as a table (RFC 4180): lists with ; between, structures as JSON',
    produces: 'text/csv; charset=utf-8',
    response: z.string(),
    status: 200,
  }),
  importAssets: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/assets:import',
    access: 'manager',
    summary: 'Make and change assets as a table or a file says; all of it, or nothing',
    description:
      'With an id a row changes that asset; without one the asset of that name, or it makes a new one. A dry run reports every problem by its line.',
    body: z
      .strictObject({
        csv: z.string().max(200_000).optional(),
        assets: z.array(z.json()).max(200).optional(),
        dryRun: z.boolean().default(false),
      })
      .refine(({ csv, assets }) => (csv === undefined) !== (assets === undefined), {
        error: 'send either csv or assets',
      }),
    response: importedSchema,
    status: 200,
    refusals: ['invalid', 'limit_exceeded', 'invalid_state'],
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
        agility: agility.unwrap().nullable(),
        interlocks: interlocks.unwrap().nullable(),
        healthCheck: healthCheck.unwrap().nullable(),
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
