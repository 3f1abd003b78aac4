import { termsOf } from '#domain/assets/asset-type.ts'
import type { AssetId, OrderId, WorkspaceId } from '#domain/ids.ts'
import type { Place } from '#domain/orders/companion.ts'
import type { Order } from '#domain/orders/order.ts'
import { absencesIn, nextDay, zoneOf } from '#domain/people/presence.ts'
import { mondayOf } from '#domain/people/workload.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import { placeOf } from '#domain/plans/place.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { type Day, dayMs, dayOf, instantOf } from '#domain/time.ts'
import type { Facts } from '#domain/verification/facts.ts'
import { proposedDays } from '#domain/verification/order-rules.ts'
import type { RosterSettings } from '#domain/verification/settings.ts'
import { failedDays } from '#domain/verification/trouble-rules.ts'
import { allPages } from '../common/all-pages.ts'
import { conflictIdOf } from '../conflicts/record-conflict.ts'
import { readWork } from '../people/read-work.ts'
import { wholePlan } from '../plans/read-plan.ts'
import { allAssets } from '../reservations/wanted.ts'
import { lookAheadDays } from '../rotations/look-at-duties.ts'
import { exceptionsOf, rotationOf } from '../rotations/read-rotation.ts'
import type { World } from '../world.ts'

type FactsWorld = Pick<World, 'store' | 'clock'>

/** Plans that were made before are not proposals of the coming days any more. Days. */
const planDays = 90
const mostPlanPages = 20

const proposalsOf = async (workspaceId: WorkspaceId, { store, clock }: FactsWorld): Promise<Facts['proposals']> => {
  const now = instantOf(clock.now())
  const soon = instantOf(clock.now() + proposedDays * dayMs)
  const oldest = instantOf(clock.now() - planDays * dayMs)
  const waiting: Facts['proposals'][number][] = []
  let cursor: string | undefined
  for (let page = 0; page < mostPlanPages; page++) {
    const { items, next } = await store.list('plan', workspaceId, { limit: 100, cursor, newestFirst: true })
    for (const plan of items)
      if (plan.algorithm === 'assignment' && plan.status === 'candidate' && plan.from < soon && plan.to > now)
        waiting.push({ plan, items: (await wholePlan(workspaceId, plan.id, { store })).items })
    cursor = next
    if (cursor === undefined || (items.at(-1)?.createdAt ?? '') < oldest) break
  }
  return waiting
}

const ordersById = async (workspaceId: WorkspaceId, ids: ReadonlySet<OrderId>, { store }: FactsWorld) => {
  const keys = [...ids].map((id) => ({ workspaceId, id }))
  const found = keys.length > 0 ? await store.getMany('order', keys) : []
  return found.flatMap((order) => order ?? [])
}

/** Where the orders stand that some slots follow: in the last slot of each that is to be done, or was. */
const placesOf = async (workspaceId: WorkspaceId, slots: readonly Slot[], world: FactsWorld) => {
  const parents = new Set(slots.flatMap(({ follows }) => (follows ? [follows.orderId] : [])))
  const orders = await ordersById(workspaceId, parents, world)
  const keys = orders.flatMap((order) => order.slots.map((id) => ({ workspaceId, id })))
  const found = keys.length > 0 ? await world.store.getMany('slot', keys) : []
  const places = new Map<OrderId, Place>()
  for (const slot of found)
    if (slot && (isLiveSlot(slot) || slot.status === 'completed')) places.set(slot.orderId, placeOf(slot))
  return places
}

/** Conflicts about work on days on which somebody is off that are not open any more. */
const decidedAbsences = async (
  workspaceId: WorkspaceId,
  { work, assets, hoursOf }: Pick<Facts, 'work' | 'assets' | 'hoursOf'>,
  world: FactsWorld,
) => {
  const away = work.filter((one) => {
    const asset = assets.get(one.assetId)
    return asset?.person && absencesIn(asset.person, zoneOf(hoursOf(asset)), one).length > 0
  })
  const keys = away.map(({ assetId, reservationId }) => ({
    workspaceId,
    id: conflictIdOf({ type: 'absent', assetId, reservationIds: [reservationId] }),
  }))
  const found = keys.length > 0 ? await world.store.getMany('conflict', keys) : []
  return found.flatMap((one) => (one?.status === 'resolved' ? [one] : []))
}

const daysAfter = (first: Day, count: number): Day[] => {
  const days: Day[] = []
  for (let day = first; days.length < count; day = nextDay(day)) days.push(day)
  return days
}

/**
 * Reads what an audit of the coming days rests on: lists of what is open, and what lies in those days; so it costs the same after
 * years as in the first week.
 */
export const gatherFacts = async (
  of: { readonly settings: RosterSettings; readonly today: Day },
  world: FactsWorld,
): Promise<Facts> => {
  const { settings, today } = of
  const { workspaceId } = settings
  const { days, timeZone } = settings.verification
  const { store } = world
  const nowMs = world.clock.now()
  const span = { startMs: nowMs, endMs: nowMs + days * dayMs }
  const around = { from: instantOf(nowMs - failedDays * dayMs), to: `${instantOf(span.endMs)}\uffff` }
  const [assets, rulebook, rotation, open, conflicts, slots, recoveries, proposals] = await Promise.all([
    allAssets(workspaceId, world),
    store.rulebook(workspaceId),
    rotationOf(workspaceId, world),
    allPages((page) => store.openOrders(workspaceId, page)),
    allPages((page) => store.openConflicts(workspaceId, page)),
    allPages((page) => store.slotsByStart(workspaceId, page, around)),
    allPages((page) => store.openRecoveries(workspaceId, page)),
    proposalsOf(workspaceId, world),
  ])
  const orders = new Map<OrderId, Order>(open.map((order) => [order.id, order]))
  const unread = new Set(slots.flatMap(({ orderId }) => (orders.has(orderId) ? [] : [orderId])))
  const dutyDays = daysAfter(today, lookAheadDays)
  const people = new Set<AssetId>(assets.flatMap(({ id, kind }) => (kind === 'person' ? [id] : [])))
  // From the Monday of whoever’s clocks are furthest behind to the Sunday of whoever’s are furthest ahead.
  const monday = Date.parse(`${mondayOf(dayOf(nowMs - dayMs))}T00:00:00Z`) - dayMs
  const sunday = Date.parse(`${mondayOf(dayOf(span.endMs + dayMs))}T00:00:00Z`) + 8 * dayMs
  const [others, places, exceptions, work] = await Promise.all([
    ordersById(workspaceId, unread, world),
    placesOf(workspaceId, slots, world),
    exceptionsOf(rotation, dutyDays, world),
    readWork({ workspaceId, span: { startMs: monday, endMs: sunday }, assets: people }, world),
  ])
  for (const order of others) orders.set(order.id, order)
  const types = new Map(rulebook.assetTypes.map((type) => [type.id, type]))
  const hoursOf: Facts['hoursOf'] = (asset) => termsOf(asset, asset.typeId && types.get(asset.typeId)).openingHours
  const byId = new Map(assets.map((asset) => [asset.id, asset]))
  const decided = await decidedAbsences(workspaceId, { work, assets: byId, hoursOf }, world)
  return {
    nowMs,
    timeZone,
    today,
    span,
    dutyDays,
    assets: byId,
    hoursOf,
    rotation,
    exceptions,
    orders,
    slots,
    places,
    conflicts: [...conflicts, ...decided],
    work,
    thresholds: settings.workload,
    proposals,
    recoveries: recoveries.flatMap((one) => (one.status === 'open' ? [one] : [])),
  }
}
