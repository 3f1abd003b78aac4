import { matchLanes } from './match-lanes.ts'
import { never } from './model.ts'
import { insert, remove, settle } from './moves.ts'
import { advance, retreat } from './openings.ts'
import { earliestCommon, earliestGap, placePinned, startsOf } from './pinned.ts'
import { firstAfter, firstFrom } from './places.ts'
import { crossing, type State } from './state.ts'
import { begin, rollBack } from './trial.ts'

/** Of a job with several needs no more starts are tried than these, all lanes taken together. */
const mostStarts = 4096

/** A way to do a job that is left out: on these lanes, at this start or later, once `displaced` are out of the way. */
export type Ejection = {
  readonly option: number
  readonly lanes: readonly number[]
  readonly start: number
  readonly displaced: readonly number[]
  /** What the displaced jobs and their companions are worth. */
  readonly cost: number
}

/** The jobs and all that accompany them, and what they are worth together. */
const withCompanions = (
  s: State,
  jobs: readonly number[],
): { readonly jobs: readonly number[]; readonly cost: number } => {
  const all = new Set<number>()
  const add = (job: number): void => {
    if (s.option[job]! < 0 || all.has(job)) return
    all.add(job)
    for (const child of s.model.children[job]!) add(child)
  }
  jobs.forEach(add)
  if (jobs.length === 0) return { jobs, cost: 0 }
  let cost = 0
  for (const job of all) cost += s.model.worth[s.option[job]!]!
  return { jobs: [...all], cost }
}

/** Jobs between two positions of a lane; undefined where something fixed stands there. */
const between = (s: State, lane: number, from: number, to: number): number[] | undefined => {
  const jobs: number[] = []
  for (let at = from; at < to; at++) {
    const job = s.model.visitJob[s.sequence[s.model.base[lane]! + at]!]!
    if (job < 0) return undefined
    jobs.push(job)
  }
  return jobs
}

/** Cheapest run of neighbours on one lane whose absence lets a floating option in; cheaper than `limit`. */
const cheapestRun = (s: State, option: number, lane: number, limit: number): Ejection | undefined => {
  const { model, sequence, finish, latest, leave, enter } = s
  const base = model.base[lane]!
  const length = s.length[lane]!
  const duration = model.duration[option]!
  const node = model.node[option]!
  const close = model.close[option]!
  let best: Ejection | undefined
  let least = limit
  const worthAt = (at: number): number => {
    const job = model.visitJob[sequence[base + at]!]!
    return job < 0 ? Number.POSITIVE_INFINITY : Math.max(0, model.worth[s.option[job]!]!)
  }
  /** Runs from `low` on that end behind `middle`; `cost` is what stands before that one. */
  const tryFrom = (low: number, middle: number, cost: number): void => {
    const before = sequence[base + low - 1]!
    const free = finish[before]! + crossing(model, leave[before]!, node)
    const start = advance(model, lane, Math.max(free, model.open[option]!), duration)
    if (start > close) return
    let sum = cost
    for (let high = middle; high < length && sum < least; high++) {
      const after = sequence[base + high]!
      if (start + duration + crossing(model, node, enter[after]!) <= latest[after]!) {
        const displaced = withCompanions(s, between(s, lane, low, high) ?? [])
        if (displaced.cost >= least) return
        least = displaced.cost
        best = { option, lanes: [lane], start, displaced: displaced.jobs, cost: displaced.cost }
        return
      }
      sum += worthAt(high)
    }
  }
  // What can still begin after the option is behind it; runs reach at least up to the first of that.
  const reach = firstAfter(s, lane, model.open[option]! + duration)
  for (let low = reach; low < length && finish[sequence[base + low - 1]!]! <= close && least > 0; low++)
    tryFrom(low, low, 0)
  let cost = 0
  for (let low = reach - 1; low > 0 && least > 0; low--) {
    cost += worthAt(low)
    if (cost >= least) break
    tryFrom(low, reach, cost)
  }
  return best
}

/** What stands in the way of an option that begins exactly at `start` on a lane; undefined if something fixed does. */
const inTheWay = (s: State, option: number, lane: number, start: number): number[] | undefined => {
  const { model, sequence, finish, latest, leave, enter } = s
  const duration = model.duration[option]!
  const node = model.node[option]!
  if (advance(model, lane, start, duration) !== start) return undefined
  const base = model.base[lane]!
  const last = s.length[lane]! - 1
  let low = firstFrom(s, lane, start)
  for (; low > 0; low--) {
    const before = sequence[base + low - 1]!
    if (finish[before]! + crossing(model, leave[before]!, node) <= start) break
  }
  if (low === 0) return undefined
  for (let high = low; high <= last; high++) {
    const after = sequence[base + high]!
    if (start + duration + crossing(model, node, enter[after]!) <= latest[after]!) return between(s, lane, low, high)
  }
  return undefined
}

/** Starts at which something changes on one of the lanes: where a neighbour or an opening begins or ends. */
const turningPoints = (s: State, option: number, from: number, to: number): number[] => {
  const { model, sequence, finish, latest, leave, enter } = s
  const duration = model.duration[option]!
  const node = model.node[option]!
  const points = new Set<number>([from])
  const add = (time: number): void => {
    if (time >= from && time <= to && points.size < most) points.add(time)
  }
  const first = model.laneFrom[model.needFrom[option]!]!
  const last = model.laneFrom[model.needFrom[option + 1]!]!
  const most = Math.ceil(mostStarts / Math.max(1, last - first))
  for (let entry = first; entry < last && points.size < most; entry++) {
    const lane = model.laneOf[entry]!
    for (let at = 0; at < s.length[lane]!; at++) {
      const visit = sequence[model.base[lane]! + at]!
      add(advance(model, lane, Math.max(from, finish[visit]! + crossing(model, leave[visit]!, node)), duration))
      add(retreat(model, lane, latest[visit]! - crossing(model, node, enter[visit]!) - duration, duration))
    }
    for (let at = model.openingFrom[lane]!; at < model.openingFrom[lane + 1]!; at++) add(model.opens[at]!)
  }
  return [...points].sort((a, b) => a - b)
}

/** Cheapest set for a pinned option, over its turning points and `hints`; each need takes its cheapest lane. */
const cheapestAt = (
  s: State,
  job: number,
  option: number,
  hints: readonly number[],
  limit: number,
): Ejection | undefined => {
  const { model } = s
  const [from, to] = startsOf(s, job, option)
  if (from > to) return undefined
  const ancestors = new Set<number>()
  for (let above = model.parent[job]!; above >= 0; above = model.parent[above]!) ancestors.add(above)
  let best: Ejection | undefined
  let least = limit
  for (const start of [...hints, ...turningPoints(s, option, from, to)]) {
    if (start < from || start > to) continue
    if (least <= 0) break
    const ways: { lane: number; jobs: number[]; cost: number }[][] = []
    for (let need = model.needFrom[option]!; need < model.needFrom[option + 1]!; need++) {
      const ofNeed: { lane: number; jobs: number[]; cost: number }[] = []
      for (let entry = model.laneFrom[need]!; entry < model.laneFrom[need + 1]!; entry++) {
        const lane = model.laneOf[entry]!
        const jobs = inTheWay(s, option, lane, start)
        if (!jobs || jobs.some((one) => ancestors.has(one))) continue
        ofNeed.push({ lane, jobs, cost: withCompanions(s, jobs).cost })
      }
      ways.push(ofNeed.sort((a, b) => a.cost - b.cost))
    }
    const chosen = cheapestLanes(ways)
    if (!chosen) continue
    const { jobs, cost } = withCompanions(
      s,
      chosen.flatMap(({ jobs }) => jobs),
    )
    if (cost < least && !jobs.some((one) => ancestors.has(one))) {
      least = cost
      best = { option, lanes: chosen.map(({ lane }) => lane), start, displaced: jobs, cost }
    }
  }
  return best
}

/** One way for each need, cheapest first, on different lanes. */
const cheapestLanes = <Way extends { readonly lane: number }>(ways: readonly (readonly Way[])[]): Way[] | undefined => {
  const chosen = matchLanes(
    ways.length,
    (need) => ways[need]!.length,
    (need, index) => ways[need]![index]!.lane,
  )
  return chosen?.map((index, need) => ways[need]![index]!)
}

/** The ejection that gains most, or costs least; without any `displaced` where the job simply fits. */
export const cheapestEjection = (s: State, job: number, hints: readonly number[] = []): Ejection | undefined => {
  const { model } = s
  let best: Ejection | undefined
  let bestNet = Number.NEGATIVE_INFINITY
  for (let option = model.optionFrom[job]!; option < model.optionFrom[job + 1]!; option++) {
    const worth = model.worth[option]!
    if (worth <= 0) continue
    const consider = (found: Ejection | undefined): void => {
      if (!found || worth - found.cost <= bestNet) return
      best = found
      bestNet = worth - found.cost
    }
    if (model.pinned[job] === 1) consider(cheapestAt(s, job, option, hints, worth - bestNet))
    else {
      const need = model.needFrom[option]!
      for (let entry = model.laneFrom[need]!; entry < model.laneFrom[need + 1]!; entry++)
        consider(cheapestRun(s, option, model.laneOf[entry]!, worth - bestNet))
    }
  }
  return best
}

/** Does the job so; undone, and false, unless the plan is worth more then. */
export const eject = (s: State, job: number, { option, lanes, start, displaced }: Ejection): boolean => {
  const { model } = s
  const before = s.value
  begin(s)
  for (const one of displaced) remove(s, one)
  settle(s)
  if (model.pinned[job] === 1) {
    // Settling may have taken out the job that this one accompanies.
    const [from, to] = startsOf(s, job, option)
    const found = from <= start && start <= to ? earliestCommon(s, option, start, start, 0) : undefined
    if (found) placePinned(s, job, found)
  } else {
    const gap = earliestGap(s, option, lanes[0]!, model.open[option]!)
    if (gap.start <= model.close[option]! && gap.start < never) insert(s, job, option, lanes[0]!, gap.position)
  }
  if (s.option[job]! >= 0 && s.value > before) return true
  rollBack(s)
  return false
}
