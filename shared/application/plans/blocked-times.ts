import { termsOf } from '#domain/assets/asset-type.ts'
import type { Reason } from '#domain/errors.ts'
import type { AssetId, OrderId, ReservationId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { setupOf } from '#domain/plans/changeover.ts'
import type { RollbackEntry } from '#domain/plans/rollback.ts'
import type { SnapshotSlot } from '#domain/plans/snapshot.ts'
import { type AssetLedger, type Claim, daysAround } from '#domain/reservations/ledger.ts'
import type { Part } from '#domain/rules/ask.ts'
import { judgeReservation, standing } from '#domain/rules/judge.ts'
import { type Day, hours, msOf } from '#domain/time.ts'
import { horizonMs } from '../reservations/horizon.ts'
import { allAssets } from '../reservations/wanted.ts'
import type { LedgerItem, World } from '../world.ts'

const spanOf = ({ start, end }: SnapshotSlot) => ({ startMs: msOf(start), endMs: msOf(end) })
const around = (was: SnapshotSlot): Day[] => daysAround(spanOf(was), hours(12))
const isPlaced = ({ change }: RollbackEntry): boolean => change === 'comes-back' || change === 'moves'
const isReleased = ({ change }: RollbackEntry): boolean => change === 'goes' || change === 'moves'
const nameOf = ({ slotId }: SnapshotSlot): ReservationId => `res_was-${slotId}`

type Calendar = ReadonlyMap<AssetId, ReadonlyMap<LedgerItem, Readonly<Record<ReservationId, Claim>>>>

/** The calendar as it would be: without what makes way, with what comes. */
const calendarAfter = (calendar: Calendar, entries: readonly RollbackEntry[], orders: ReadonlyMap<OrderId, Order>) => {
  const gone = new Set(entries.flatMap((entry) => (isReleased(entry) && entry.slot ? [entry.slot.reservationId] : [])))
  const after = new Map(
    [...calendar].map(([assetId, items]) => [
      assetId,
      new Map(
        [...items].map(([item, claims]) => [
          item,
          Object.fromEntries(Object.entries(claims).filter(([id]) => !gone.has(id as ReservationId))) as Record<
            ReservationId,
            Claim
          >,
        ]),
      ),
    ]),
  )
  for (const entry of entries) {
    const { was } = entry
    if (!was || !isPlaced(entry)) continue
    const order = orders.get(was.orderId)
    const setup = order && setupOf(order.mode)
    for (const { assetId, units } of was.assets)
      for (const day of around(was)) {
        const items = after.get(assetId) ?? new Map<LedgerItem, Record<ReservationId, Claim>>()
        after.set(assetId, items)
        const claim: Claim = { ...spanOf(was), units, by: was.orderId, ...(setup !== undefined && { setup }) }
        items.set(day, { ...items.get(day), [nameOf(was)]: claim })
      }
  }
  return after
}

/**
 * Reads once what stands on the days of a roll-back, and answers which of its times could not be had: by the rules of booking,
 * with all that makes way gone and all that comes there.
 */
export const readBlocked = async (
  of: {
    readonly workspaceId: WorkspaceId
    readonly entries: readonly RollbackEntry[]
    readonly orders: ReadonlyMap<OrderId, Order>
    readonly nowMs: number
  },
  world: Pick<World, 'store'>,
): Promise<(entries: readonly RollbackEntry[]) => ReadonlyMap<RollbackEntry, Reason>> => {
  const { workspaceId, orders, nowMs } = of
  const placed = of.entries.filter(isPlaced).flatMap(({ was }) => was ?? [])
  if (placed.length === 0) return () => new Map()
  const days = [...new Set(placed.flatMap(around))].toSorted()
  const [rulebook, assets, items] = await Promise.all([
    world.store.rulebook(workspaceId),
    allAssets(workspaceId, world),
    world.store.horizon(workspaceId, days),
  ])
  const byId = new Map(assets.map((asset) => [asset.id, asset]))
  const calendar = new Map<AssetId, Map<LedgerItem, Readonly<Record<ReservationId, Claim>>>>()
  for (const { assetId, item, claims } of items)
    calendar.set(assetId, (calendar.get(assetId) ?? new Map()).set(item, claims))
  return (entries) => {
    const after = calendarAfter(calendar, entries, orders)
    const ledgerOf = (assetId: AssetId, was: SnapshotSlot): AssetLedger => ({
      assetId,
      open: { version: 0, fence: 0, claims: after.get(assetId)?.get('OPEN') ?? {} },
      days: around(was).map((day) => ({ day, version: 0, claims: after.get(assetId)?.get(day) ?? {} })),
    })
    const blocked = new Map<RollbackEntry, Reason>()
    for (const entry of entries) {
      const { was } = entry
      if (!was || !isPlaced(entry)) continue
      const order = orders.get(was.orderId)
      const parts = was.assets.map(({ assetId, units }, index): Part => {
        const asset = byId.get(assetId)
        const type = rulebook.assetTypes.find(({ id }) => id === asset?.typeId)
        const terms = termsOf(asset ?? {}, type)
        return { path: `/assets/${index}`, assetId, units, asset, terms, ledger: ledgerOf(assetId, was) }
      })
      const span = spanOf(was)
      const [first] = standing(
        judgeReservation({
          operation: 'hold',
          span,
          parts,
          nowMs,
          horizonMs,
          setup: order && setupOf(order.mode),
          // It does not stand in its own way, and owns nothing yet.
          own: { id: nameOf(was), span, assets: [] },
          accounts: [],
          use: [],
          quotas: [],
          waivers: rulebook.waivers,
        }),
      )
      if (first)
        blocked.set(entry, { code: first.code, message: first.message, ...(first.facts && { facts: first.facts }) })
    }
    return blocked
  }
}
