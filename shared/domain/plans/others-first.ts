import type { PlannedOrder } from './plan-input.ts'

/** The same orders, each after the one that it follows; chains may be as long as they like. */
export const othersFirst = (orders: readonly PlannedOrder[]): PlannedOrder[] => {
  const byId = new Map(orders.map((planned) => [planned.order.id, planned]))
  const sorted = new Set<PlannedOrder>()
  for (const planned of orders) {
    const chain = new Set<PlannedOrder>()
    for (let next: PlannedOrder | undefined = planned; next && !sorted.has(next) && !chain.has(next); ) {
      chain.add(next)
      next = next.order.follows && byId.get(next.order.follows.orderId)
    }
    for (const one of [...chain].reverse()) sorted.add(one)
  }
  return [...sorted]
}
