import { openSpans } from '../assets/opening-hours.ts'
import type { AssetId, OrderId } from '../ids.ts'
import { kindOf } from '../orders/mode.ts'
import type { Order } from '../orders/order.ts'
import { presentIn, zoneOf } from '../people/presence.ts'
import type { Fixed, Job, Lane, Option, Placement, Problem } from '../planning/problem.ts'
import { minutes } from '../time.ts'
import { lanesOf, sharesOf, spreadClaims } from './lanes.ts'
import { windowsOf } from './order-windows.ts'
import { othersFirst } from './others-first.ts'
import type { PlanInput, PlannedOrder } from './plan-input.ts'
import { createNodes, shareSpacings } from './setup-nodes.ts'
import { alone, choicesOf, keptOption, together } from './ways.ts'

/** Values are counted in thousandths, so that prices of a fraction of one count. */
export const valueScale = 1_000
/** Everything that a placement is translated back with. */
export type Posed = {
  readonly problem: Problem
  /** Milliseconds of one unit of time, and the moment of time 0. */
  readonly unitMs: number
  readonly zeroMs: number
  readonly assetOfLane: readonly AssetId[]
  readonly orderOfJob: readonly OrderId[]
  /** Where the slots stand that may move: to keep them is the plan to begin with. */
  readonly kept: readonly Placement[]
  /** Orders that have no job: no asset can do them, nobody has their duty then, their window is closed, or what they follow has none. */
  readonly unposed: readonly {
    readonly order: Order
    readonly because: 'no-asset' | 'no-turn' | 'no-window' | 'frozen' | 'waits'
  }[]
}

/** The coarsest unit that does justice to all of them. */
const unitOf = (orders: readonly PlannedOrder[]): number =>
  orders.every(({ order }) => kindOf(order.mode).unit === 'minute') ? minutes(1) : 1_000

/** The planner's problem of orders, assets and what stands in their calendars. */
export const problemOf = (input: PlanInput): Posed => {
  const { span, freezeMs, prices } = input
  const unitMs = unitOf(input.orders)
  const zeroMs = Math.floor(span.startMs / unitMs) * unitMs
  const down = (ms: number): number => Math.floor((ms - zeroMs) / unitMs)
  const up = (ms: number): number => Math.ceil((ms - zeroMs) / unitMs)
  const spacingOf = shareSpacings(input.assets)
  const { nodeOf, changeover } = createNodes(unitMs)

  const lanes: Lane[] = []
  const fixed: Fixed[] = []
  const assetOfLane: AssetId[] = []
  const laneNumbers = new Map<AssetId, number[]>()
  const byId = new Map(input.assets.map((asset) => [asset.id, asset]))
  for (const [number, asset] of input.assets.entries()) {
    const spacing = spacingOf.get(asset.id) ?? asset.spacing
    const open = openSpans(asset.openingHours, span)
    const there = asset.person ? presentIn(asset.person, zoneOf(asset.openingHours), open) : open
    const openings = there.flatMap(({ startMs, endMs }) =>
      up(startMs) < down(endMs) ? [[up(startMs), down(endMs)] as const] : [],
    )
    const first = lanes.length
    for (let lane = 0; lane < lanesOf(asset); lane++) {
      lanes.push({ asset: number, openings, first: -1, last: -1 })
      assetOfLane.push(asset.id)
    }
    laneNumbers.set(
      asset.id,
      Array.from({ length: lanesOf(asset) }, (_, lane) => first + lane),
    )
    const claims = input.claims
      .filter(({ assetId }) => assetId === asset.id)
      .map(({ startMs, endMs, units, mode }) => {
        const shares = sharesOf(asset, units)
        return { startMs, endMs, shares, node: nodeOf([spacing], mode) }
      })
    for (const { lane, startMs, endMs, node } of spreadClaims(claims, lanesOf(asset)))
      fixed.push({ lane: first + lane, start: down(startMs), end: Math.max(down(startMs) + 1, up(endMs)), node })
  }

  const meanValue = input.orders.reduce((sum, { worth }) => sum + worth, 0) / Math.max(1, input.orders.length)
  const price = (fraction: number): number => Math.round(fraction * meanValue * valueScale)
  const jobs: Job[] = []
  const orderOfJob: OrderId[] = []
  const kept: Placement[] = []
  const unposed: Posed['unposed'][number][] = []
  const missing = new Set(input.missing)
  const leave = (order: Order, because: Posed['unposed'][number]['because']): void => {
    unposed.push({ order, because })
    missing.add(order.id)
  }
  const jobOf = new Map<OrderId, number>()

  for (const planned of othersFirst(input.orders)) {
    const { order, slot } = planned
    if (order.follows && missing.has(order.follows.orderId)) {
      leave(order, 'waits')
      continue
    }
    const duration = Math.max(1, Math.ceil(minutes(order.durationMinutes) / unitMs))
    const windows = windowsOf(planned, span, freezeMs).map(({ startMs, endMs }) => ({
      open: up(startMs),
      close: down(endMs) - duration,
    }))
    const usable = windows.filter(({ open, close }) => open <= close)
    const choices = choicesOf(planned, byId)
    if (choices.length === 0) {
      leave(order, planned.turns?.some((turns) => turns !== undefined) ? 'no-turn' : 'no-asset')
      continue
    }
    const kept0 =
      slot && planned.mayStay !== false && keptOption(slot, { down, duration, byId, laneNumbers, spacingOf, nodeOf })
    if (usable.length === 0 && !kept0) {
      const frozen = windowsOf(planned, span, span.startMs).some(
        ({ startMs, endMs }) => up(startMs) <= down(endMs) - duration,
      )
      leave(order, frozen ? 'frozen' : 'no-window')
      continue
    }
    const options: Option[] = []
    if (kept0) options.push(kept0.option)
    for (const choice of slot
      ? choices.map(alone)
      : together(choices, (asset) => spacingOf.get(asset.id) ?? asset.spacing)) {
      const { on, when = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY } } = choice
      const needs = on.flatMap(({ assets, units }) => {
        const [asset] = assets
        const able = assets.flatMap(({ id }) => laneNumbers.get(id) ?? [])
        return Array.from({ length: asset ? sharesOf(asset, units) : 0 }, () => able)
      })
      const node = nodeOf(
        on.flatMap(({ assets }) => assets.map(({ id, spacing }) => spacingOf.get(id) ?? spacing)),
        order.mode,
      )
      const same = slot && on.every(({ assets }) => slot.assets.some(({ assetId }) => assetId === assets[0]?.id))
      const gain = slot ? -price(prices.move + (same ? 0 : prices.reassign)) : 0
      const [first, last] = [up(when.startMs), up(when.endMs) - 1]
      for (const window of usable) {
        const [open, close] = [Math.max(window.open, first), Math.min(window.close, last)]
        if (open <= close) options.push({ needs, open, close, duration, node, gain })
      }
    }
    if (options.length === 0) {
      leave(order, 'no-turn')
      continue
    }
    const number =
      jobs.push({ value: planned.worth * valueScale, options, dropCost: slot ? price(prices.drop) : 0 }) - 1
    orderOfJob.push(order.id)
    jobOf.set(order.id, number)
    if (kept0) kept.push({ job: number, option: 0, lanes: kept0.lanes, start: kept0.option.open })
  }
  // Those that follow another of this very plan.
  for (const { order } of input.orders) {
    const [own, other] = [jobOf.get(order.id), order.follows && jobOf.get(order.follows.orderId)]
    const job = own === undefined ? undefined : jobs[own]
    if (own === undefined || other === undefined || !job || !order.follows) continue
    const { minMinutes, maxMinutes } = order.follows
    jobs[own] = {
      ...job,
      after: other,
      afterMin: Math.ceil(minutes(minMinutes) / unitMs),
      ...(maxMinutes !== undefined && { afterMax: Math.floor(minutes(maxMinutes) / unitMs) }),
    }
  }
  const problem = { lanes, fixed, jobs, changeover: changeover() }
  return { problem, unitMs, zeroMs, assetOfLane, orderOfJob, kept, unposed }
}
