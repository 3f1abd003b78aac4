import { createCore, createShapes } from '#adapters/aws-world.ts'
import { jsonSchemaParameters } from '#adapters/system/parameters.ts'
import { batchRoutes } from '#contracts/http/routes/batches.ts'
import { migrationRoutes } from '#contracts/http/routes/migrations.ts'
import { orderTemplateRoutes } from '#contracts/http/routes/order-templates.ts'
import { orderTypeRoutes } from '#contracts/http/routes/order-types.ts'
import { orderRoutes } from '#contracts/http/routes/orders.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { createApi } from './api.ts'
import { importsLegacyOrders } from './first-use.ts'
import { batchHandlers } from './handlers/batches.ts'
import { migrationHandlers } from './handlers/migrations.ts'
import { orderHandlers } from './handlers/orders.ts'

const routes = { ...orderRoutes, ...orderTemplateRoutes, ...orderTypeRoutes, ...batchRoutes, ...migrationRoutes }
const { TABLE_NAME } = readEnvironment('orders')
const world = { ...createCore(TABLE_NAME), shapes: createShapes(TABLE_NAME), parameters: jsonSchemaParameters }

/** Orders: placed, changed, put off, listed, brought along from before. It needs the table and nothing else. */
export const handler = createApi(
  'orders',
  routes,
  { ...orderHandlers, ...batchHandlers, ...migrationHandlers },
  world,
  importsLegacyOrders(),
)
