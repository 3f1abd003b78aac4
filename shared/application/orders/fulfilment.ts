import { notFound } from '#domain/errors.ts'
import type { OrderId, WorkspaceId } from '#domain/ids.ts'
import type { OrderStatus } from '#domain/orders/order.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import type { Slot } from '#domain/plans/slot.ts'
import type { World } from '../world.ts'

export type Fulfilment = {
  readonly orderId: OrderId
  readonly status: OrderStatus
  /** Slots that did it. */
  readonly servedBy: readonly Slot['id'][]
  /** The one that is to do it. */
  readonly servedNext?: Slot['id'] | undefined
  /** All that it has had, the first first. */
  readonly slots: readonly Slot[]
}

/** Which slots serve an order, served it, or failed to. @throws Refusal `not_found` */
export const fulfilmentOf = async (
  workspaceId: WorkspaceId,
  orderId: OrderId,
  world: Pick<World, 'store'>,
): Promise<Fulfilment> => {
  const order = await world.store.get('order', { workspaceId, id: orderId })
  if (!order) throw notFound('order', orderId)
  const keys = order.slots.map((id) => ({ workspaceId, id }))
  const found = keys.length > 0 ? await world.store.getMany('slot', keys) : []
  const slots = found.flatMap((slot) => slot ?? [])
  const servedNext = slots.findLast(isLiveSlot)?.id
  return {
    orderId,
    status: order.status,
    servedBy: slots.flatMap(({ id, status }) => (status === 'completed' ? id : [])),
    ...(servedNext !== undefined && { servedNext }),
    slots,
  }
}
