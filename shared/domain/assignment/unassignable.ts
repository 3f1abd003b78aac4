import type { PlannedOrder } from '../plans/plan-input.ts'

/** Whether nothing is known any more of the type of an order. */
export const isOfUnknownType = ({ order, type }: PlannedOrder): boolean =>
  order.type !== undefined && type === undefined

/** Whether an order is none of the business of whatever assigns by itself: a slot that it has stays. */
export const isByHand = (planned: PlannedOrder): boolean =>
  planned.order.byHandOnly !== undefined || isOfUnknownType(planned)
