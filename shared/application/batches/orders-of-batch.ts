import type { BatchId, WorkspaceId } from '#domain/ids.ts'
import { type Order, type OrderStatus, orderStatuses } from '#domain/orders/order.ts'
import { allPages } from '../common/all-pages.ts'
import type { World } from '../world.ts'

/** All orders of a batch. */
export const ordersOfBatch = async (
  workspaceId: WorkspaceId,
  batchId: BatchId,
  world: Pick<World, 'store'>,
): Promise<readonly Order[]> => allPages((page) => world.store.ordersOfBatch(workspaceId, batchId, page))

export type BatchProgress = {
  readonly orders: number
  readonly byStatus: Readonly<Record<OrderStatus, number>>
  readonly value: number
  /** Of the orders that are done. */
  readonly valueCompleted: number
}

/** How far the orders of a batch are. */
export const progressOfBatch = async (
  workspaceId: WorkspaceId,
  batchId: BatchId,
  world: Pick<World, 'store'>,
): Promise<BatchProgress> => {
  const orders = await ordersOfBatch(workspaceId, batchId, world)
  const worth = (some: readonly Order[]): number => some.reduce((sum, { value }) => sum + value, 0)
  const statuses = Object.keys(orderStatuses) as OrderStatus[]
  const counted = statuses.map((one) => [one, orders.filter(({ status }) => status === one).length] as const)
  return {
    orders: orders.length,
    byStatus: Object.fromEntries(counted) as BatchProgress['byStatus'],
    value: worth(orders),
    valueCompleted: worth(orders.filter(({ status }) => status === 'completed')),
  }
}
