import type { Order } from './order.ts'

/** Those that somebody, or a plan, has to look at. Apart from their schema, which the store does not need. */
export const isOpenOrder = ({ status }: Pick<Order, 'status'>): boolean =>
  status === 'new' || status === 'deferred' || status === 'planned'
