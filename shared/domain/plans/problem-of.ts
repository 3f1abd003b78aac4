import type { Asset } from '../assets/asset.ts'
import type { Spacing } from '../assets/booking-rules.ts'
import { type OpeningHours, openSpans, type Span } from '../assets/opening-hours.ts'
import type { AssetId, OrderId, ReservationId } from '../ids.ts'
import { kindOf, type OrderMode } from '../orders/mode.ts'
import type { Order } from '../orders/order.ts'
import type { OrderType } from '../orders/order-type.ts'
import type { Person } from '../people/person.ts'
import { presentIn, zoneOf } from '../people/presence.ts'
import type { Changeover, Fixed, Job, Lane, Option, Placement, Problem } from '../planning/problem.ts'
import type { TidyWeights } from '../planning/tidy.ts'
import { minutes, msOf } from '../time.ts'
import { changeoverMs } from './changeover.ts'
import type { Slot } from './slot.ts'

/** An asset as planning sees it. */
export type PlannedAsset = Pick<Asset, 'id' | 'name' | 'capacity'> & {
  readonly openingHours?: OpeningHours | undefined
  readonly person?: Person | undefined
  readonly spacing: Spacing
}

/** A claim that stands in the calendar and stays there. */
export type StandingClaim = Span & {
  readonly assetId: AssetId
  readonly reservationId?: ReservationId
  /** An order that has its place already. */
  readonly orderId?: OrderId
  readonly units: number
  readonly mode: OrderMode
  /** Type of its order. */
  readonly type?: string | undefined
}

/** Somebody's turn at a duty: of what begins in this span. */
export type Turn = Span & { readonly assetId: AssetId }

/** An order to be planned: the assets that each of its requirements may be, and the slot that it has, where that may move. */
export type PlannedOrder = {
  readonly order: Order
  readonly candidates: readonly (readonly AssetId[])[]
  /** By requirement, where it is a duty: who alone may be it, and when. */
  readonly turns?: readonly (readonly Turn[] | undefined)[] | undefined
  /** What orders of its type have in common. */
  readonly type?: OrderType | undefined
  readonly slot?: Slot | undefined
  /** What it counts for in the search. */
  readonly worth: number
  /** Earliest start and latest end by the orders that it belongs to, where those have their places already. */
  readonly notBefore?: number | undefined
  readonly notAfter?: number | undefined
  /** What says so, for people. */
  readonly bond?: string
  /** Its slot cannot stay where it is. */
  readonly mayStay?: false
}

/** Prices as fractions of the mean value of the orders. */
export type Prices = { readonly move: number; readonly reassign: number; readonly drop: number }

export type PlanInput = {
  readonly orders: readonly PlannedOrder[]
  readonly assets: readonly PlannedAsset[]
  readonly claims: readonly StandingClaim[]
  readonly span: Span
  /** Nothing starts before. */
  readonly freezeMs: number
  readonly prices: Prices
  /** Orders that are not to be planned: whatever follows them waits. */
  readonly missing?: ReadonlySet<OrderId>
  /** What counts between plans of the same value and changes. */
  readonly tidy: TidyWeights
}

/** Values are counted in thousandths, so that prices of a fraction of one count. */
export const valueScale = 1_000
/** Assets of more units than this are planned in so many equal shares; what is asked for is rounded up. */
export const mostLanes = 20
/** Up to so many kinds of work changeovers stand in a table. */
const tableSize = 1_200
/** Pieces of the hours of an order that are looked at. */
const mostWindows = 120

type Node = { readonly spacings: readonly Spacing[]; readonly mode: OrderMode }

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
  /** Orders that have no job: no asset can do them, their window is closed, or what they follow has none. */
  readonly unposed: readonly {
    readonly order: Order
    readonly because: 'no-asset' | 'no-window' | 'frozen' | 'waits'
  }[]
}

/** The coarsest unit that does justice to all of them. */
const unitOf = (orders: readonly PlannedOrder[]): number =>
  orders.every(({ order }) => kindOf(order.mode).unit === 'minute') ? minutes(1) : 1_000

const lanesOf = (asset: PlannedAsset): number => Math.min(asset.capacity, mostLanes)
const sharesOf = (asset: PlannedAsset, units: number): number => Math.ceil((units * lanesOf(asset)) / asset.capacity)

/** Claims spread over the lanes of their asset, each on as many as it takes; what is claimed beyond its capacity takes all of them. */
const spreadClaims = (
  claims: readonly (Span & { readonly shares: number; readonly node: number })[],
  count: number,
) => {
  const free = Array.from({ length: count }, () => Number.NEGATIVE_INFINITY)
  return claims
    .toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)
    .flatMap(({ startMs, endMs, shares, node }) => {
      const idle = free.flatMap((until, lane) => (until <= startMs ? [lane] : []))
      const lanes = idle.length >= shares ? idle.slice(0, shares) : free.map((_, lane) => lane)
      for (const lane of lanes) free[lane] = Math.max(free[lane] ?? 0, endMs)
      return lanes.map((lane) => ({ lane, startMs, endMs, node }))
    })
}

/** Kinds of work, each known once. */
const createNodes = (unitMs: number) => {
  const nodes: Node[] = []
  const known = new Map<string, number>()
  const names = new Map<Spacing, number>()
  const nameOf = (spacing: Spacing): number => {
    const name = names.get(spacing) ?? names.size
    names.set(spacing, name)
    return name
  }
  const time = (from: number, to: number): number => {
    const [a, b] = [nodes[from], nodes[to]]
    if (!a || !b) return 0
    const spacings = a.spacings.length >= b.spacings.length ? a.spacings : b.spacings
    return Math.ceil(Math.max(0, ...spacings.map((spacing) => changeoverMs(spacing, a.mode, b.mode))) / unitMs)
  }
  return {
    /** The node of a kind of work on assets of these spacings; on several of them the longest changeover counts. */
    nodeOf: (spacings: readonly Spacing[], mode: OrderMode): number => {
      const distinct = [...new Set(spacings)]
      const key = `${distinct.map(nameOf).toSorted().join()} ${JSON.stringify(mode)}`
      const node = known.get(key) ?? nodes.push({ spacings: distinct, mode }) - 1
      known.set(key, node)
      return node
    },
    changeover: (): Changeover => {
      const size = nodes.length
      if (size === 0 || size > tableSize) return time
      const times = new Int32Array(size * size)
      for (let from = 0; from < size; from++) for (let to = 0; to < size; to++) times[from * size + to] = time(from, to)
      return { size, times }
    },
  }
}

/** Assets of alike spacing share the object, so that they share nodes. */
const shareSpacings = (assets: readonly PlannedAsset[]): Map<AssetId, Spacing> => {
  const shared = new Map<string, Spacing>()
  return new Map(
    assets.map(({ id, spacing }) => {
      const key = JSON.stringify(spacing)
      const one = shared.get(key) ?? spacing
      shared.set(key, one)
      return [id, one]
    }),
  )
}

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
      leave(order, 'no-asset')
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
      const needs = choice.flatMap(({ assets, units }) => {
        const [asset] = assets
        const able = assets.flatMap(({ id }) => laneNumbers.get(id) ?? [])
        return Array.from({ length: asset ? sharesOf(asset, units) : 0 }, () => able)
      })
      const node = nodeOf(
        choice.flatMap(({ assets }) => assets.map(({ id, spacing }) => spacingOf.get(id) ?? spacing)),
        order.mode,
      )
      const same = slot && choice.every(({ assets }) => slot.assets.some(({ assetId }) => assetId === assets[0]?.id))
      const gain = slot ? -price(prices.move + (same ? 0 : prices.reassign)) : 0
      for (const { open, close } of usable) options.push({ needs, open, close, duration, node, gain })
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

/** The same orders, each after the one that it follows; chains may be as long as they like. */
export const othersFirst = (orders: readonly PlannedOrder[]): PlannedOrder[] => {
  const byId = new Map(orders.map((planned) => [planned.order.id, planned]))
  const sorted = new Set<PlannedOrder>()
  for (const planned of orders) {
    const chain = new Set<PlannedOrder>()
    for (let next: PlannedOrder | undefined = planned; next && !sorted.has(next) && !chain.has(next); ) {
      chain.add(next)
      next = next.order.follows && byId.get(next.order.follows.orderId)
    }
    for (const one of [...chain].reverse()) sorted.add(one)
  }
  return [...sorted]
}

/** When an order may be done: within its own window and hours, the horizon, and after the freeze window. */
export const windowsOf = ({ order, notBefore, notAfter }: PlannedOrder, span: Span, freezeMs: number): Span[] => {
  const startMs = Math.max(span.startMs, freezeMs, order.release ? msOf(order.release) : 0, notBefore ?? 0)
  const endMs = Math.min(span.endMs, order.due ? msOf(order.due) : span.endMs, notAfter ?? span.endMs)
  return openSpans(order.constraints?.hours, { startMs, endMs }).slice(0, mostWindows)
}

type Choice = readonly { readonly asset: PlannedAsset; readonly units: number }[]

/** Combinations of assets that an order may be done on; of several requirements every asset has one. */
const mostChoices = 200
const choicesOf = ({ order, candidates }: PlannedOrder, byId: ReadonlyMap<AssetId, PlannedAsset>): Choice[] => {
  let choices: Choice[] = [[]]
  for (const [index, want] of order.requirements.entries()) {
    const able = (candidates[index] ?? []).flatMap((id) => {
      const asset = byId.get(id)
      return asset && asset.capacity >= want.units ? [asset] : []
    })
    choices = choices
      .flatMap((choice) =>
        able
          .filter(({ id }) => !choice.some(({ asset }) => asset.id === id))
          .map((asset) => [...choice, { asset, units: want.units }]),
      )
      .slice(0, mostChoices)
  }
  return choices
}

/** Any one of these assets, so many units of it. */
type Any = readonly { readonly assets: readonly PlannedAsset[]; readonly units: number }[]

const alone = (choice: Choice): Any => choice.map(({ asset, units }) => ({ assets: [asset], units }))

/** Where one asset is needed, those that are alike are one way to do it: a fleet of a hundred is not a hundred ways. */
const together = (choices: readonly Choice[], spacingOf: (asset: PlannedAsset) => Spacing): Any[] => {
  const single = choices.every(
    (choice) => choice.length === 1 && choice.every(({ asset, units }) => sharesOf(asset, units) === 1),
  )
  if (!single) return choices.map(alone)
  const groups = Map.groupBy(choices.flat(), ({ asset }) => spacingOf(asset))
  return [...groups.values()].map((group) => [{ assets: group.map(({ asset }) => asset), units: group[0]?.units ?? 1 }])
}

/** The way of doing an order that its slot is: exactly there, at no price. */
const keptOption = (
  slot: Slot,
  of: {
    readonly down: (ms: number) => number
    readonly duration: number
    readonly byId: ReadonlyMap<AssetId, PlannedAsset>
    readonly laneNumbers: ReadonlyMap<AssetId, number[]>
    readonly spacingOf: ReadonlyMap<AssetId, Spacing>
    readonly nodeOf: (spacings: readonly Spacing[], mode: OrderMode) => number
  },
): { readonly option: Option; readonly lanes: readonly number[] } | undefined => {
  const assets = slot.assets.flatMap(({ assetId, units }) => {
    const asset = of.byId.get(assetId)
    return asset ? [{ asset, units }] : []
  })
  if (assets.length < slot.assets.length) return undefined
  const needs = assets.flatMap(({ asset, units }) =>
    Array.from({ length: sharesOf(asset, units) }, () => of.laneNumbers.get(asset.id) ?? []),
  )
  const taken = new Set<number>()
  const lanes = needs.flatMap((able) => {
    const lane = able.find((one) => !taken.has(one))
    if (lane !== undefined) taken.add(lane)
    return lane === undefined ? [] : [lane]
  })
  const node = of.nodeOf(
    assets.map(({ asset }) => of.spacingOf.get(asset.id) ?? asset.spacing),
    slot.mode,
  )
  const start = of.down(msOf(slot.start))
  return { option: { needs, open: start, close: start, duration: of.duration, node, gain: 0 }, lanes }
}
