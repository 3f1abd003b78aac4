import * as z from 'zod'
import { orderTemplateSchema, saidTemplateOrder } from '#domain/orders/template.ts'
import { pageOf, pageQuery, route } from '../route.ts'

const templates = '/v1/workspaces/{workspaceId}/order-templates'
const { name, every, window, timeZone, firstDate, lastDate, aheadDays, status } = orderTemplateSchema.shape

export const orderTemplateRoutes = {
  createOrderTemplate: route({
    method: 'POST',
    path: templates,
    access: 'manager',
    summary: 'Place an order for each of some days, ahead of them',
    description: 'The window of each order is told by the clocks of the zone, and may cross midnight.',
    body: z.strictObject({
      name,
      order: saidTemplateOrder,
      every,
      window,
      timeZone,
      firstDate,
      lastDate,
      aheadDays: aheadDays.default(14),
    }),
    response: orderTemplateSchema,
    status: 201,
    creates: true,
    makes: 'orderTemplate',
    refusals: ['invalid'],
  }),
  listOrderTemplates: route({
    method: 'GET',
    path: templates,
    access: 'viewer',
    summary: 'List recurring orders',
    query: pageQuery,
    response: pageOf(orderTemplateSchema),
    status: 200,
  }),
  getOrderTemplate: route({
    method: 'GET',
    path: `${templates}/{orderTemplateId}`,
    access: 'viewer',
    summary: 'Get a recurring order',
    response: orderTemplateSchema.extend({
      skipped: z.array(z.iso.date()).optional().meta({
        description: 'Days within its reach on which it places nothing: the clocks change, and the window has no room',
      }),
    }),
    status: 200,
  }),
  changeOrderTemplate: route({
    method: 'PATCH',
    path: `${templates}/{orderTemplateId}`,
    access: 'manager',
    summary: 'Change, pause or end a recurring order; what it has placed stays as it is',
    body: z
      .strictObject({
        name,
        order: saidTemplateOrder,
        every,
        window,
        timeZone,
        lastDate: lastDate.unwrap().nullable(),
        aheadDays,
        status,
      })
      .partial(),
    response: orderTemplateSchema,
    status: 200,
    ifMatch: 'required',
    refusals: ['invalid', 'invalid_state'],
  }),
} as const
