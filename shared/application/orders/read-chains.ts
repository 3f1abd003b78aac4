import type { Reason } from '#domain/errors.ts'
import type { OrderId, WorkspaceId } from '#domain/ids.ts'
import { type Bonds, type Chains, chainsOf, longestChain } from '#domain/orders/chains.ts'
import type { Order } from '#domain/orders/order.ts'
import type { World } from '../world.ts'
import { openOrdersSoFar } from './inbox.ts'
import { readOnce } from './read-once.ts'

/** An order as it is to be, and as it is where it is there. */
export type Bonded = {
  readonly id: OrderId
  readonly follows?: Order['follows'] | undefined
  readonly before?: Order | undefined
}

/** Whether it is to follow another than before. */
export const bindsAnew = ({ follows, before }: Bonded): boolean =>
  follows !== undefined && follows.orderId !== before?.follows?.orderId

export type ReadChains = Chains & {
  /** Orders that were read, as they are stored: those that the given ones follow, by however many others. */
  readonly stored: ReadonlyMap<OrderId, Order>
}

const bondsOf = (orders: Iterable<Pick<Order, 'id' | 'follows'>>): Bonds =>
  new Map(Array.from(orders, ({ id, follows }) => [id, follows?.orderId]))

/**
 * The chains in which orders are to stand, laid over those that are stored. All that stand above are read for certain, in as many
 * rounds as the longest chain has links; those that follow are the open ones, and are only looked for where a bond changes.
 */
export const readChains = async (
  workspaceId: WorkspaceId,
  orders: readonly Bonded[],
  world: Pick<World, 'store'>,
): Promise<ReadChains> => {
  const { getMany } = readOnce(world.store)
  const stored = new Map(orders.flatMap(({ id, before }) => (before ? [[id, before] as const] : [])))
  const looked = new Set(orders.map(({ id }) => id))
  let next = orders.flatMap((order) => (bindsAnew(order) && order.follows ? [order.follows.orderId] : []))
  for (let round = 0; round <= longestChain; round++) {
    const wanted = [...new Set(next)].filter((id) => !looked.has(id))
    if (wanted.length === 0) break
    const found = await getMany(
      'order',
      wanted.map((id) => ({ workspaceId, id })),
    )
    for (const id of wanted) looked.add(id)
    for (const order of found) if (order) stored.set(order.id, order)
    next = found.flatMap((order) => order?.follows?.orderId ?? [])
  }
  const below = orders.some((order) => order.before && bindsAnew(order))
    ? (await openOrdersSoFar(workspaceId, world)).orders
    : []
  const bonds = new Map([...bondsOf(below), ...bondsOf(stored.values()), ...bondsOf(orders)])
  const chains = chainsOf(bonds)
  const reasons = (id: OrderId): readonly Reason[] => {
    const other = bonds.get(id)
    return other === undefined || stored.has(other) || bonds.has(other)
      ? chains.reasons(id)
      : [{ code: 'no-order', message: `there is no order ${other} in this workspace`, path: '/follows/orderId' }]
  }
  return { ...chains, reasons, stored }
}
