import { isLiveSlot } from '#domain/plans/live-slot.ts'
import { ownOf } from '#domain/plans/place.ts'
import type { Plan, PlanItem } from '#domain/plans/plan.ts'
import type { Own } from '#domain/rules/ask.ts'
import type { Deadline } from '../common/deadline.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import { withItem } from './commit-item.ts'
import { alternativesOf } from './item-alternatives.ts'
import { partsOf } from './read-plan.ts'

/** Items of one plan that alternatives are looked for. */
const mostTold = 100

const isUntold = ({ state, alternatives }: PlanItem): boolean => state === 'failed' && alternatives === undefined

/** The time that it got back, where it made way for nothing, does not stand in its own way. */
const ownNow = async (plan: Plan, item: PlanItem, world: Pick<World, 'store'>): Promise<Own | undefined> => {
  const { workspaceId } = plan
  const slot = item.slotId && (await world.store.get('slot', { workspaceId, id: item.slotId }))
  return slot && isLiveSlot(slot) ? ownOf(slot) : undefined
}

/**
 * Writes down where items that could not be committed would fit now; after the others were, so that what they took is not among
 * it. @returns whether that is done
 */
export const tellAlternatives = async (
  plan: Plan,
  world: Pick<World, 'store' | 'clock'>,
  deadline: Deadline,
): Promise<boolean> => {
  const { workspaceId } = plan
  const parts = await partsOf(plan, world)
  const failed = parts.flatMap(({ id, items }) =>
    items.filter(({ state }) => state === 'failed').map((item) => ({ id, item })),
  )
  const items = parts.flatMap((part) => part.items)
  for (const { id, item } of failed.slice(0, mostTold)) {
    if (!isUntold(item)) continue
    if (deadline()) return false
    const order = await world.store.get('order', { workspaceId, id: item.orderId })
    const own = await ownNow(plan, item, world)
    const waits = order?.status === 'new' || order?.status === 'deferred' || own !== undefined
    const alternatives = order && waits ? await alternativesOf(order, item, own, world, { items }) : []
    await transact(world, async () => {
      const part = await world.store.get('planPart', { workspaceId, id })
      const untold = part?.items.find((one) => one.orderId === item.orderId && isUntold(one))
      return { changes: part && untold ? [withItem(part, item.orderId, { alternatives })] : [], result: undefined }
    })
  }
  return true
}
