import type { OrderId } from '../ids.ts'
import type { LeftOut, PlanItem } from '../plans/plan.ts'

/** What a plan has for an order: an item, or why there is none. */
export type Part = {
  readonly orderId: OrderId
  readonly item?: PlanItem | undefined
  readonly leftOut?: LeftOut | undefined
}

const bumperOf = ({ item, leftOut }: Part): OrderId | undefined => item?.assigned?.bumpedBy ?? leftOut?.bumpedBy

const isSlotted = (part: Part | undefined): boolean => (part?.item?.slotId ?? part?.leftOut?.slotId) !== undefined

/** Whether an order has a slot that stands elsewhere, or not at all, once the plan is committed. */
const goes = (part: Part): boolean => isSlotted(part) && part.item?.state !== 'kept' && part.item?.state !== 'dropped'

/**
 * What is decided together: with an order the slots that make way for it, and with what moves the companions that move along and what
 * they follow. What made way within the plan alone, without a slot, is a proposal of its own; what made way for that goes all the same.
 * @param followed what the orders follow that the plan leaves out
 * @returns of an order all that belongs to it, itself first, each with the order for whose sake it is there
 */
export const groupsIn = (
  parts: readonly Part[],
  followed: ReadonlyMap<OrderId, OrderId> = new Map(),
): ((root: OrderId) => ReadonlyMap<OrderId, OrderId>) => {
  const byId = new Map(parts.map((part) => [part.orderId, part]))
  const otherOf = ({ orderId, item }: Part): OrderId | undefined => item?.follows ?? followed.get(orderId)
  const bumped = Map.groupBy(parts, bumperOf)
  const following = Map.groupBy(parts.filter(goes), otherOf)
  const next = (part: Part): OrderId[] => {
    const { orderId, item } = part
    const making = [...(item?.assigned?.swaps ?? []), ...(bumped.get(orderId) ?? [])]
    const other = byId.get(otherOf(part) ?? orderId)
    const along = goes(part) ? [...(following.get(orderId) ?? []), ...(other && goes(other) ? [other] : [])] : []
    return [...making, ...along].map((one) => one.orderId)
  }
  return (root) => {
    const found = new Map<OrderId, OrderId>([[root, root]])
    for (const [orderId, whom] of found) {
      const part = byId.get(orderId) ?? { orderId }
      const sake = orderId === root || isSlotted(part) ? orderId : whom
      // What the plan does not have any more is no matter.
      for (const id of next(part)) if (byId.has(id) && !found.has(id)) found.set(id, sake)
    }
    return new Map([...found].filter(([id]) => id === root || isSlotted(byId.get(id))))
  }
}

/** For whose sake an order would move or give up its slot: it goes with that one, never alone. None, where it has no slot. */
export const goesWith = (part: Part, isThere: (orderId: OrderId) => boolean): OrderId | undefined => {
  const bumper = isSlotted(part) ? bumperOf(part) : undefined
  return bumper !== undefined && isThere(bumper) ? bumper : undefined
}
