import type { Reason } from '../errors.ts'
import type { OrderId } from '../ids.ts'

/** So many orders follow one another at most, from the first to the last. */
export const longestChain = 50

/** What each of some orders follows. */
export type Bonds = ReadonlyMap<OrderId, OrderId | undefined>

export type Chains = {
  /** The orders that one follows, the nearest first: up to the first of all, or to the one that closes a circle. */
  readonly above: (id: OrderId) => readonly OrderId[]
  /** Why an order cannot follow what it does; nothing where it can. */
  readonly reasons: (id: OrderId) => readonly Reason[]
}

export const chainsOf = (bonds: Bonds): Chains => {
  const followers = Map.groupBy(bonds.keys(), (id) => bonds.get(id))

  const above = (id: OrderId): OrderId[] => {
    const path: OrderId[] = []
    for (let next = bonds.get(id); next !== undefined; next = bonds.get(next)) {
      const closed = next === id || path.includes(next)
      path.push(next)
      if (closed || path.length === longestChain) break
    }
    return path
  }

  /** How many orders follow it one after another. */
  const depthBelow = (id: OrderId): number => {
    let level: readonly OrderId[] = [id]
    for (let depth = 0; ; depth++) {
      level = level.flatMap((one) => followers.get(one) ?? [])
      if (level.length === 0 || depth === longestChain) return depth
    }
  }

  const reasons = (id: OrderId): Reason[] => {
    const path = above(id)
    const last = path.at(-1)
    const wrong = (code: string, message: string): Reason[] => [{ code, message, path: '/follows/orderId' }]
    if (last === id || path.indexOf(last ?? id) < path.length - 1)
      return wrong('circular', `it would follow itself: ${[id, ...path].join(' follows ')}`)
    return path.length + 1 + depthBelow(id) > longestChain
      ? wrong('chain-too-long', `at most ${longestChain} orders follow one another`)
      : []
  }

  return { above, reasons }
}
