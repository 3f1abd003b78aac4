import { termsOf } from '#domain/assets/asset-type.ts'
import type { Reason } from '#domain/errors.ts'
import type { AssetId, OrderId, ReservationId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { setupOf } from '#domain/plans/changeover.ts'
import type { Blocked, RollbackEntry } from '#domain/plans/rollback.ts'
import type { Slot } from '#domain/plans/slot.ts'
import type { SnapshotSlot } from '#domain/plans/snapshot.ts'
import { type AssetLedger, type Claim, daysAround } from '#domain/reservations/ledger.ts'
import type { Part } from '#domain/rules/ask.ts'
import { judgeReservation, standing } from '#domain/rules/judge.ts'
import { type Day, hours, msOf } from '#domain/time.ts'
import { horizonMs } from '../reservations/horizon.ts'
import { allAssets } from '../reservations/wanted.ts'
import type { LedgerItem, World } from '../world.ts'

const spanOf = ({ start, end }: Pick<SnapshotSlot, 'start' | 'end'>) => ({ startMs: msOf(start), endMs: msOf(end) })
/** How far apart two slots may matter to each other: buffers and changeovers are shorter. */
const reachMs = hours(12)
const around = (was: SnapshotSlot): Day[] => daysAround(spanOf(was), reachMs)
const isNear = (was: SnapshotSlot, slot: Slot): boolean =>
  msOf(was.start) < msOf(slot.end) + reachMs &&
  msOf(slot.start) < msOf(was.end) + reachMs &&
  was.assets.some(({ assetId }) => slot.assets.some((other) => other.assetId === assetId))
const isPlaced = ({ change }: RollbackEntry): boolean => change === 'comes-back' || change === 'moves'
const isReleased = ({ change }: RollbackEntry): boolean => change === 'goes' || change === 'moves'
const nameOf = ({ slotId }: SnapshotSlot): ReservationId => `res_was-${slotId}`

type Calendar = ReadonlyMap<AssetId, ReadonlyMap<LedgerItem, Readonly<Record<ReservationId, Claim>>>>

const without = (claims: Readonly<Record<ReservationId, Claim>>, gone: ReadonlySet<ReservationId>) =>
  Object.fromEntries(Object.entries(claims).filter(([id]) => !gone.has(id as ReservationId))) as Record<
    ReservationId,
    Claim
  >

/** The calendar around some entries as it would be: without what makes way, with what comes. */
const calendarAfter = (
  calendar: Calendar,
  judged: readonly RollbackEntry[],
  entries: readonly RollbackEntry[],
  orders: ReadonlyMap<OrderId, Order>,
) => {
  const gone = new Set(entries.flatMap((entry) => (isReleased(entry) && entry.slot ? [entry.slot.reservationId] : [])))
  const assetIds = new Set(judged.flatMap(({ was }) => was?.assets.map(({ assetId }) => assetId) ?? []))
  const days = new Set<LedgerItem>(['OPEN', ...judged.flatMap(({ was }) => (was ? around(was) : []))])
  const after = new Map<AssetId, Map<LedgerItem, Record<ReservationId, Claim>>>()
  for (const assetId of assetIds) {
    const items = [...(calendar.get(assetId) ?? [])].filter(([item]) => days.has(item))
    after.set(assetId, new Map(items.map(([item, claims]) => [item, without(claims, gone)])))
  }
  for (const entry of entries) {
    const { was } = entry
    if (!was || !isPlaced(entry)) continue
    const order = orders.get(was.orderId)
    const setup = order && setupOf(order.mode)
    for (const { assetId, units } of was.assets.filter((one) => assetIds.has(one.assetId)))
      for (const day of around(was).filter((one) => days.has(one))) {
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
): Promise<Blocked> => {
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
  return (entries, near) => {
    const judged = entries.filter((entry) => {
      const { was } = entry
      return was && isPlaced(entry) && (near === undefined || near.some((slot) => isNear(was, slot)))
    })
    const after = calendarAfter(calendar, judged, entries, orders)
    const ledgerOf = (assetId: AssetId, was: SnapshotSlot): AssetLedger => ({
      assetId,
      open: { version: 0, fence: 0, claims: after.get(assetId)?.get('OPEN') ?? {} },
      days: around(was).map((day) => ({ day, version: 0, claims: after.get(assetId)?.get(day) ?? {} })),
    })
    const blocked = new Map<RollbackEntry, Reason>()
    for (const entry of judged) {
      const { was } = entry
      if (!was) continue
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
