import type { OrderId, SnapshotId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { type RollbackChange, type RollbackEntry, rollbackOf } from '#domain/plans/rollback.ts'
import type { Snapshot, SnapshotSlot } from '#domain/plans/snapshot.ts'
import type { World } from '../world.ts'
import { readBlocked } from './blocked-times.ts'
import type { Alternative } from './item-alternatives.ts'
import { readSnapshot } from './read-snapshot.ts'
import { standingSlots } from './take-snapshot.ts'

export type Differences = {
  readonly snapshot: Snapshot
  readonly slots: readonly SnapshotSlot[]
  readonly orders: ReadonlyMap<OrderId, Order>
  /** Of the slots now. */
  readonly revision: number
  readonly entries: readonly RollbackEntry[]
}

/**
 * What going back to a snapshot would do to each slot of then and now.
 * @throws Refusal `not_found`
 */
export const snapshotDifferences = async (
  of: { readonly workspaceId: WorkspaceId; readonly snapshotId: SnapshotId; readonly force: boolean },
  world: Pick<World, 'store' | 'clock'>,
): Promise<Differences> => {
  const { workspaceId, snapshotId, force } = of
  const { snapshot, slots } = await readSnapshot(workspaceId, snapshotId, world)
  // The revision first: what changes while the rest is read is noticed by the commit.
  const revision = await world.store.get('revision', { workspaceId })
  const live = await standingSlots(workspaceId, world)
  const ids = [...new Set([...slots, ...live].map(({ orderId }) => orderId))]
  const found = await world.store.getMany(
    'order',
    ids.map((id) => ({ workspaceId, id })),
  )
  const orders = new Map<OrderId, Order>(found.flatMap((order) => (order ? [[order.id, order] as const] : [])))
  const nowMs = world.clock.now()
  const now = { was: slots, live, orders, nowMs, force }
  const wished = rollbackOf(now, () => new Map())
  const blocked = await readBlocked({ workspaceId, entries: wished, orders, nowMs }, world)
  return { snapshot, slots, orders, revision: revision?.version ?? 0, entries: rollbackOf(now, blocked) }
}

/** Entries that are told. */
const mostTold = 2_000

/** As it is told: numbers of each kind, and every slot that does not simply stay. */
export const toldDifferences = (
  { revision, entries }: Differences,
  places: ReadonlyMap<RollbackEntry, readonly Alternative[]>,
) => {
  const count = (change: RollbackChange): number => entries.filter((entry) => entry.change === change).length
  return {
    revision,
    kept: count('kept'),
    comesBack: count('comes-back'),
    moves: count('moves'),
    locks: count('locks'),
    goes: count('goes'),
    leftAlone: count('left-alone'),
    entries: entries
      .filter(({ change }) => change !== 'kept')
      .slice(0, mostTold)
      .map((entry) => ({ ...entry, instead: places.get(entry) }))
      .map(({ change, orderId, was, slot, reasons, instead }) => ({
        change,
        orderId,
        ...(was && { was }),
        ...(slot && {
          now: {
            slotId: slot.id,
            status: slot.status,
            lock: slot.lock,
            assets: slot.assets,
            start: slot.start,
            end: slot.end,
          },
        }),
        reasons: reasons.map(({ code, message }) => ({ code, message })),
        ...(instead && { alternatives: [...instead] }),
      })),
  }
}
