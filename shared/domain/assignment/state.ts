import type { AssetId, OrderId } from '../ids.ts'
import type { Place } from '../orders/companion.ts'
import { Random } from '../planning/random.ts'
import { placeOf } from '../plans/place.ts'
import type { PlanInput, PlannedOrder } from '../plans/plan-input.ts'
import { minutes } from '../time.ts'
import { type Agenda, type Entry, enter, makeAgenda, strike } from './agenda.ts'
import { boundOrders, type Wave } from './order-of-work.ts'
import { gapOf, type Planning, type Task, taskOf } from './task.ts'

/** An order on what it was given to. */
export type Placed = {
  readonly task: Task
  readonly startMs: number
  readonly endMs: number
  /** One for each of its requirements; of a slot that stands, what that is on. */
  readonly on: readonly { readonly agenda: Agenda; readonly units: number }[]
  readonly wave: Wave
  readonly because: readonly string[]
}

/** That an order made way for another. */
export type Bump = { readonly victim: OrderId; readonly by: OrderId; readonly from: Placed }

/** An assignment in the making. Whatever changes it can be taken back. */
export type State = Planning & {
  readonly maxChanges: number
  readonly placed: Map<OrderId, Placed>
  /** In the order in which they came about. */
  readonly bumps: Bump[]
  /** Orders whose slots are not where they were, and could be. */
  readonly changed: Set<OrderId>
  /** Orders that are bound to others. */
  readonly bound: ReadonlySet<OrderId>
  /** How many orders begin at a moment. */
  readonly beginning: Map<number, number>
  readonly entries: Map<OrderId, readonly { readonly agenda: Agenda; readonly entry: Entry }[]>
  /** How to take back what was done, the last at the end. */
  readonly undo: (() => void)[]
}

export const markOf = ({ undo }: State): number => undo.length
export const rollBack = ({ undo }: State, mark: number): void => {
  while (undo.length > mark) undo.pop()?.()
}

const count = (counts: Map<number, number>, at: number, by: number): void => {
  counts.set(at, (counts.get(at) ?? 0) + by)
}

const entriesOf = ({ task, startMs, endMs, on }: Placed) =>
  on.map(({ agenda, units }) => {
    const { mode, type } = task.planned.order
    return { agenda, entry: { startMs, endMs, units, mode, type, gapMs: task.gapMs } }
  })

/** Counts whether the slot of an order stays; one that cannot stay is not counted. */
const countChange = ({ changed, placed }: State, { planned, id }: Task): void => {
  const { slot } = planned
  if (!slot || planned.mayStay === false) return
  const now = placed.get(id)
  const stays =
    now?.startMs === placeOf(slot).startMs &&
    now.on.length === slot.assets.length &&
    now.on.every(({ agenda }) => slot.assets.some(({ assetId }) => assetId === agenda.asset.id))
  if (stays) changed.delete(id)
  else changed.add(id)
}

const put = (s: State, one: Placed): void => {
  const { id } = one.task
  const made = entriesOf(one)
  for (const { agenda, entry } of made) enter(agenda, entry)
  s.entries.set(id, made)
  s.placed.set(id, one)
  count(s.beginning, one.startMs, 1)
  countChange(s, one.task)
}
const remove = (s: State, one: Placed): void => {
  const { id } = one.task
  for (const { agenda, entry } of s.entries.get(id) ?? []) strike(agenda, entry)
  s.entries.delete(id)
  s.placed.delete(id)
  count(s.beginning, one.startMs, -1)
  countChange(s, one.task)
}

export const place = (s: State, one: Placed): void => {
  put(s, one)
  s.undo.push(() => remove(s, one))
}
export const takeAway = (s: State, one: Placed): void => {
  remove(s, one)
  s.undo.push(() => put(s, one))
}
export const recordBump = (s: State, bump: Bump): void => {
  s.bumps.push(bump)
  s.undo.push(() => s.bumps.pop())
}

export const placeOfPlaced = ({ startMs, endMs, on }: Placed): Place => ({
  startMs,
  endMs,
  assetIds: on.map(({ agenda }) => agenda.asset.id),
})

/** How a slot stands that may stay. */
const standing = (planned: PlannedOrder, task: Task, agendas: ReadonlyMap<AssetId, Agenda>): Placed | undefined => {
  const { slot } = planned
  if (!slot) return undefined
  const on = slot.assets.flatMap(({ assetId, units }) => {
    const agenda = agendas.get(assetId)
    return agenda ? [{ agenda, units }] : []
  })
  return { task, ...placeOf(slot), on, wave: 'rest', because: [] }
}

/** Everybody's time with what stands in it. @param stays orders whose slots stay as far as nobody moves them */
export const makeState = (
  input: PlanInput,
  of: { readonly seed: number; readonly nowMs: number; readonly maxChanges: number },
  stays: ReadonlySet<OrderId>,
): State => {
  const random = new Random(of.seed)
  const agendas = new Map(
    input.assets
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map((asset) => [asset.id, makeAgenda(asset, input.span, random.unit())]),
  )
  const types = [...(input.types ?? []), ...input.orders.flatMap(({ type }) => type ?? [])]
  const gaps = new Map(types.map(({ type, gapMinutes = 0 }) => [type, minutes(gapMinutes)]))
  const beginning = new Map<number, number>()
  const seen = new Set<string>()
  for (const { assetId, startMs, endMs, units, mode, type, reservationId, orderId } of input.claims) {
    const agenda = agendas.get(assetId)
    if (agenda) enter(agenda, { startMs, endMs, units, mode, type, gapMs: gapOf({ gaps }, type) })
    const whose = `${reservationId ?? orderId ?? assetId} ${startMs}`
    if (!seen.has(whose)) count(beginning, startMs, 1)
    seen.add(whose)
  }
  const s: State = {
    input,
    nowMs: of.nowMs,
    maxChanges: of.maxChanges,
    agendas,
    gaps,
    placed: new Map(),
    bumps: [],
    changed: new Set(),
    bound: boundOrders(input.orders),
    beginning,
    entries: new Map(),
    undo: [],
  }
  for (const planned of input.orders) {
    const one = stays.has(planned.order.id) && standing(planned, taskOf(planned, s), agendas)
    if (one) put(s, one)
  }
  return s
}
