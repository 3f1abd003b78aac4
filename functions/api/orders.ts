import { createCore } from '#adapters/aws-world.ts'
import { jsonSchemaParameters } from '#adapters/system/parameters.ts'
import { assetRoutes } from '#contracts/http/routes/assets.ts'
import { orderTemplateRoutes } from '#contracts/http/routes/order-templates.ts'
import { orderRoutes } from '#contracts/http/routes/orders.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { createApi } from './api.ts'
import { orderHandlers } from './handlers/orders.ts'

/** Orders: placed, changed, put off, listed; and tables of assets. It needs the table and nothing else. */
export const handler = createApi('orders', { ...orderRoutes, ...orderTemplateRoutes, ...assetRoutes }, orderHandlers, {
  ...createCore(readEnvironment('orders').TABLE_NAME),
  parameters: jsonSchemaParameters,
})
