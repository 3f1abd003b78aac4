import * as z from 'zod'
import { orderTypesSchema, typesSchema } from '#domain/orders/order-type.ts'
import { route } from '../route.ts'

const orderTypes = '/v1/workspaces/{workspaceId}/order-types'

export const orderTypeRoutes = {
  getOrderTypes: route({
    method: 'GET',
    path: orderTypes,
    access: 'viewer',
    summary: 'The types of orders',
    response: orderTypesSchema,
    status: 200,
  }),
  setOrderTypes: route({
    method: 'PUT',
    path: orderTypes,
    access: 'manager',
    summary: 'Replace the types of orders, all of them at once',
    description:
      'What a type says is written into an order when that is placed, or becomes of the type; orders that are there stay as they are. Its rank, how many of it somebody does on a day and its gap hold as they are now.',
    ifMatch: 'required',
    body: z.strictObject({ types: typesSchema }),
    response: orderTypesSchema,
    status: 200,
    refusals: ['invalid', 'contended'],
  }),
} as const
