import type { OrderStatus } from './order.ts'

/** What an order may become from each state; whatever is not here is refused. */
export const orderTransitions: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  new: ['planned', 'committed', 'deferred', 'cancelled', 'rejected'],
  deferred: ['new', 'planned', 'committed', 'deferred', 'cancelled', 'rejected'],
  planned: ['new', 'committed', 'cancelled'],
  committed: ['new', 'completed', 'cancelled'],
  completed: [],
  cancelled: ['new'],
  rejected: ['new'],
}

export const mayBecome = (from: OrderStatus, to: OrderStatus): boolean => orderTransitions[from].includes(to)
