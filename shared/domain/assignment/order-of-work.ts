import type { Span } from '../assets/opening-hours.ts'
import type { OrderId } from '../ids.ts'
import type { Assigned } from '../plans/plan.ts'
import type { PlannedOrder } from '../plans/plan-input.ts'
import { dayMs, msOf } from '../time.ts'

export type Wave = Assigned['wave']

/** When an order is due; at the end of the time that is planned, where nobody says. */
export const dueOf = ({ due }: PlannedOrder['order'], span: Span): number =>
  due === undefined ? span.endMs : msOf(due)

/** Whole days until something is due, at least 0: fewer are more urgent. */
export const scoreOf = (dueMs: number, nowMs: number): number => Math.max(0, Math.floor((dueMs - nowMs) / dayMs))

/** An order without a type comes after all that have one. */
const lastRank = 100

/**
 * Which of two orders has its turn first: by days until it is due, the rank of its type, its priority (5 first), its release and
 * its id. Negative: the one.
 */
export const byTurn =
  (span: Span, nowMs: number) =>
  (one: PlannedOrder, other: PlannedOrder): number => {
    const release = ({ order }: PlannedOrder): number => (order.release === undefined ? 0 : msOf(order.release))
    return (
      scoreOf(dueOf(one.order, span), nowMs) - scoreOf(dueOf(other.order, span), nowMs) ||
      (one.type?.rank ?? lastRank) - (other.type?.rank ?? lastRank) ||
      other.order.priority - one.order.priority ||
      release(one) - release(other) ||
      (one.order.id < other.order.id ? -1 : 1)
    )
  }

/** The wave in which an order has its turn: duties decide who; a companion comes after what it follows. */
export const waveOf = ({ order }: PlannedOrder): Exclude<Wave, 'rescue'> => {
  if (order.follows) return 'companion'
  return order.requirements.some((want) => 'duty' in want) ? 'duty' : 'rest'
}

/** Orders that follow another or are followed: they are never torn apart. */
export const boundOrders = (orders: readonly PlannedOrder[]): ReadonlySet<OrderId> =>
  new Set(
    orders.flatMap(({ order: { id, follows }, bond }) => [
      ...(follows ? [id, follows.orderId] : []),
      ...(bond === undefined ? [] : [id]),
    ]),
  )
