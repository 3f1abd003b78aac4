import { cheapestEjection, eject } from './ejection.ts'
import { load } from './load.ts'
import { matchLanes } from './match-lanes.ts'
import { compile, type Model, never } from './model.ts'
import { earliestCommon, startsOf } from './pinned.ts'
import type { Placement, Problem } from './problem.ts'
import { Random } from './random.ts'
import type { Rejection } from './rejection.ts'
import { createState, crossing, type State } from './state.ts'
import { rollBack } from './trial.ts'

/** Whether the needs of an option can have lanes of their own at all. */
const isCapable = ({ needFrom, laneFrom, laneOf }: Model, option: number): boolean => {
  const first = needFrom[option]!
  const needs = needFrom[option + 1]! - first
  const countOf = (need: number): number => laneFrom[first + need + 1]! - laneFrom[first + need]!
  return (
    needs > 0 && matchLanes(needs, countOf, (need, index) => laneOf[laneFrom[first + need]! + index]!) !== undefined
  )
}

type Shortfall = { readonly option: number; readonly lane: number; readonly missing: number; readonly at: number }

/** The gap of a lane that is nearly enough for an option: how much is missing, and the position behind the gap. */
const shortfallOn = (s: State, option: number, lane: number): Shortfall => {
  const { model, sequence } = s
  const duration = model.duration[option]!
  const node = model.node[option]!
  let best: Shortfall = { option, lane, missing: never, at: 1 }
  for (let at = 1; at < s.length[lane]!; at++) {
    const before = sequence[model.base[lane]! + at - 1]!
    const after = sequence[model.base[lane]! + at]!
    const free = s.finish[before]! + crossing(model, s.leave[before]!, node)
    const due = s.latest[after]! - crossing(model, node, s.enter[after]!) - duration
    for (let index = model.openingFrom[lane]!; index < model.openingFrom[lane + 1]!; index++) {
      const soonest = Math.max(free, model.open[option]!, model.opens[index]!)
      const latest = Math.min(due, model.close[option]!, model.closes[index]! - duration)
      const missing = Math.max(0, soonest - latest)
      if (missing < best.missing) best = { option, lane, missing, at }
    }
  }
  return best
}

/** The lane and option that come nearest, for the need of that option that is hardest to meet. */
const shortfall = (s: State, options: readonly number[]): Shortfall => {
  const { needFrom, laneFrom, laneOf } = s.model
  let best: Shortfall | undefined
  for (const option of options) {
    let hardest: Shortfall | undefined
    for (let need = needFrom[option]!; need < needFrom[option + 1]!; need++) {
      let easiest: Shortfall | undefined
      for (let entry = laneFrom[need]!; entry < laneFrom[need + 1]!; entry++) {
        const found = shortfallOn(s, option, laneOf[entry]!)
        if (!easiest || found.missing < easiest.missing) easiest = found
      }
      if (easiest && (!hardest || easiest.missing > hardest.missing)) hardest = easiest
    }
    if (hardest && (!best || hardest.missing < best.missing)) best = hardest
  }
  return best!
}

/** Indices of the fixed claims at the two sides of a position of a lane without jobs. */
const fixedAround = (s: State, { lane, at }: Shortfall): number[] => {
  const { model } = s
  const sides = [at - 1, at].filter((position) => position > 0 && position < s.length[lane]! - 1)
  const stretches = sides.map((position) => {
    const visit = s.sequence[model.base[lane]! + position]!
    return [s.start[visit]!, s.finish[visit]!] as const
  })
  return model.problem.fixed.flatMap((one, index) =>
    one.lane === lane && stretches.some(([from, to]) => one.start >= from && one.end <= to) ? [index] : [],
  )
}

/** Why each job that a plan leaves out is left out, by job; those that it should stop before are told to be unexamined. */
export const explain = (
  problem: Problem,
  placements: readonly Placement[],
  shouldStop?: () => boolean,
): Rejection[] => {
  const model = compile(problem)
  const plan = createState(model, new Random(1))
  load(plan, placements)
  const locked = createState(model, new Random(1))
  const bare = createState(compile({ ...problem, fixed: [] }), new Random(1))
  const reasonOf = (job: number): Rejection => {
    const first = model.optionFrom[job]!
    const options = problem.jobs[job]!.options.map((_, index) => first + index)
    const able = options.filter((option) => isCapable(model, option))
    if (able.length === 0) {
      const needs = problem.jobs[job]!.options[0]?.needs ?? []
      const unmet = needs.flatMap((lanes, need) => (lanes.length === 0 ? [need] : []))
      return { code: 'NO_CAPABLE_ASSET', job, needs: unmet, remedy: { kind: 'add-capability' } }
    }
    const timely = able.filter((option) => model.open[option]! <= model.close[option]!)
    if (timely.length === 0) {
      const by = Math.min(...able.map((option) => model.open[option]! - model.close[option]!))
      return { code: 'INVALID_WINDOW', job, option: able[0]! - first, remedy: { kind: 'widen-window', by } }
    }
    if (shouldStop?.()) return { code: 'UNEXAMINED', job, remedy: { kind: 'search-longer' } }
    const stands = (s: State, option: number) => earliestCommon(s, option, model.open[option]!, model.close[option]!, 0)
    // First as it is: a claim may stand between a job and the end of its lane, and so make possible what was not.
    const free = timely.flatMap((option) => stands(locked, option) ?? [])
    const opened = free.length > 0 ? [] : timely.filter((option) => stands(bare, option))
    if (free.length === 0 && opened.length === 0) {
      const { option, lane, missing } = shortfall(bare, timely)
      const remedy = { kind: 'open-longer', lane, by: missing } as const
      return { code: 'ASSET_UNAVAILABLE', job, option: option - first, lane, missing, remedy }
    }
    if (free.length === 0) {
      const found = shortfall(locked, opened)
      const fixed = fixedAround(locked, found)
      const { option, lane, missing } = found
      const remedy = { kind: 'release-lock', fixed } as const
      return { code: 'BLOCKED_BY_LOCKS', job, option: option - first, lane, fixed, missing, remedy }
    }
    const parent = model.parent[job]!
    const outOfReach = (): Rejection => ({
      code: 'COMPANION_OUT_OF_REACH',
      job,
      after: parent,
      isDone: plan.option[parent]! >= 0,
      remedy: { kind: 'place-companion', job: parent },
    })
    const reached = ({ option }: { readonly option: number }): boolean => {
      const [from, to] = startsOf(plan, job, option)
      return from <= to
    }
    if (parent >= 0 && !free.some(reached)) return outOfReach()
    const hints = free.map(({ start }) => start)
    const found = cheapestEjection(plan, job, hints)
    if (found) {
      const { option, displaced, cost } = found
      const worth = model.worth[option]!
      if (cost < worth && eject(plan, job, found)) {
        rollBack(plan)
        const net = worth - cost
        return {
          code: 'NOT_FOUND_IN_BUDGET',
          job,
          option: option - first,
          displaced,
          net,
          remedy: { kind: 'search-longer' },
        }
      }
      const remedy = { kind: 'raise-value', by: Math.max(0, cost - worth) + 1 } as const
      return {
        code: 'LOWER_VALUE_THAN_DISPLACED',
        job,
        option: option - first,
        worth,
        displaced,
        displacedWorth: cost,
        remedy,
      }
    }
    const dearest = free.reduce(
      (best, { option }) => (model.worth[option]! > model.worth[best]! ? option : best),
      free[0]!.option,
    )
    const worth = model.worth[dearest]!
    if (worth > 0 && parent >= 0) return outOfReach()
    return {
      code: 'TAX_EXCEEDS_GAIN',
      job,
      option: dearest - first,
      worth,
      remedy: { kind: 'raise-value', by: 1 - worth },
    }
  }
  return Array.from({ length: model.jobs }, (_, job) => job)
    .filter((job) => plan.option[job]! < 0)
    .map(reasonOf)
}
