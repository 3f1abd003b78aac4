import type { OrderId } from '../ids.ts'
import { bothLeeways, isParticular, isWithin, type Leeway, leewayAfter, tellBond } from '../orders/companion.ts'
import type { Solution } from '../planning/problem.ts'
import { type Draft, draftsOf } from './items-of.ts'
import { othersFirst } from './others-first.ts'
import { placeOf } from './place.ts'
import type { PlanItem } from './plan.ts'
import type { PlanInput, PlannedOrder, StandingClaim } from './plan-input.ts'
import { type Posed, problemOf } from './problem-of.ts'

/** An order that may be only where another leaves it leeway; its slot stays where that is still true. */
export const boundBy = (planned: PlannedOrder, leeway: Leeway, bond: string): PlannedOrder => {
  const { notBefore, notAfter } = planned
  const all = bothLeeways({ notBefore, notAfter, without: [] }, leeway)
  return {
    ...planned,
    candidates: planned.candidates.map((ids) => ids.filter((id) => !leeway.without.includes(id))),
    notBefore: all.notBefore,
    notAfter: all.notAfter,
    bond: [planned.bond, bond].filter((one) => one !== undefined).join(' '),
    ...(planned.slot && !isWithin(leeway, placeOf(planned.slot)) && { mayStay: false }),
  }
}

/** The wave of every order: one later than that of the order that it follows particularly, else the same. */
const wavesOf = (orders: readonly PlannedOrder[]): ReadonlyMap<OrderId, number> => {
  const waves = new Map<OrderId, number>()
  for (const { order } of othersFirst(orders)) {
    const { id, follows } = order
    const before = follows ? waves.get(follows.orderId) : undefined
    waves.set(id, follows && before !== undefined ? before + (isParticular(follows) ? 1 : 0) : 0)
  }
  return waves
}

const claimsOf = (assets: PlanItem['assets'], rest: Omit<StandingClaim, 'assetId' | 'units'>): StandingClaim[] =>
  assets.map((one) => ({ ...one, ...rest }))

export type Solved = {
  readonly drafts: readonly Draft[]
  readonly waves: readonly { readonly posed: Posed; readonly input: PlanInput; readonly solution: Solution }[]
  /** Orders whose other is not in the plan. */
  readonly waiting: readonly PlannedOrder[]
}

/**
 * Plans orders and their companions. A companion that must be on the day of its other, or on other assets, is planned when that
 * one has its place: whatever comes of it is exact, at the price that the earlier wave does not make room for the later. Without
 * such companions there is one wave. `solving` is told which share of what is left to plan a wave is.
 */
export function* solvingInWaves<Step>(
  input: PlanInput,
  solving: (posed: Posed, share: number) => Generator<Step, Solution>,
): Generator<Step, Solved> {
  const waveOf = wavesOf(input.orders)
  const drafts: Draft[] = []
  const waves: Solved['waves'][number][] = []
  const waiting: PlannedOrder[] = []
  let left = input.orders.length
  const last = [...waveOf.values()].reduce((latest, wave) => Math.max(latest, wave), 0)
  for (let wave = 0; wave <= last; wave++) {
    const placed = new Map(drafts.map((draft) => [draft.planned.order.id, draft]))
    const orders = input.orders
      .filter(({ order }) => waveOf.get(order.id) === wave)
      .flatMap((planned): PlannedOrder[] => {
        const { follows, durationMinutes } = planned.order
        if (!follows || !isParticular(follows) || !waveOf.has(follows.orderId)) return [planned]
        const other = placed.get(follows.orderId)
        if (!other) {
          waiting.push(planned)
          return []
        }
        const bond = tellBond(follows, `"${other.planned.order.name}"`, other)
        return [boundBy(planned, leewayAfter(follows, durationMinutes, other), bond)]
      })
    const claims = [
      ...input.claims,
      ...drafts.flatMap(({ planned: { order }, assets, startMs, endMs }) =>
        claimsOf(assets, { startMs, endMs, mode: order.mode, orderId: order.id, type: order.type }),
      ),
      // What has a slot and is planned later keeps its place, as far as moving has a price.
      ...input.orders.flatMap(({ order, slot }) =>
        slot && input.prices.move > 0 && (waveOf.get(order.id) ?? 0) > wave
          ? claimsOf(slot.assets, { ...placeOf(slot), mode: slot.mode, orderId: order.id, type: order.type })
          : [],
      ),
    ]
    const waveInput: PlanInput = { ...input, orders, claims, missing: new Set(waiting.map(({ order }) => order.id)) }
    const posed = problemOf(waveInput)
    const solution = yield* solving(posed, orders.length / Math.max(1, left))
    left -= orders.length
    drafts.push(...draftsOf(solution.placements, posed, waveInput))
    waves.push({ posed, input: waveInput, solution })
  }
  return { drafts, waves, waiting }
}
