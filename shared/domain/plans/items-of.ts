import type { AssetId, OrderId } from '../ids.ts'
import type { Place } from '../orders/companion.ts'
import type { Placement } from '../planning/problem.ts'
import { instantOf, minutes, msOf } from '../time.ts'
import { changeoverMs } from './changeover.ts'
import type { Plan, PlanItem } from './plan.ts'
import type { PlanInput, PlannedOrder, Posed } from './problem-of.ts'
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

/** The items of a plan, in the order of their start. */
export const itemsOf = (drafts: readonly Draft[], input: PlanInput): readonly PlanItem[] => {
  /** What stands on each asset, the plan's own included, by start. */
  const around = new Map<AssetId, { startMs: number; endMs: number; mode: PlannedOrder['order']['mode'] }[]>()
  for (const { id } of input.assets) around.set(id, [])
  for (const claim of input.claims) around.get(claim.assetId)?.push(claim)
  for (const { planned, startMs, endMs, assetIds } of drafts)
    for (const id of assetIds) around.get(id)?.push({ startMs, endMs, mode: planned.order.mode })
  for (const list of around.values()) list.sort((a, b) => a.startMs - b.startMs)
  const spacings = new Map(input.assets.map(({ id, spacing, capacity }) => [id, { spacing, capacity }]))

  return drafts
    .toSorted((a, b) => a.startMs - b.startMs || (a.planned.order.id < b.planned.order.id ? -1 : 1))
    .map(({ planned, startMs, endMs, assetIds, assets }): PlanItem => {
      const { order, slot } = planned
      let transitionMs = 0
      let latestMs = Math.min(input.span.endMs, order.due ? msOf(order.due) : input.span.endMs) - (endMs - startMs)
      for (const id of assetIds) {
        const { spacing, capacity } = spacings.get(id) ?? { spacing: {}, capacity: 1 }
        const list = around.get(id) ?? []
        const before = list.findLast((one) => one.endMs <= startMs)
        const after = list.find((one) => one.startMs >= endMs)
        if (before) transitionMs = Math.max(transitionMs, changeoverMs(spacing, before.mode, order.mode))
        if (after && capacity === 1)
          latestMs = Math.min(
            latestMs,
            after.startMs - changeoverMs(spacing, order.mode, after.mode) - (endMs - startMs),
          )
      }
      return {
        orderId: order.id,
        state: slot && isWhere(slot, startMs, assetIds) ? 'kept' : 'proposed',
        assets,
        start: instantOf(startMs),
        end: instantOf(endMs),
        value: order.value,
        ...(order.quality !== undefined && { quality: order.quality }),
        transitionMinutes: Math.ceil(transitionMs / 60_000),
        slackMinutes: Math.max(0, Math.floor((latestMs - startMs) / 60_000)),
        ...(order.follows && { follows: order.follows.orderId }),
        ...(slot && { slotId: slot.id }),
      }
    })
}

/** What a plan comes to. */
export const metricsOf = (items: readonly PlanItem[], input: PlanInput, moved: number): Plan['metrics'] => {
  const value = items.reduce((sum, item) => sum + item.value, 0)
  const valueOfAll = input.orders.reduce((sum, { order }) => sum + order.value, 0)
  const mean = valueOfAll / Math.max(1, input.orders.length)
  const busyMs = items.reduce((sum, { start, end }) => sum + msOf(end) - msOf(start), 0)
  const spanMs = Math.max(1, input.span.endMs - input.span.startMs)
  const lateness = items.reduce((sum, { start }) => sum + (msOf(start) - input.span.startMs) / spanMs, 0)
  const load = new Map<string, number>()
  for (const { assets, start, end } of items)
    for (const { assetId } of assets) load.set(assetId, (load.get(assetId) ?? 0) + msOf(end) - msOf(start))
  const loads = [...load.values()]
  const unevenness =
    loads.length === 0 ? 0 : (Math.max(...loads) - loads.reduce((a, b) => a + b, 0) / loads.length) / spanMs
  const round = (number: number): number => Math.round(number * 1_000) / 1_000
  return {
    orders: input.orders.length,
    planned: items.length,
    leftOut: input.orders.length - items.length,
    value,
    valueOfAll,
    busyMinutes: Math.round(busyMs / 60_000),
    transitionMinutes: items.reduce((sum, item) => sum + item.transitionMinutes, 0),
    // The later terms never outweigh the earlier ones: they are worth less than the least order.
    terms: {
      value,
      moved: round(-moved * input.prices.move * mean),
      earliness: round(-lateness / Math.max(1, items.length)),
      evenness: round(-unevenness),
    },
  }
}
