import type { OrderId } from '#domain/ids.ts'
import type { Plan, PlanItem, PlanPart } from '#domain/plans/plan.ts'
import { isHeldSlot } from '#domain/plans/rollback.ts'
import type { World } from '../world.ts'
import { isOpenItem } from './make-way.ts'

/** An item that a commit is to do something about. */
export type ToCommit = {
  readonly partId: string
  readonly orderId: OrderId
  /** Its time is held by an earlier commit, and is to be committed now. */
  readonly held: boolean
}

/** What breaks rules knowingly comes after what breaks none, which would be refused beside it; and what follows it, after it. */
const overridesLast = <T extends { readonly item: PlanItem }>(items: readonly T[]): readonly T[] => {
  const later = new Set<OrderId>()
  for (const { item } of items)
    if (item.override || (item.follows !== undefined && later.has(item.follows))) later.add(item.orderId)
  return [
    ...items.filter(({ item }) => !later.has(item.orderId)),
    ...items.filter(({ item }) => later.has(item.orderId)),
  ]
}

/** A roll-back brings back what was held as held. */
const mayBeHeld = ({ state, slotId, as }: PlanItem): boolean => state === 'committed' && slotId !== undefined && !as

/** What is moved comes first, because others wait for its place; then by start, so that nothing comes before what it follows. */
const inOrder = (one: PlanItem, other: PlanItem): number =>
  Number(!one.slotId) - Number(!other.slotId) || (one.start < other.start ? -1 : 1)

/** Items that a commit is to do something about: those that wait for it, and unless it is tentative, those that are only held. */
export const toCommit = async (
  { workspaceId, algorithm }: Pick<Plan, 'workspaceId' | 'algorithm'>,
  parts: readonly PlanPart[],
  { tentative, orderIds }: { readonly tentative: boolean; readonly orderIds?: readonly OrderId[] | undefined },
  world: Pick<World, 'store'>,
): Promise<readonly ToCommit[]> => {
  const chosen = orderIds && new Set(orderIds)
  const items = parts.flatMap(({ id: partId, items: all }) =>
    all.flatMap((item) => ((chosen?.has(item.orderId) ?? true) ? [{ partId, item }] : [])),
  )
  if (algorithm === 'assignment') items.sort((a, b) => inOrder(a.item, b.item))
  const placed = tentative ? [] : items.filter(({ item }) => mayBeHeld(item))
  const slots = await world.store.getMany(
    'slot',
    placed.flatMap(({ item: { slotId: id } }) => (id ? [{ workspaceId, id }] : [])),
  )
  const held = new Set(slots.flatMap((slot) => (slot && isHeldSlot(slot) ? [slot.id] : [])))
  return overridesLast(items).flatMap(({ partId, item }) => {
    const isHeld = item.slotId !== undefined && mayBeHeld(item) && held.has(item.slotId)
    return isOpenItem(item) || isHeld ? [{ partId, orderId: item.orderId, held: isHeld }] : []
  })
}
