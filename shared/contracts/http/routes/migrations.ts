import * as z from 'zod'
import { legacyOrdersSchema, legacySettingsSchema, mostLegacyParts } from '#domain/migrations/legacy-orders.ts'
import { migrationReportSchema } from '#domain/migrations/migration.ts'
import { instantSchema } from '#domain/time.ts'
import { route } from '../route.ts'

const workspace = '/v1/workspaces/{workspaceId}'
const part = z.int().min(1).max(mostLegacyParts)
const legacyPartSchema = z
  .strictObject({
    part,
    orders: z.int().meta({ description: 'Orders in it; one that holds accepted times counts once for each' }),
    settings: legacySettingsSchema,
    storedAt: instantSchema,
    storedBy: z.string(),
  })
  .meta({ id: 'LegacyPart', description: 'Orders of the old format that are kept, without the orders' })

export const migrationRoutes = {
  getMigrations: route({
    method: 'GET',
    path: `${workspace}/migrations`,
    access: 'viewer',
    summary: 'The migrations there are, how far each is here, and what could not be migrated',
    response: migrationReportSchema,
    status: 200,
  }),
  runMigrations: route({
    method: 'POST',
    path: `${workspace}/migrations:run`,
    access: 'admin',
    summary: 'Go on with the migrations now, for some seconds; they go on by themselves, too',
    body: z.strictObject({}),
    response: migrationReportSchema,
    status: 200,
  }),
  getLegacyOrders: route({
    method: 'GET',
    path: `${workspace}/legacy-orders`,
    access: 'viewer',
    summary: 'What is kept of orders of the old format',
    response: z.strictObject({ parts: z.array(legacyPartSchema) }),
    status: 200,
  }),
  putLegacyOrders: route({
    method: 'PUT',
    path: `${workspace}/legacy-orders`,
    access: 'admin',
    summary: 'Keep orders of the old format; they become orders when orders are used next, once each',
    description: `What does not fit into one request is put in parts, 1 to ${mostLegacyParts}, each with some of the orders. A part that is put again replaces the former one; what has become an order stays as it is.`,
    body: z.strictObject({
      part: part.default(1),
      settings: legacySettingsSchema.prefault({}),
      blob: legacyOrdersSchema.shape.blob,
    }),
    response: legacyPartSchema,
    status: 200,
    refusals: ['invalid', 'contended'],
  }),
} as const
