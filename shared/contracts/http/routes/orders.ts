import * as z from 'zod'
import { batchIdSchema, orderIdSchema, slotIdSchema } from '#domain/ids.ts'
import { orderSchema, orderStatuses } from '#domain/orders/order.ts'
import { importedOrdersSchema, saidFields } from '#domain/orders/order-row.ts'
import { policyNameSchema, scoreSchema } from '#domain/orders/score.ts'
import { slotSchema } from '#domain/plans/slot.ts'
import { limits } from '../limits.ts'
import { pageOf, pageQuery, route } from '../route.ts'

const orders = '/v1/workspaces/{workspaceId}/orders'
const reason = z.string().min(1).max(500)
const onDuplicate = z.enum(['refuse', 'update']).default('refuse').meta({
  description: 'What to do where an order has the external reference already',
})
const { externalReference: _fixed, ...changeable } = orderSchema.pick({
  name: true,
  type: true,
  priority: true,
  value: true,
  quality: true,
  durationMinutes: true,
  release: true,
  due: true,
  requirements: true,
  mode: true,
  protocolId: true,
  parameters: true,
  constraints: true,
  follows: true,
  byHandOnly: true,
  batchId: true,
  tags: true,
  notes: true,
  externalReference: true,
}).shape

export const orderRoutes = {
  createOrder: route({
    method: 'POST',
    path: orders,
    access: 'scientist',
    summary: 'Place an order',
    description:
      'With `onDuplicate` "update" an order that has the external reference already is changed where the body says something else, and keeps what is not said. The answer is 201 then too; its `version` is above 1.',
    body: z.strictObject({ ...saidFields, onDuplicate }),
    response: orderSchema,
    status: 201,
    creates: true,
    refusals: ['invalid', 'already_exists', 'invalid_state'],
  }),
  listOrders: route({
    method: 'GET',
    path: orders,
    access: 'viewer',
    summary: 'List orders, newest first',
    query: pageQuery.extend({
      status: z.enum(Object.keys(orderStatuses) as [keyof typeof orderStatuses]).optional(),
      batchId: batchIdSchema.optional(),
      tag: z.string().max(60).optional(),
      externalReference: z.string().max(100).optional(),
    }),
    response: pageOf(orderSchema),
    status: 200,
  }),
  getInbox: route({
    method: 'GET',
    path: `${orders}:inbox`,
    access: 'viewer',
    summary: 'Orders that wait to be planned, the most urgent first, each with its score and how it came about',
    query: z.strictObject({
      policy: policyNameSchema.default('balanced'),
      limit: z.coerce.number().int().min(1).max(limits.pageMaximum).default(limits.pageDefault),
    }),
    response: z.strictObject({
      policy: policyNameSchema,
      waiting: z.int(),
      truncated: z.boolean().meta({ description: 'More than 20,000 orders are open, and not all were looked at' }),
      items: z.array(z.strictObject({ order: orderSchema, score: scoreSchema })),
    }),
    status: 200,
  }),
  importOrders: route({
    method: 'POST',
    path: `${orders}:import`,
    access: 'scientist',
    summary: 'Place orders as a table or a file says; none, where one is wrong',
    description:
      'Columns of a table: externalReference, name, type, priority, value, quality, durationMinutes, release, due, requirements (asset, group, capability, or `duty` and its name; several with ; between; `x2` for units), setup, protocol (its name) or protocolId, parameters (JSON), batch (its name) or batchId, follows (the external reference of another order, or JSON), byHandOnly, tags, notes. At most 500; what is more is sent in several requests. Importing a file again places nothing twice, and completes an import that was interrupted.',
    body: z
      .strictObject({
        csv: z.string().max(200_000).optional(),
        orders: z.array(z.json()).optional(),
        dryRun: z.boolean().default(false),
        onDuplicate,
      })
      .refine(({ csv, orders: list }) => (csv === undefined) !== (list === undefined), {
        error: 'send either csv or orders',
      }),
    response: importedOrdersSchema,
    status: 200,
    refusals: ['invalid', 'limit_exceeded', 'contended'],
  }),
  getOrder: route({
    method: 'GET',
    path: `${orders}/{orderId}`,
    access: 'viewer',
    summary: 'Get an order',
    response: orderSchema,
    status: 200,
  }),
  getFulfilment: route({
    method: 'GET',
    path: `${orders}/{orderId}/fulfilment`,
    access: 'viewer',
    summary: 'Which slots serve an order, served it, or failed to; the last twenty',
    response: z.strictObject({
      orderId: orderIdSchema,
      status: orderSchema.shape.status,
      servedBy: z.array(slotIdSchema).meta({ description: 'Slots that did it' }),
      servedNext: slotIdSchema.optional().meta({ description: 'The one that is to do it' }),
      slots: z.array(slotSchema),
    }),
    status: 200,
  }),
  changeOrder: route({
    method: 'PATCH',
    path: `${orders}/{orderId}`,
    access: 'scientist',
    summary: 'Change what an order asks for; what decides where it may be planned is fixed while it has a slot',
    body: z
      .strictObject({
        ...changeable,
        type: changeable.type.unwrap().nullable(),
        quality: changeable.quality.unwrap().nullable(),
        release: changeable.release.unwrap().nullable(),
        due: changeable.due.unwrap().nullable(),
        protocolId: changeable.protocolId.unwrap().nullable(),
        parameters: changeable.parameters.unwrap().nullable(),
        constraints: changeable.constraints.unwrap().nullable(),
        follows: changeable.follows.unwrap().nullable(),
        byHandOnly: changeable.byHandOnly.unwrap().nullable(),
        batchId: changeable.batchId.unwrap().nullable(),
        notes: changeable.notes.unwrap().nullable(),
      })
      .partial(),
    response: orderSchema,
    status: 200,
    ifMatch: 'required',
    refusals: ['invalid', 'invalid_state'],
  }),
  cancelOrder: route({
    method: 'POST',
    path: `${orders}/{orderId}/cancel`,
    access: 'scientist',
    summary: 'Cancel an order; one that has slots is let go of by them first',
    body: z.strictObject({ reason: reason.optional() }),
    response: orderSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
  rejectOrder: route({
    method: 'POST',
    path: `${orders}/{orderId}/reject`,
    access: 'manager',
    summary: 'Reject an order, with the reason',
    body: z.strictObject({ reason }),
    response: orderSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
  deferOrder: route({
    method: 'POST',
    path: `${orders}/{orderId}/defer`,
    access: 'scientist',
    summary: 'Put an order off: until a moment, or until it is reopened',
    body: z.strictObject({ until: orderSchema.shape.deferredUntil, reason: reason.optional() }),
    response: orderSchema,
    status: 200,
    refusals: ['invalid', 'invalid_state'],
  }),
  reopenOrder: route({
    method: 'POST',
    path: `${orders}/{orderId}/reopen`,
    access: 'scientist',
    summary: 'Let an order wait to be planned again',
    body: z.strictObject({}),
    response: orderSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
} as const
