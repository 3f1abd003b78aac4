import { type Asset, mayBeReserved } from '#domain/assets/asset.ts'
import type { AssetId, BatchId, OrderId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import type { PlanMode } from '#domain/plans/plan.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { msOf } from '#domain/time.ts'
import type { World } from '../world.ts'

/** What a plan is about; it leaves all else as it is. */
export type PlanScope = {
  readonly workspaceId: WorkspaceId
  readonly fromMs: number
  readonly toMs: number
  readonly freezeMs: number
  /** Only these, where they are given. */
  readonly orderIds?: readonly OrderId[] | undefined
  readonly assetIds?: readonly AssetId[] | undefined
  readonly batchId?: BatchId | undefined
}

export type MovableSlots = {
  /** Slots that the plan may put elsewhere, one of an order. */
  readonly movable: readonly Slot[]
  /** Of those, the ones that cannot stay: their assets may not be used. */
  readonly broken: readonly Slot[]
  readonly orders: ReadonlyMap<OrderId, Order>
}

/** Whether a plan may put a slot elsewhere, wherever that stands. What has begun, is locked or lies in the freeze window stays. */
const mayMove = (slot: Slot, mode: PlanMode): boolean => {
  if (mode === 'incremental' || slot.status === 'executing') return false
  if (slot.lock === 'hard' || slot.status === 'locked') return false
  return mode === 'from-scratch' ? slot.lock === 'none' : true
}

/** Which of the slots that there are a plan may put elsewhere: those that lie wholly within what it is about. */
export const movableSlots = async (
  slots: readonly Slot[],
  assets: readonly Asset[],
  mode: PlanMode,
  scope: PlanScope,
  world: Pick<World, 'store'>,
): Promise<MovableSlots> => {
  const { workspaceId, fromMs, toMs, freezeMs, batchId } = scope
  const earliestMs = Math.max(fromMs, freezeMs)
  const wanted = scope.orderIds && new Set(scope.orderIds)
  const named = scope.assetIds && new Set(scope.assetIds)
  const usable = new Set(assets.flatMap((asset) => (mayBeReserved(asset) ? [asset.id] : [])))
  const known = new Set(assets.map(({ id }) => id))
  // Only a repair looks at what cannot stay; other plans leave it to a person.
  const isBroken = ({ assets: own }: Slot): boolean =>
    mode === 'repair' &&
    own.some(({ assetId }) => known.has(assetId) && !usable.has(assetId)) &&
    own.some(({ assetId }) => named?.has(assetId) ?? true)
  const isMovable = (slot: Slot): boolean =>
    mayMove(slot, mode) &&
    msOf(slot.start) >= earliestMs &&
    msOf(slot.end) <= toMs &&
    (wanted?.has(slot.orderId) ?? true) &&
    (isBroken(slot) || slot.assets.every(({ assetId }) => usable.has(assetId) && (named?.has(assetId) ?? true)))
  const found = new Map<OrderId, Slot>()
  for (const slot of slots) if (!found.has(slot.orderId) && isMovable(slot)) found.set(slot.orderId, slot)
  const read = await world.store.getMany(
    'order',
    [...found.keys()].map((id) => ({ workspaceId, id })),
  )
  const orders = new Map(
    read.flatMap((order) =>
      order &&
      (order.status === 'planned' || order.status === 'committed') &&
      (batchId === undefined || order.batchId === batchId)
        ? [[order.id, order] as const]
        : [],
    ),
  )
  const movable = [...found.values()].filter(({ orderId }) => orders.has(orderId))
  return { movable, broken: movable.filter(isBroken), orders }
}
