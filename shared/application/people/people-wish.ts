import { notFound, type Reason, Refusal } from '#domain/errors.ts'
import type { OrderId, WorkspaceId } from '#domain/ids.ts'
import { companionReasons, type Place } from '#domain/orders/companion.ts'
import type { Order } from '#domain/orders/order.ts'
import type { OrderRequirement } from '#domain/orders/requirement.ts'
import { startTimesIn } from '#domain/orders/start-times.ts'
import { withType } from '#domain/orders/with-type.ts'
import { setupOf } from '#domain/plans/changeover.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import { ownOf } from '#domain/plans/place.ts'
import { windowReasons } from '#domain/plans/window-reasons.ts'
import type { Interval } from '#domain/reservations/ledger.ts'
import type { Own } from '#domain/rules/ask.ts'
import { dayMs, instantOf, minutes, msOf } from '#domain/time.ts'
import { orderTypeNamed } from '../order-types/read-order-types.ts'
import { placeOfOrder } from '../plans/place-of-order.ts'
import type { World } from '../world.ts'

type ReadWorld = Pick<World, 'store' | 'clock'>

/** An order, or what one would ask for. */
export type PeopleAsk = { readonly workspaceId: WorkspaceId } & (
  | { readonly orderId: OrderId; readonly start?: string | undefined }
  | {
      readonly orderId?: undefined
      readonly start: string
      readonly durationMinutes?: number | undefined
      readonly requirements?: Order['requirements'] | undefined
      readonly type?: string | undefined
    }
)

/** What is asked of people, whether there is an order or not. */
export type Wish = {
  readonly span: Interval
  readonly requirements: readonly OrderRequirement[]
  readonly type?: string | undefined
  readonly setup?: string | undefined
  readonly own?: Own | undefined
  readonly reasons: readonly Reason[]
  readonly bond?: { readonly follows: NonNullable<Order['follows']>; readonly other: Place } | undefined
}

/** When an order is looked at that does not say so: where it stands, else as soon as it may begin. */
const usualStart = ({ release, constraints }: Order, own: Own | undefined, nowMs: number): number => {
  if (own) return own.span.startMs
  const from = Math.max(Math.ceil(nowMs / minutes(1)) * minutes(1), release === undefined ? 0 : msOf(release))
  const { starts } = constraints ?? {}
  return starts ? (startTimesIn(starts, { startMs: from, endMs: from + 7 * dayMs })[0] ?? from) : from
}

/** @throws Refusal `not_found` */
const wishOfOrder = async (
  workspaceId: WorkspaceId,
  orderId: OrderId,
  start: string | undefined,
  world: ReadWorld,
): Promise<Wish> => {
  const order = await world.store.get('order', { workspaceId, id: orderId })
  if (!order) throw notFound('order', orderId)
  const { requirements, durationMinutes, type, mode, follows } = order
  const slots = await world.store.getMany(
    'slot',
    order.slots.map((id) => ({ workspaceId, id })),
  )
  const slot = slots.find((one) => one && isLiveSlot(one))
  const own = slot && ownOf(slot)
  const startMs = start === undefined ? usualStart(order, own, world.clock.now()) : msOf(start)
  const span = { startMs, endMs: startMs + minutes(durationMinutes) }
  const other = follows && (await placeOfOrder(workspaceId, follows.orderId, world))
  const bond = follows && other && { follows, other }
  const waits = follows && !other ? [`order ${follows.orderId}, which it follows, has no slot`] : []
  const reasons = [
    ...windowReasons(order, { start: instantOf(startMs), end: instantOf(span.endMs) }),
    ...waits.map((message) => ({ code: 'waits-for-other', message, path: '/start' })),
    ...(bond ? companionReasons(bond.follows, { ...span, assetIds: [] }, bond.other) : []),
  ]
  return { span, requirements, type, setup: setupOf(mode), own, reasons, bond }
}

/** @throws Refusal `invalid` (an unknown type, nobody says how long it takes) */
const wishOfType = async (of: Extract<PeopleAsk, { orderId?: undefined }>, world: ReadWorld): Promise<Wish> => {
  const { workspaceId, start, type: name } = of
  const type = await orderTypeNamed(workspaceId, name, world)
  const refuse = (code: string, message: string, path: string): Refusal =>
    new Refusal('invalid', `${message}.`, { reasons: [{ code, message, path }] })
  if (name !== undefined && !type)
    throw refuse('unknown-type', `There is no type of orders "${name}" in this workspace`, '/type')
  const said = { durationMinutes: of.durationMinutes, requirements: of.requirements }
  const { durationMinutes, requirements = [] } = type ? withType(said, type) : said
  if (durationMinutes === undefined)
    throw refuse('required', 'Say how long it takes, or name a type that says it', '/durationMinutes')
  const startMs = msOf(start)
  return { span: { startMs, endMs: startMs + minutes(durationMinutes) }, requirements, type: name, reasons: [] }
}

/** What is asked of people by an order, or without one. @throws Refusal `not_found` (the order), `invalid` */
export const readWish = (of: PeopleAsk, world: ReadWorld): Promise<Wish> =>
  of.orderId === undefined ? wishOfType(of, world) : wishOfOrder(of.workspaceId, of.orderId, of.start, world)
