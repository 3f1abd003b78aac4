import type { Asset } from '#domain/assets/asset.ts'
import { mayBeReserved } from '#domain/assets/asset.ts'
import { termsOf } from '#domain/assets/asset-type.ts'
import { satisfies } from '#domain/assets/capability.ts'
import type { AssetId, OrderId, ReservationId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import type { PlanMode } from '#domain/plans/plan.ts'
import type { PlanInput, PlannedAsset, PlannedOrder, StandingClaim } from '#domain/plans/problem-of.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { footprint, overrunGraceMs } from '#domain/reservations/ledger.ts'
import { minutes, msOf } from '#domain/time.ts'
import { mostOpenOrders, openOrders, waitsToBePlanned } from '../orders/inbox.ts'
import { allAssets } from '../reservations/wanted.ts'
import type { Rulebook, World } from '../world.ts'

/** What a person asks of a plan. */
export type PlanRequest = {
  readonly workspaceId: WorkspaceId
  readonly mode: PlanMode
  readonly fromMs: number
  readonly toMs: number
  readonly freezeMs: number
  /** Only these, where they are given. */
  readonly orderIds?: readonly OrderId[] | undefined
  readonly assetIds?: readonly AssetId[] | undefined
  readonly batch?: string | undefined
  readonly prices: PlanInput['prices']
  readonly tidy: PlanInput['tidy']
  /** What an order counts for; its value, where it is left out. */
  readonly worthOf?: ((order: Order) => number) | undefined
}

/** Everything that a plan rests on. */
export type ReadInput = {
  readonly input: PlanInput
  readonly revision: number
  /** Slots that the plan may move. */
  readonly movable: readonly Slot[]
  /** Of those, the ones that cannot stay: their assets may not be used. */
  readonly broken: readonly Slot[]
  /** Orders whose other is not planned, and cannot be by this plan. */
  readonly waiting: readonly Order[]
  readonly liveSlots: number
}

/** Slots whose time is taken, now or later. */
export const liveSlots = async (workspaceId: WorkspaceId, world: Pick<World, 'store'>): Promise<Slot[]> => {
  const found: Slot[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.begunSlots(workspaceId, { limit: 100, cursor }, '9999')
    found.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return found
}

/** Whether a plan of this mode may put a slot elsewhere. What has begun, is locked or lies in the freeze window stays. */
const mayMove = (slot: Slot, mode: PlanMode, freezeMs: number): boolean => {
  if (mode === 'incremental' || slot.status === 'executing' || msOf(slot.start) < freezeMs) return false
  if (slot.lock === 'hard' || slot.status === 'locked') return false
  return mode === 'from-scratch' ? slot.lock === 'none' : true
}

const candidatesOf = (order: Order, assets: readonly Asset[], { assetGroups }: Rulebook): (readonly AssetId[])[] =>
  order.requirements.map((want) => {
    if ('assetId' in want) return [want.assetId]
    if ('groupId' in want) return assetGroups.find(({ id }) => id === want.groupId)?.assetIds ?? []
    return assets.flatMap(({ id, capabilities }) => (satisfies(capabilities, want.capability) ? [id] : []))
  })

/** What an order that follows another may do, where that one has a slot already. */
const boundsOf = (order: Order, slots: ReadonlyMap<OrderId, Slot>): Pick<PlannedOrder, 'notBefore' | 'notAfter'> => {
  const other = order.follows && slots.get(order.follows.orderId)
  if (!other || !order.follows) return {}
  const { minMinutes, maxMinutes } = order.follows
  const endMs = msOf(other.end)
  return {
    notBefore: endMs + minutes(minMinutes),
    ...(maxMinutes !== undefined && { notAfter: endMs + minutes(maxMinutes + order.durationMinutes) }),
  }
}

/** Reads what a plan rests on: open orders, assets, what stands in their calendars, and the slots that there are. */
export const readInput = async (request: PlanRequest, world: Pick<World, 'store' | 'clock'>): Promise<ReadInput> => {
  const { workspaceId, mode, fromMs, toMs, freezeMs, orderIds, assetIds, batch, prices, tidy } = request
  const worthOf = request.worthOf ?? (({ value }: Order): number => value)
  const nowMs = world.clock.now()
  const span = { startMs: fromMs, endMs: toMs }
  const [open, assets, rulebook, items, slots, revision] = await Promise.all([
    openOrders(workspaceId, world),
    allAssets(workspaceId, world),
    world.store.rulebook(workspaceId),
    world.store.horizon(workspaceId, footprint({ startMs: fromMs - minutes(60), endMs: toMs + minutes(60) })),
    liveSlots(workspaceId, world),
    world.store.get('revision', { workspaceId }),
  ])
  const usable = assets.filter((asset) => mayBeReserved(asset) && (assetIds?.includes(asset.id) ?? true))
  const isUsable = ({ assets: own }: Slot): boolean =>
    own.every(({ assetId }) => usable.some(({ id }) => id === assetId))
  // Only a repair looks at what cannot stay; other plans leave it to a person.
  const down = new Set(assets.filter((asset) => !mayBeReserved(asset)).map(({ id }) => id))
  const broken = slots.filter(
    (slot) =>
      mode === 'repair' && mayMove(slot, mode, freezeMs) && slot.assets.some(({ assetId }) => down.has(assetId)),
  )
  const movable = slots.filter((slot) => broken.includes(slot) || (mayMove(slot, mode, freezeMs) && isUsable(slot)))
  const moving = new Map(movable.map((slot) => [slot.orderId, slot]))
  const moved = new Map(
    (
      await world.store.getMany(
        'order',
        movable.slice(0, mostOpenOrders).map(({ orderId: id }) => ({ workspaceId, id })),
      )
    ).flatMap((order) => (order ? [[order.id, order] as const] : [])),
  )
  const wanted = [
    ...open.filter(
      (order) =>
        waitsToBePlanned(order, nowMs) &&
        (orderIds?.includes(order.id) ?? true) &&
        (batch === undefined || order.batch === batch),
    ),
    ...moved.values(),
  ].toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const bySlot = new Map(slots.map((slot) => [slot.orderId, slot]))
  const planned = new Set(wanted.map(({ id }) => id))
  const isReady = ({ follows }: Order): boolean =>
    follows === undefined || planned.has(follows.orderId) || bySlot.has(follows.orderId)
  // Two changes at one moment may close a circle; nobody in it can be first.
  const byId = new Map(wanted.map((order) => [order.id, order]))
  const inCircle = (order: Order): boolean => {
    const seen = new Set<OrderId>()
    for (let next = order.follows?.orderId; next !== undefined; next = byId.get(next)?.follows?.orderId) {
      if (next === order.id) return true
      if (seen.has(next)) return false
      seen.add(next)
    }
    return false
  }
  // Who waits for one that waits, waits too.
  let ready = wanted.filter((order) => !inCircle(order))
  for (const order of wanted) if (!ready.includes(order)) planned.delete(order.id)
  for (;;) {
    const next = ready.filter(isReady)
    for (const order of ready) if (!next.includes(order)) planned.delete(order.id)
    if (next.length === ready.length) break
    ready = next
  }
  const theirs = new Set(movable.map(({ reservationId }) => reservationId))
  const claims = new Map<string, StandingClaim>()
  for (const { assetId, item, claims: all } of items)
    for (const [id, claim] of Object.entries(all)) {
      if (theirs.has(id as ReservationId) || (claim.expiresMs !== undefined && claim.expiresMs <= nowMs)) continue
      claims.set(`${assetId} ${id}`, {
        assetId,
        reservationId: id as ReservationId,
        startMs: claim.startMs,
        endMs: item === 'OPEN' ? Math.max(claim.endMs, nowMs + overrunGraceMs) : claim.endMs,
        units: claim.units,
        mode: { kind: 'PROTOCOL', ...(claim.setup !== undefined && { setup: claim.setup }) },
      })
    }
  const plannedAssets = usable.map((asset): PlannedAsset => {
    const type = rulebook.assetTypes.find(({ id }) => id === asset.typeId)
    const { openingHours, rules, changeovers } = termsOf(asset, type)
    const attended = openingHours?.unattended ? undefined : openingHours
    return {
      id: asset.id,
      name: asset.name,
      capacity: asset.capacity,
      ...(attended && { openingHours: attended }),
      spacing: { rules, changeovers },
    }
  })
  return {
    input: {
      orders: ready.map((order) => ({
        order,
        candidates: candidatesOf(order, usable, rulebook),
        slot: moving.get(order.id),
        worth: worthOf(order),
        ...boundsOf(order, bySlot),
      })),
      assets: plannedAssets,
      claims: [...claims.values()],
      span,
      freezeMs,
      prices,
      tidy,
    },
    revision: revision?.version ?? 0,
    movable,
    broken,
    waiting: wanted.filter((order) => !ready.includes(order)),
    liveSlots: slots.length,
  }
}
