import type { AssetId, OrderId, ReservationId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { setupOf } from '#domain/plans/changeover.ts'
import type { LeftOut, PlanItem } from '#domain/plans/plan.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { type AssetLedger, type Claim, footprint } from '#domain/reservations/ledger.ts'
import { daysTouched, msOf } from '#domain/time.ts'
import type { Store, World } from '../world.ts'
import { isOpenItem } from './make-way.ts'

/** What a calendar is looked at with that does not stand in it. */
export type Supposed = {
  readonly workspaceId: WorkspaceId
  /** Items of a plan; those that wait to be committed stand there, and the slots that they move do not. */
  readonly items: readonly PlanItem[]
  readonly leftOut?: readonly LeftOut[] | undefined
  /** Assets that must not be used at all. */
  readonly without?: readonly AssetId[] | undefined
}

/** The claim of an item is named by its order. */
export const claimNameOf = (orderId: OrderId): ReservationId => orderId as string as ReservationId
export const isSupposed = (id: string): id is OrderId => id.startsWith('ord_')

const spanOf = ({ start, end }: Pick<PlanItem, 'start' | 'end'>) => ({ startMs: msOf(start), endMs: msOf(end) })

const allDay = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER, units: Number.MAX_SAFE_INTEGER } as const

/** Slots that make way for items of a plan, or are given up by it. */
export const slotsOfPlan = async (
  { workspaceId, items, leftOut = [] }: Supposed,
  { store }: Pick<World, 'store'>,
): Promise<ReadonlyMap<string, Slot>> => {
  const keys = [...items.filter(isOpenItem), ...leftOut].flatMap(({ slotId: id }) => (id ? [{ workspaceId, id }] : []))
  const slots = keys.length > 0 ? await store.getMany('slot', keys) : []
  return new Map(slots.flatMap((slot) => (slot ? [[slot.id, slot]] : [])))
}

/** The same world, in which the calendar is read as if a plan were committed already. */
export const supposing = <W extends Pick<World, 'store'>>(supposed: Supposed, world: W): W => {
  const { workspaceId, items, without = [] } = supposed
  const { store } = world
  const standing = items.filter(isOpenItem)
  const orders = new Map<string, Order | undefined>()
  let making: Promise<ReadonlySet<string>> | undefined
  const makingWay = (): Promise<ReadonlySet<string>> => {
    making ??= slotsOfPlan(supposed, world).then(
      (slots) => new Set([...slots.values()].map(({ reservationId }) => reservationId)),
    )
    return making
  }
  const claimOf = ({ orderId, start, end }: PlanItem, units: number): Claim => {
    const { mode = { kind: 'PROTOCOL' }, type } = orders.get(orderId) ?? {}
    const setup = setupOf(mode)
    const by = `order ${orderId} of this plan`
    return {
      startMs: msOf(start),
      endMs: msOf(end),
      units,
      by,
      ...(setup !== undefined && { setup }),
      ...(type !== undefined && { type }),
    }
  }
  const withPlan = (ledger: AssetLedger, gone: ReadonlySet<string>): AssetLedger => {
    const { assetId } = ledger
    const claims = standing.flatMap((item) => {
      const units = item.assets.find((one) => one.assetId === assetId)?.units
      return units === undefined
        ? []
        : [{ id: claimNameOf(item.orderId), claim: claimOf(item, units), days: footprint(spanOf(item)) }]
    })
    return {
      ...ledger,
      days: ledger.days.map((item) => ({
        ...item,
        claims: Object.fromEntries([
          ...Object.entries(item.claims).filter(([id]) => !gone.has(id)),
          ...claims.flatMap(({ id, claim, days }) => (days.includes(item.day) ? [[id, claim] as const] : [])),
          ...(without.includes(assetId) ? [['without', allDay] as const] : []),
        ]),
      })),
    }
  }
  const ledger: Store['ledger'] = async (id, reads) => {
    const days = new Set(reads.flatMap((read) => read.days))
    const assetIds = new Set(reads.map(({ assetId }) => assetId))
    const near = standing
      .filter((item) => item.assets.some(({ assetId }) => assetIds.has(assetId)))
      .filter((item) => daysTouched(msOf(item.start), msOf(item.end)).some((day) => days.has(day)))
    const unknown = near.flatMap(({ orderId }) => (orders.has(orderId) ? [] : [orderId]))
    const [ledgers, gone, read] = await Promise.all([
      store.ledger(id, reads),
      makingWay(),
      store.getMany(
        'order',
        unknown.map((orderId) => ({ workspaceId, id: orderId })),
      ),
    ])
    for (const [index, orderId] of unknown.entries()) orders.set(orderId, read[index])
    return ledgers.map((one) => withPlan(one, gone))
  }
  return { ...world, store: { ...store, ledger } }
}
