import { termsOf } from '#domain/assets/asset-type.ts'
import type { AssetId, OrderId, ReservationId, WorkspaceId } from '#domain/ids.ts'
import type { OrderMode } from '#domain/orders/mode.ts'
import { pointsSomewhere } from '#domain/plans/changeover.ts'
import type { Plan, PlanItem } from '#domain/plans/plan.ts'
import { type Lane, neighboursIn, roomOf } from '#domain/plans/room.ts'
import { footprint, type Holder, holdersOf } from '#domain/reservations/ledger.ts'
import { minutes, msOf } from '#domain/time.ts'
import { readKnown } from '../reservations/known.ts'
import type { World } from '../world.ts'
import { isPlaced } from './followers.ts'
import { isSupposed, type Supposed, supposing } from './planned-calendar.ts'

/** An item before and after an edit, and the rest of its plan. */
export type Respacing = {
  readonly plan: Plan
  readonly before: PlanItem
  readonly after: PlanItem
  readonly others: Supposed
}

const spanOf = ({ start, end }: Pick<PlanItem, 'start' | 'end'>) => ({ startMs: msOf(start), endMs: msOf(end) })
const isOn = ({ assets }: PlanItem, id: AssetId): boolean => assets.some(({ assetId }) => assetId === id)

/** The items whose neighbour an item was, or is now; itself first. */
const touchedBy = ({ before, after, others }: Respacing): readonly PlanItem[] => {
  const placed = others.items.filter((item) => isPlaced(item) && item.state !== 'committed')
  const next = [before, after].flatMap((place) =>
    place.assets.flatMap(({ assetId }) => {
      const there = placed
        .filter((item) => isOn(item, assetId))
        .map((item) => ({ item, ...spanOf(item) }))
        .toSorted((a, b) => a.startMs - b.startMs)
      const { before: one, after: other } = neighboursIn(there, spanOf(place))
      return [one, other].flatMap((found) => found?.item ?? [])
    }),
  )
  return [...(isPlaced(after) ? [after] : []), ...new Set(next)]
}

/** The kind of work that a claim is for; the ledger alone does not know where an asset points. */
const modeOf = async (
  workspaceId: WorkspaceId,
  holder: Holder,
  modes: ReadonlyMap<string, OrderMode>,
  exact: boolean,
  world: Pick<World, 'store'>,
): Promise<OrderMode> => {
  const { reservationId: id, setup } = holder
  const plain: OrderMode = { kind: 'PROTOCOL', ...(setup !== undefined && { setup }) }
  const known = modes.get(id)
  if (known || !exact) return known ?? plain
  if (isSupposed(id)) return (await world.store.get('order', { workspaceId, id }))?.mode ?? plain
  const source = (await world.store.get('reservation', { workspaceId, id }))?.source
  const slotId = source && 'slotId' in source ? source.slotId : undefined
  const slot = slotId && (await world.store.get('slot', { workspaceId, id: slotId }))
  return slot ? slot.mode : plain
}

/** The edited item and its neighbours of before and now, each with its changeover and slack as they are now. */
export const respaced = async (
  of: Respacing,
  world: Pick<World, 'store' | 'clock'>,
): Promise<ReadonlyMap<OrderId, PlanItem>> => {
  const { plan, after, others } = of
  const { workspaceId } = plan
  const items = touchedBy(of)
  const result = new Map<OrderId, PlanItem>([[after.orderId, after]])
  if (items.length === 0) return result
  const horizon = { startMs: msOf(plan.from), endMs: msOf(plan.to) }
  const days = new Set(footprint({ startMs: horizon.startMs - minutes(60), endMs: horizon.endMs + minutes(60) }))
  const assetIds = items.flatMap(({ assets }) => assets.map(({ assetId }) => assetId))
  const calendar = supposing({ ...others, items: [...others.items, after] }, world)
  const [known, orders, slots] = await Promise.all([
    readKnown(workspaceId, assetIds, horizon, calendar),
    world.store.getMany(
      'order',
      items.map(({ orderId: id }) => ({ workspaceId, id })),
    ),
    world.store.getMany(
      'slot',
      items.flatMap(({ slotId: id }) => (id ? [{ workspaceId, id }] : [])),
    ),
  ])
  const modes = new Map(orders.flatMap((order) => (order ? [[order.id as string, order.mode] as const] : [])))
  const nowMs = world.clock.now()
  for (const [index, item] of items.entries()) {
    const order = orders[index]
    if (!order) continue
    const span = spanOf(item)
    const slot = slots.find((one) => one?.id === item.slotId)
    const own = item.state === 'kept' && slot ? slot.reservationId : (item.orderId as string as ReservationId)
    const exact = pointsSomewhere(order.mode)
    const lanes: Lane[] = []
    for (const { assetId } of item.assets) {
      const { asset, terms, ledger } = known.assets.get(assetId) ?? {
        asset: undefined,
        terms: termsOf({}, undefined),
        ledger: undefined,
      }
      const near = ledger && { ...ledger, days: ledger.days.filter(({ day }) => days.has(day)) }
      const next = neighboursIn(near ? holdersOf(near, nowMs, own) : [], span)
      const told = async (holder: Holder | undefined) =>
        holder && { ...holder, mode: await modeOf(workspaceId, holder, modes, exact, world) }
      lanes.push({
        spacing: terms,
        capacity: asset?.capacity ?? 1,
        before: await told(next.before),
        after: await told(next.after),
      })
    }
    const latestEndMs = Math.min(horizon.endMs, order.due ? msOf(order.due) : horizon.endMs)
    result.set(item.orderId, { ...item, ...roomOf(span, order.mode, latestEndMs, lanes) })
  }
  return result
}
