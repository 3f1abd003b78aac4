import type { OrderId } from '../ids.ts'
import { leewayAfter, tellBond } from '../orders/companion.ts'
import { othersFirst } from '../plans/others-first.ts'
import type { PlannedOrder } from '../plans/plan-input.ts'
import { boundBy } from '../plans/waves.ts'
import { placeOfPlaced, type State } from './state.ts'
import { type Task, taskOf } from './task.ts'
import { isByHand } from './unassignable.ts'

/** Orders that keep their slots as far as nobody moves them: not those that cannot, nor what follows such. */
export const staying = (orders: readonly PlannedOrder[]): ReadonlySet<OrderId> => {
  const stays = new Set<OrderId>()
  const ids = new Set(orders.map(({ order }) => order.id))
  for (const planned of othersFirst(orders)) {
    const { order, slot, mayStay } = planned
    const isTorn = order.follows !== undefined && ids.has(order.follows.orderId) && !stays.has(order.follows.orderId)
    if (slot && (isByHand(planned) || (mayStay !== false && !isTorn))) stays.add(order.id)
  }
  return stays
}

/** An order as it may be done beside the one that it follows; that one alone, where it has no place. */
export const besideOther = (
  s: State,
  orders: ReadonlyMap<OrderId, PlannedOrder>,
  planned: PlannedOrder,
): { readonly task: Task } | { readonly without: PlannedOrder } => {
  const { follows, durationMinutes } = planned.order
  const other = follows && orders.get(follows.orderId)
  if (!other) return { task: taskOf(planned, s) }
  const standing = s.placed.get(other.order.id)
  if (!standing) return { without: other }
  const where = placeOfPlaced(standing)
  const bond = tellBond(follows, `"${other.order.name}"`, where)
  return { task: taskOf(planned, s, boundBy(planned, leewayAfter(follows, durationMinutes, where), bond)) }
}
