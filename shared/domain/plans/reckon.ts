import type { Span } from '../assets/opening-hours.ts'
import type { AssetId } from '../ids.ts'
import { deviationOf } from '../planning/tidy.ts'
import { minutes, msOf } from '../time.ts'
import type { Plan, PlanItem } from './plan.ts'

/** What a plan is reckoned by. */
export type Reckoning = {
  readonly orders: number
  readonly valueOfAll: number
  readonly span: Span
  /** Slots that it gives up. */
  readonly dropped: number
  readonly basis?: Plan['metrics']['basis']
  /** Units of the assets that some order may be done on; at least of those that items are on. */
  readonly capacities: ReadonlyMap<AssetId, number>
}

/** Shares of their time in which assets that some order may be done on are used, a unit each. */
const loadsOf = (items: readonly PlanItem[], { capacities, span, basis }: Reckoning): number[] => {
  const busy = new Map<AssetId, number>()
  for (const { assets: taken, start, end } of items)
    for (const { assetId, units } of taken)
      busy.set(assetId, (busy.get(assetId) ?? 0) + units * (msOf(end) - msOf(start)))
  const spanMs = Math.max(1, span.endMs - span.startMs)
  const loads = [...busy].flatMap(([id, ms]) => {
    const capacity = capacities.get(id)
    return capacity === undefined ? [] : [ms / capacity / spanMs]
  })
  const idle = Math.max(0, (basis?.assets ?? 0) - loads.length)
  return [...loads, ...Array.from({ length: idle }, () => 0)].toSorted((a, b) => a - b)
}

const round = (number: number): number => Math.round(number * 1_000) / 1_000 || 0

/** Terms of the score: the value, what changes cost, and in what plans differ that are alike in both. */
const termsOf = (items: readonly PlanItem[], of: Reckoning): Plan['metrics']['terms'] => {
  const value = items.reduce((sum, item) => sum + item.value, 0)
  if (!of.basis) return { value }
  const { move = 0, reassign = 0, drop = 0, earliness = 0, load = 0, changeover = 0 } = of.basis.weights
  const { span, dropped } = of
  const mean = of.valueOfAll / Math.max(1, of.orders)
  const moved = items.filter(({ slotId, state }) => slotId !== undefined && state !== 'kept')
  const reassigned = moved.filter(
    ({ former, assets }) =>
      former && !assets.every(({ assetId }) => former.assets.some((one) => one.assetId === assetId)),
  )
  const spanMs = Math.max(1, span.endMs - span.startMs)
  const count = Math.max(1, items.length)
  const late = items.reduce((sum, { start }) => sum + (msOf(start) - span.startMs) / spanMs, 0) / count
  const crossing = items.reduce((sum, { transitionMinutes }) => sum + minutes(transitionMinutes) / spanMs, 0) / count
  return {
    value,
    move: round(-moved.length * move * mean),
    reassign: round(-reassigned.length * reassign * mean),
    drop: round(-dropped * drop * mean),
    earliness: round(-earliness * late),
    load: round(-load * deviationOf(loadsOf(items, of))),
    changeover: round(-changeover * crossing),
  }
}

/** What a plan comes to with these items. */
export const reckon = (items: readonly PlanItem[], of: Reckoning): Plan['metrics'] => {
  const busyMs = items.reduce((sum, { start, end }) => sum + msOf(end) - msOf(start), 0)
  return {
    orders: of.orders,
    planned: items.length,
    leftOut: of.orders - items.length,
    value: items.reduce((sum, item) => sum + item.value, 0),
    valueOfAll: of.valueOfAll,
    busyMinutes: Math.round(busyMs / 60_000),
    transitionMinutes: items.reduce((sum, item) => sum + item.transitionMinutes, 0),
    terms: termsOf(items, of),
    ...(of.basis && { load: round(deviationOf(loadsOf(items, of))) }),
    ...(of.basis && { basis: of.basis }),
  }
}

/** The sum of its terms. */
export const scoreOf = ({ terms }: Pick<Plan['metrics'], 'terms'>): number =>
  round(Object.values(terms).reduce((sum, term) => sum + term, 0))
