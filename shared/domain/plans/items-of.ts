import type { AssetId, OrderId } from '../ids.ts'
import type { Place } from '../orders/companion.ts'
import type { Placement } from '../planning/problem.ts'
import { instantOf, minutes, msOf } from '../time.ts'
import { withGains } from './gains.ts'
import { placeOf } from './place.ts'
import type { Plan, PlanItem } from './plan.ts'
import type { PlanInput, PlannedOrder } from './plan-input.ts'
import type { Posed } from './problem-of.ts'
import { type Reckoning, reckon } from './reckon.ts'
import { type Neighbour, neighboursIn, roomOf } from './room.ts'
import type { Slot } from './slot.ts'

/** Whether a slot is at this time on these very assets already. */
const isWhere = (slot: Slot, startMs: number, assetIds: readonly AssetId[]): boolean =>
  msOf(slot.start) === startMs &&
  slot.assets.length === assetIds.length &&
  slot.assets.every(({ assetId }) => assetIds.includes(assetId))

/** An order on assets at a time, as the planner puts it. */
export type Draft = Place & { readonly planned: PlannedOrder; readonly assets: PlanItem['assets'] }

/** What the placements of the planner mean. */
export const draftsOf = (placements: readonly Placement[], posed: Posed, input: PlanInput): readonly Draft[] => {
  const { unitMs, zeroMs, assetOfLane, orderOfJob } = posed
  const orders = new Map<OrderId, PlannedOrder>(input.orders.map((planned) => [planned.order.id, planned]))
  return placements.flatMap(({ job, lanes, start }) => {
    const planned = orders.get(orderOfJob[job] as OrderId)
    if (!planned) return []
    const startMs = zeroMs + start * unitMs
    const assetIds = [...new Set(lanes.flatMap((lane) => assetOfLane[lane] ?? []))]
    const unitsOf = (id: AssetId): number =>
      planned.order.requirements.find((want, index) =>
        'assetId' in want ? want.assetId === id : planned.candidates[index]?.includes(id),
      )?.units ?? 1
    const assets = assetIds.map((assetId) => ({ assetId, units: unitsOf(assetId) }))
    return [{ planned, startMs, endMs: startMs + minutes(planned.order.durationMinutes), assetIds, assets }]
  })
}

/** What stands on each asset, the plan's own included, by start. */
const standingOn = (drafts: readonly Draft[], { assets, claims }: PlanInput): ReadonlyMap<AssetId, Neighbour[]> => {
  const around = new Map<AssetId, Neighbour[]>(assets.map(({ id }) => [id, []]))
  for (const claim of claims) around.get(claim.assetId)?.push(claim)
  for (const { planned, startMs, endMs, assetIds } of drafts)
    for (const id of assetIds) around.get(id)?.push({ startMs, endMs, mode: planned.order.mode })
  for (const list of around.values()) list.sort((a, b) => a.startMs - b.startMs)
  return around
}

/** The items of a plan, in the order of their start. */
export const itemsOf = (drafts: readonly Draft[], input: PlanInput): readonly PlanItem[] => {
  const around = standingOn(drafts, input)
  const known = new Map(input.assets.map((asset) => [asset.id, asset]))
  const items = drafts
    .toSorted((a, b) => a.startMs - b.startMs || (a.planned.order.id < b.planned.order.id ? -1 : 1))
    .map(({ planned, startMs, endMs, assetIds, assets }): PlanItem => {
      const { order, slot } = planned
      const latestEndMs = Math.min(input.span.endMs, order.due ? msOf(order.due) : input.span.endMs)
      const lanes = assetIds.map((id) => {
        const { spacing, capacity } = known.get(id) ?? { spacing: {}, capacity: 1 }
        return { spacing, capacity, ...neighboursIn(around.get(id) ?? [], { startMs, endMs }) }
      })
      const isKept = slot !== undefined && isWhere(slot, startMs, assetIds)
      return {
        orderId: order.id,
        state: isKept ? 'kept' : 'proposed',
        assets,
        start: instantOf(startMs),
        end: instantOf(endMs),
        value: order.value,
        ...(order.quality !== undefined && { quality: order.quality }),
        ...roomOf({ startMs, endMs }, order.mode, latestEndMs, lanes),
        ...(order.follows && { follows: order.follows.orderId }),
        ...(slot && { slotId: slot.id }),
        ...(slot && !isKept && { former: { start: slot.start, assets: slot.assets } }),
      }
    })
  return withGains(items)
}

/** The slots that there are, as items that stay where they are. */
const itemsBefore = (input: PlanInput): readonly PlanItem[] =>
  itemsOf(
    input.orders.flatMap((planned) =>
      planned.slot ? [{ planned, ...placeOf(planned.slot), assets: planned.slot.assets }] : [],
    ),
    input,
  )

/** What a plan comes to; `dropped`: slots that it gives up. */
export const metricsOf = (items: readonly PlanItem[], input: PlanInput, dropped: number): Plan['metrics'] => {
  const { orders, assets, span, prices, tidy } = input
  const usable = new Set(orders.flatMap(({ candidates }) => candidates.flat()))
  const able = assets.filter(({ id }) => usable.has(id))
  const of: Reckoning = {
    orders: orders.length,
    valueOfAll: orders.reduce((sum, { order }) => sum + order.value, 0),
    span,
    dropped,
    basis: { weights: { ...prices, ...tidy }, assets: able.length },
    capacities: new Map(able.map(({ id, capacity }) => [id, capacity])),
  }
  const slots = itemsBefore(input)
  if (slots.length === 0) return reckon(items, of)
  const { value, busyMinutes, transitionMinutes, load = 0 } = reckon(slots, of)
  return { ...reckon(items, of), before: { value, busyMinutes, transitionMinutes, load } }
}
