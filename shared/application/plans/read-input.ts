import { mayBeReserved } from '#domain/assets/asset.ts'
import { termsOf } from '#domain/assets/asset-type.ts'
import type { OrderId, ReservationId } from '#domain/ids.ts'
import type { Choice } from '#domain/orders/batch.ts'
import type { Place } from '#domain/orders/companion.ts'
import type { Order } from '#domain/orders/order.ts'
import { emptyPerson } from '#domain/people/person.ts'
import { boundToPlaces } from '#domain/plans/bound-to-places.ts'
import { placeOf } from '#domain/plans/place.ts'
import type { PlanMode } from '#domain/plans/plan.ts'
import type { PlanInput, PlannedAsset, StandingClaim } from '#domain/plans/plan-input.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { footprint, overrunGraceMs } from '#domain/reservations/ledger.ts'
import { minutes } from '#domain/time.ts'
import { orderTypesOf } from '../order-types/read-order-types.ts'
import { openOrders, waitsToBePlanned } from '../orders/inbox.ts'
import { allAssets } from '../reservations/wanted.ts'
import type { World } from '../world.ts'
import { liveSlots } from './live-slots.ts'
import { movableSlots, type PlanScope } from './movable-slots.ts'
import { placeOfOrder } from './place-of-order.ts'
import { planCandidates, turnsFor } from './plan-candidates.ts'

/** What a person asks of a plan. */
export type PlanRequest = PlanScope & {
  readonly mode: PlanMode
  /** Which of those that wait are planned; all of them, where it is left out. */
  readonly choose?: ((waiting: readonly Order[]) => Choice) | undefined
  readonly prices: PlanInput['prices']
  readonly tidy: PlanInput['tidy']
  /** How far beyond its time it looks, for what people have to do in the weeks that it touches. Milliseconds. */
  readonly around?: number | undefined
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
  /** How many wait and were not chosen, by why. */
  readonly notChosen: Partial<Choice['left']>
  readonly liveSlots: number
}

/** Where the orders stand that others follow and that are not planned anew. */
const placesOf = async (
  wanted: readonly Order[],
  planned: ReadonlySet<OrderId>,
  slots: readonly Slot[],
  world: Pick<World, 'store'>,
): Promise<Map<OrderId, Place>> => {
  const others = new Set(
    wanted.flatMap(({ follows }) => (follows && !planned.has(follows.orderId) ? follows.orderId : [])),
  )
  const places = new Map(
    slots.flatMap((slot) => (others.has(slot.orderId) ? [[slot.orderId, placeOf(slot)] as const] : [])),
  )
  const [{ workspaceId } = { workspaceId: undefined }] = wanted
  for (const id of others) {
    const place = !places.has(id) && workspaceId ? await placeOfOrder(workspaceId, id, world) : undefined
    if (place) places.set(id, place)
  }
  return places
}

/** Reads what a plan rests on: open orders, assets, what stands in their calendars, and the slots that there are. */
export const readInput = async (request: PlanRequest, world: Pick<World, 'store' | 'clock'>): Promise<ReadInput> => {
  const {
    workspaceId,
    mode,
    fromMs,
    toMs,
    freezeMs,
    orderIds,
    assetIds,
    choose,
    prices,
    tidy,
    around = minutes(60),
  } = request
  const worthOf = request.worthOf ?? (({ value }: Order): number => value)
  const nowMs = world.clock.now()
  const span = { startMs: fromMs, endMs: toMs }
  const [open, assets, rulebook, items, slots, revision, { types }] = await Promise.all([
    openOrders(workspaceId, world),
    allAssets(workspaceId, world),
    world.store.rulebook(workspaceId),
    world.store.horizon(workspaceId, footprint({ startMs: fromMs - around, endMs: toMs + around })),
    liveSlots(workspaceId, world),
    world.store.get('revision', { workspaceId }),
    orderTypesOf(workspaceId, world),
  ])
  const usable = assets.filter((asset) => mayBeReserved(asset) && (assetIds?.includes(asset.id) ?? true))
  const scoped = await movableSlots(slots, assets, mode, request, world)
  const asked = orderIds && new Set(orderIds)
  const waiting = open.filter((order) => waitsToBePlanned(order, nowMs) && (asked?.has(order.id) ?? true))
  const choice = choose?.(waiting)
  const wanted = [...(choice?.chosen ?? waiting), ...scoped.orders.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const planned = new Set(wanted.map(({ id }) => id))
  const placed = await placesOf(wanted, planned, slots, world)
  const isReady = ({ follows }: Order): boolean =>
    follows === undefined || planned.has(follows.orderId) || placed.has(follows.orderId)
  const standing = new Map(slots.map((slot) => [slot.orderId, slot]))
  // What is not planned and has a slot keeps that.
  const leave = (order: Order): void => {
    planned.delete(order.id)
    const slot = standing.get(order.id)
    if (slot) placed.set(order.id, placeOf(slot))
  }
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
  for (const order of wanted) if (inCircle(order)) leave(order)
  let ready = wanted.filter(({ id }) => planned.has(id))
  for (;;) {
    const waits = ready.filter((order) => !isReady(order))
    if (waits.length === 0) break
    for (const order of waits) leave(order)
    ready = ready.filter(({ id }) => planned.has(id))
  }
  const turnsAt = await turnsFor(workspaceId, ready, usable, span, world)
  const followers = Map.groupBy(
    slots.filter(({ orderId }) => !planned.has(orderId)),
    ({ follows }) => follows?.orderId,
  )
  const movable = scoped.movable.filter(({ orderId }) => planned.has(orderId))
  const moving = new Map(movable.map((slot) => [slot.orderId, slot]))
  const theirs = new Set(movable.map(({ reservationId }) => reservationId))
  const modes = new Map(slots.map((slot) => [slot.reservationId, slot.mode]))
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
        ...(claim.type !== undefined && { type: claim.type }),
        mode: modes.get(id as ReservationId) ?? {
          kind: 'PROTOCOL',
          ...(claim.setup !== undefined && { setup: claim.setup }),
        },
      })
    }
  const plannedAssets = usable.map((asset): PlannedAsset => {
    const type = rulebook.assetTypes.find(({ id }) => id === asset.typeId)
    const { openingHours, rules, changeovers, agility } = termsOf(asset, type)
    const attended = openingHours?.unattended ? undefined : openingHours
    return {
      id: asset.id,
      name: asset.name,
      capacity: asset.capacity,
      ...(attended && { openingHours: attended }),
      ...(asset.kind === 'person' && { person: asset.person ?? emptyPerson }),
      spacing: { rules, changeovers, ...(agility && { agility }) },
    }
  })
  return {
    input: {
      orders: ready.map((order) =>
        boundToPlaces(
          {
            order,
            ...planCandidates(order, usable, rulebook, toMs, turnsAt),
            type: types.find(({ type }) => type === order.type),
            slot: moving.get(order.id),
            worth: worthOf(order),
          },
          placed,
          followers.get(order.id) ?? [],
        ),
      ),
      assets: plannedAssets,
      claims: [...claims.values()],
      span,
      freezeMs,
      prices,
      tidy,
      types,
    },
    revision: revision?.version ?? 0,
    movable,
    broken: scoped.broken.filter(({ orderId }) => planned.has(orderId)),
    waiting: wanted.filter(({ id }) => !planned.has(id)),
    notChosen: choice?.left ?? {},
    liveSlots: slots.length,
  }
}
