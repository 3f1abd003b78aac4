import type { OrderId } from '../ids.ts'
import { leewayAfter, leewayBefore, type Place, tellBond } from '../orders/companion.ts'
import { placeOf } from './place.ts'
import type { PlannedOrder } from './plan-input.ts'
import type { Slot } from './slot.ts'
import { boundBy } from './waves.ts'

/** An order with the leeway that those leave it which it follows, or which follow it, and which stay where they are. */
export const boundToPlaces = (
  planned: PlannedOrder,
  places: ReadonlyMap<OrderId, Place>,
  followers: readonly Slot[],
): PlannedOrder => {
  const { follows, durationMinutes } = planned.order
  const other = follows && places.get(follows.orderId)
  const after =
    follows && other
      ? boundBy(
          planned,
          leewayAfter(follows, durationMinutes, other),
          tellBond(follows, `order ${follows.orderId}`, other),
        )
      : planned
  return followers.reduce(
    (one, slot) =>
      slot.follows
        ? boundBy(
            one,
            leewayBefore(slot.follows, durationMinutes, placeOf(slot)),
            `Order ${slot.orderId}, which follows it, stays at ${slot.start}.`,
          )
        : one,
    after,
  )
}
