import type { OrderId, WorkspaceId } from '#domain/ids.ts'
import type { Place } from '#domain/orders/companion.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import { placeOf } from '#domain/plans/place.ts'
import type { Slot } from '#domain/plans/slot.ts'
import type { World } from '../world.ts'

/** The slot that an order has, or had when it was done; undefined while it waits. */
export const slotOfOrder = async (
  workspaceId: WorkspaceId,
  id: OrderId,
  world: Pick<World, 'store'>,
): Promise<Slot | undefined> => {
  const order = await world.store.get('order', { workspaceId, id })
  const keys = (order?.slots ?? []).toReversed().map((slotId) => ({ workspaceId, id: slotId }))
  const slots = keys.length > 0 ? await world.store.getMany('slot', keys) : []
  return slots.find((one) => one && (isLiveSlot(one) || one.status === 'completed'))
}

/** Where an order stands, or stood when it was done; undefined while it waits. */
export const placeOfOrder = async (...of: Parameters<typeof slotOfOrder>): Promise<Place | undefined> => {
  const slot = await slotOfOrder(...of)
  return slot && placeOf(slot)
}
