import type { RollbackEntry } from '#domain/plans/rollback.ts'
import type { Deadline } from '../common/deadline.ts'
import type { World } from '../world.ts'
import { type Alternative, alternativesOf } from './item-alternatives.ts'
import type { Differences } from './snapshot-differences.ts'

/** So many slots that do not come back are told where else they fit. */
const mostTold = 10

/** Where slots fit now that cannot come back to where they were: of orders that wait, the earliest slots first. */
export const placesInstead = async (
  { entries, orders }: Differences,
  world: Pick<World, 'store' | 'clock'>,
  deadline: Deadline,
): Promise<ReadonlyMap<RollbackEntry, readonly Alternative[]>> => {
  const places = new Map<RollbackEntry, readonly Alternative[]>()
  for (const entry of entries) {
    if (places.size === mostTold || deadline()) break
    const { change, was, slot, orderId } = entry
    const order = orders.get(orderId)
    const waits = order?.status === 'new' || order?.status === 'deferred'
    if (change === 'left-alone' && was && !slot && order && waits)
      places.set(entry, await alternativesOf(order, was, undefined, world))
  }
  return places
}
