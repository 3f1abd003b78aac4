/** Questions of who does what, made by hand. */

import type { OpeningHours } from '#domain/assets/opening-hours.ts'
import { weekdays } from '#domain/assets/opening-hours.ts'
import { type Assignment, type AssignmentAsk, type AssignmentTimes, assigning } from '#domain/assignment/assigning.ts'
import type { Given } from '#domain/assignment/check.ts'
import type { AssetId, OrderId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import type { OrderType } from '#domain/orders/order-type.ts'
import { emptyPerson, type Person } from '#domain/people/person.ts'
import type { PlanInput, PlannedAsset, PlannedOrder, StandingClaim } from '#domain/plans/plan-input.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { dayMs, hours, instantOf, msOf } from '#domain/time.ts'

/** A Monday, at midnight. */
export const monday = msOf('2026-11-30T00:00:00Z')
/** A moment so many days after that, at an hour of the day. */
export const at = (day: number, hour = 0): number => monday + day * dayMs + hours(hour)

export const office = (timeZone = 'UTC', from = '09:00', to = '17:00'): OpeningHours => ({
  timeZone,
  week: Object.fromEntries(weekdays.map((day) => [day, [{ from, to }]])),
  exceptions: [],
})

export const asset = (name: string, more: Partial<PlannedAsset> = {}): PlannedAsset => ({
  id: `ast_${name}`,
  name,
  capacity: 1,
  spacing: {},
  ...more,
})
export const person = (name: string, more: Partial<Person> = {}, openingHours = office()): PlannedAsset =>
  asset(name, { openingHours, person: { ...emptyPerson, ...more } })

export type Wanted = Partial<Omit<Order, 'release' | 'due'>> & {
  readonly release?: number
  readonly due?: number
}

/** An order that these may do, each list for one requirement. */
export const order = (
  name: string,
  candidates: readonly (readonly string[])[],
  { release, due, ...more }: Wanted = {},
  rest: Partial<PlannedOrder> = {},
): PlannedOrder => ({
  order: {
    workspaceId: 'wsp_a' as Order['workspaceId'],
    id: `ord_${name}`,
    name,
    status: rest.slot ? 'committed' : 'new',
    priority: 3,
    value: 100,
    durationMinutes: 60,
    requirements: candidates.map(() => ({ capability: 'lab', units: 1 })),
    mode: { kind: 'PROTOCOL' },
    source: 'manual',
    tags: [],
    slots: [],
    version: 1,
    createdAt: instantOf(monday),
    createdBy: 'ada',
    updatedAt: instantOf(monday),
    updatedBy: 'ada',
    ...more,
    ...(release !== undefined && { release: instantOf(release) }),
    ...(due !== undefined && { due: instantOf(due) }),
  },
  candidates: candidates.map((names) => names.map((one): AssetId => `ast_${one}`)),
  worth: 100,
  ...rest,
})

/** Where an order has its slot. */
export const slot = (name: string, on: readonly string[], startMs: number, more: Partial<Slot> = {}): Slot => ({
  workspaceId: 'wsp_a' as Slot['workspaceId'],
  id: `slt_${name}`,
  orderId: `ord_${name}`,
  status: 'committed',
  lock: 'none',
  source: 'auto',
  assets: on.map((one) => ({ assetId: `ast_${one}`, units: 1 })),
  start: instantOf(startMs),
  end: instantOf(startMs + hours(1)),
  mode: { kind: 'PROTOCOL' },
  value: 100,
  reservationId: `res_${name}`,
  version: 1,
  createdAt: instantOf(monday),
  createdBy: 'ada',
  updatedAt: instantOf(monday),
  updatedBy: 'ada',
  ...more,
})

export const type = (name: string, more: Partial<OrderType> = {}): OrderType => ({
  type: name,
  name,
  rank: 5,
  requirements: [],
  ...more,
})

export const claim = (
  name: string,
  startMs: number,
  endMs: number,
  more: Partial<StandingClaim> = {},
): StandingClaim => ({
  assetId: `ast_${name}`,
  startMs,
  endMs,
  units: 1,
  mode: { kind: 'PROTOCOL' },
  ...more,
})

export const question = (
  orders: readonly PlannedOrder[],
  assets: readonly PlannedAsset[],
  more: Partial<PlanInput> = {},
): PlanInput => ({
  orders,
  assets,
  claims: [],
  span: { startMs: monday, endMs: at(14) },
  freezeMs: monday,
  prices: { move: 0, reassign: 0, drop: 0 },
  tidy: { earliness: 0, load: 0, changeover: 0 },
  ...more,
})

/** The whole answer. */
export const assign = (input: PlanInput, more: Partial<AssignmentAsk> = {}, times?: AssignmentTimes): Assignment => {
  const steps = assigning({ input, seed: 1, nowMs: monday, maxChanges: Number.POSITIVE_INFINITY, ...more }, times)
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/** What the checker judges: everything in its place. */
export const givenOf = (input: PlanInput, { drafts }: Pick<Assignment, 'drafts'>): Given[] => {
  const slots = new Map(input.orders.map(({ order: { id }, slot: one }) => [id, one]))
  return drafts.map(({ planned, startMs, endMs, assetIds }) => {
    const now = slots.get(planned.order.id)
    const kept =
      now !== undefined &&
      msOf(now.start) === startMs &&
      now.assets.map(({ assetId }) => assetId).join() === assetIds.join()
    return { orderId: planned.order.id, startMs, endMs, assetIds, kept }
  })
}

/** Where an order is: `ada 1 09:00`, the day counted from the first; nowhere, where it is left out. */
export const whereIs = ({ drafts }: Pick<Assignment, 'drafts'>, name: string): string => {
  const one = drafts.find(({ planned }) => planned.order.id === (`ord_${name}` as OrderId))
  if (!one) return 'nowhere'
  const who = one.assetIds.map((id) => id.slice(4)).join('+')
  return `${who} ${Math.floor((one.startMs - monday) / dayMs)} ${instantOf(one.startMs).slice(11, 16)}`
}
