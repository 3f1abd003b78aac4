import { readCsv } from '#adapters/system/csv.ts'
import { orderTypesOf } from '#application/order-types/read-order-types.ts'
import { setOrderTypes } from '#application/order-types/set-order-types.ts'
import { changeOrder, moveOrder } from '#application/orders/change-order.ts'
import { createOrder, orderNamed } from '#application/orders/create-order.ts'
import { fulfilmentOf } from '#application/orders/fulfilment.ts'
import { importOrders } from '#application/orders/import-orders.ts'
import { inbox } from '#application/orders/inbox.ts'
import { changeTemplate, createTemplate, templateOf } from '#application/orders/order-templates.ts'
import type { orderTemplateRoutes } from '#contracts/http/routes/order-templates.ts'
import type { orderTypeRoutes } from '#contracts/http/routes/order-types.ts'
import type { orderRoutes } from '#contracts/http/routes/orders.ts'
import { found, page } from './reading.ts'
import type { OrderHandlersOf } from './request.ts'

type Parts = typeof orderRoutes & typeof orderTemplateRoutes & typeof orderTypeRoutes

/** What is done by the function that keeps orders. */
export const orderHandlers: OrderHandlersOf<Parts> = {
  getOrderTypes: ({ params }, world) => orderTypesOf(params.workspaceId, world),
  setOrderTypes: ({ params, body: { types }, version, caller: { actor } }, world) =>
    setOrderTypes({ ...params, actor, version, types }, world),
  createOrderTemplate: ({ params, body, caller: { actor } }, world) =>
    createTemplate({ ...params, actor, template: body }, world),
  listOrderTemplates: async ({ params, query }, { store }) =>
    page(await store.list('orderTemplate', params.workspaceId, query)),
  getOrderTemplate: async ({ params }, world) => {
    const { skipped, ...template } = await templateOf(params.workspaceId, params.orderTemplateId, world)
    return { ...template, ...(skipped.length > 0 && { skipped: [...skipped] }) }
  },
  changeOrderTemplate: ({ params: { workspaceId, orderTemplateId: id }, body, version, caller: { actor } }, world) =>
    changeTemplate({ workspaceId, id, actor, version, patch: body }, world),
  createOrder: ({ params, body: { onDuplicate, ...order }, caller: { actor } }, world) =>
    createOrder({ ...params, actor, order, onDuplicate }, world),
  listOrders: async ({ params: { workspaceId }, query }, world) => {
    const { status, batchId, tag, externalReference, ...wanted } = query
    if (externalReference !== undefined) {
      const order = await orderNamed(workspaceId, externalReference, world)
      return page({ items: order ? [order] : [] })
    }
    const listed = await (batchId === undefined
      ? world.store.list('order', workspaceId, { ...wanted, newestFirst: true })
      : world.store.ordersOfBatch(workspaceId, batchId, { ...wanted, newestFirst: true }))
    return page(
      listed,
      (order) => (status === undefined || order.status === status) && (tag === undefined || order.tags.includes(tag)),
    )
  },
  getInbox: async ({ params, query }, world) => {
    const { items, ...rest } = await inbox({ ...params, ...query }, world)
    return { ...rest, items: [...items] }
  },
  importOrders: ({ params, body, caller: { actor } }, world) =>
    importOrders({ ...params, ...body, actor }, world, readCsv),
  getOrder: ({ params }, world) => found('order', params.workspaceId, params.orderId, world),
  getFulfilment: async ({ params: { workspaceId, orderId } }, world) => {
    const { servedBy, slots, ...rest } = await fulfilmentOf(workspaceId, orderId, world)
    return { ...rest, servedBy: [...servedBy], slots: [...slots] }
  },
  changeOrder: ({ params: { workspaceId, orderId: id }, body, version, caller: { actor } }, world) =>
    changeOrder({ workspaceId, id, actor, version, patch: body }, world),
  cancelOrder: ({ params: { workspaceId, orderId: id }, body, caller: { actor } }, world) =>
    moveOrder({ workspaceId, id, actor, to: 'cancelled', action: 'order.cancelled', ...body }, world),
  rejectOrder: ({ params: { workspaceId, orderId: id }, body, caller: { actor } }, world) =>
    moveOrder({ workspaceId, id, actor, to: 'rejected', action: 'order.rejected', ...body }, world),
  deferOrder: ({ params: { workspaceId, orderId: id }, body, caller: { actor } }, world) =>
    moveOrder({ workspaceId, id, actor, to: 'deferred', action: 'order.deferred', ...body }, world),
  reopenOrder: ({ params: { workspaceId, orderId: id }, caller: { actor } }, world) =>
    moveOrder({ workspaceId, id, actor, to: 'new', action: 'order.reopened' }, world),
}
