import { matchLanes } from './match-lanes.ts'
import { never } from './model.ts'
import { insertPinned } from './moves.ts'
import { advance } from './openings.ts'
import { firstAfter, refuse } from './places.ts'
import { crossing, type State } from './state.ts'

/** What `earliestGap` found last: a position in front of which the option fits. */
let gapPosition = -1

/** Earliest start from `time` on at which the option has a gap on the lane; `never` if there is none. */
const gapFrom = (s: State, option: number, lane: number, time: number): number => {
  const { model, sequence, finish, latest, leave, enter } = s
  const duration = model.duration[option]!
  const node = model.node[option]!
  const least = model.least[option]!
  const from = model.base[lane]!
  const last = s.length[lane]!
  let best = never
  gapPosition = -1
  for (let at = firstAfter(s, lane, time + duration); at < last; at++) {
    const before = sequence[from + at - 1]!
    const after = sequence[from + at]!
    const done = finish[before]!
    if (done >= best) break
    if (latest[after]! - done < least) continue
    const free = done + crossing(model, leave[before]!, node)
    const start = advance(model, lane, Math.max(free, time), duration)
    if (start < best && start + duration + crossing(model, node, enter[after]!) <= latest[after]!) {
      best = start
      gapPosition = at
    }
  }
  return best
}

/** Earliest start from `time` on at which the option has a gap on the lane, and the position of that gap. */
export const earliestGap = (
  s: State,
  option: number,
  lane: number,
  time: number,
): { readonly start: number; readonly position: number } => {
  const start = gapFrom(s, option, lane, time)
  return { start, position: gapPosition }
}

/** First and last start that the option's own window and the job that it accompanies leave; empty if that one is left out. */
export const startsOf = (s: State, job: number, option: number): readonly [number, number] => {
  const { model } = s
  const parent = model.parent[job]!
  const open = model.open[option]!
  const close = model.close[option]!
  if (parent < 0) return [open, close]
  if (s.option[parent]! < 0) return [never, -never]
  const end = s.finish[model.visitFrom[parent]!]!
  return [Math.max(open, end + model.afterMin[job]!), Math.min(close, end + model.afterMax[job]!)]
}

/** A gap on a lane for one need. */
type Gap = { readonly lane: number; readonly position: number }

/** What `findPinned` found: the earliest common start of all needs, with a gap for each. */
export type Common = { readonly option: number; readonly start: number; readonly gaps: readonly Gap[] }

/** One gap for each need that begins at `time`, on different lanes; `starts` and `positions` are by lane of a need. */
const assign = (
  { model }: State,
  option: number,
  starts: Int32Array,
  positions: Int32Array,
  time: number,
  turn: number,
): readonly Gap[] | undefined => {
  const { needFrom, laneFrom, laneOf } = model
  const first = needFrom[option]!
  const offset = laneFrom[first]!
  const countOf = (need: number): number => laneFrom[first + need + 1]! - laneFrom[first + need]!
  const entryOf = (need: number, index: number): number => laneFrom[first + need]! + ((index + turn) % countOf(need))
  const chosen = matchLanes(needFrom[option + 1]! - first, countOf, (need, index) => {
    const entry = entryOf(need, index)
    return starts[entry - offset] === time ? laneOf[entry]! : -1
  })
  return chosen?.map((index, need) => {
    const entry = entryOf(need, index)
    return { lane: laneOf[entry]!, position: positions[entry - offset]! }
  })
}

/**
 * Earliest start in `from` to `to` at which all needs of an option have a gap on lanes of their own. Between two tries
 * nothing can change: no lane without a gap gets one before the time that is tried next.
 */
export const earliestCommon = (
  s: State,
  option: number,
  from: number,
  to: number,
  turn: number,
): Common | undefined => {
  const { laneFrom, laneOf, needFrom } = s.model
  const first = needFrom[option]!
  const last = needFrom[option + 1]!
  if (first === last) return undefined
  const offset = laneFrom[first]!
  const starts = new Int32Array(laneFrom[last]! - offset).fill(-never)
  const positions = new Int32Array(starts.length)
  for (let time = from; time <= to; ) {
    let next = time
    let soonest = never
    for (let need = first; need < last; need++) {
      let earliest = never
      for (let entry = laneFrom[need]!; entry < laneFrom[need + 1]!; entry++) {
        const index = entry - offset
        if (starts[index]! < time) {
          starts[index] = gapFrom(s, option, laneOf[entry]!, time)
          positions[index] = gapPosition
        }
        const start = starts[index]!
        if (start < earliest) earliest = start
        if (start > time && start < soonest) soonest = start
      }
      if (earliest > next) next = earliest
    }
    if (next === time) {
      const gaps = assign(s, option, starts, positions, time, turn)
      if (gaps) return { option, start: time, gaps }
      next = soonest
    }
    time = next
  }
  return undefined
}

/** How the start of a pinned job is looked for: at its earliest, or from a random time on if there is a place then. */
export type Looseness = { readonly randomStarts: boolean; readonly gainWeight: number }

/** Whether all lanes of an option are as they were when it was found not to fit; a companion's window moves. */
const isRefused = ({ model, refused, refusedToo, stamp }: State, job: number, option: number): boolean => {
  const { needFrom, laneFrom, laneOf } = model
  if (model.parent[job]! >= 0) return false
  for (let entry = laneFrom[needFrom[option]!]!; entry < laneFrom[needFrom[option + 1]!]!; entry++)
    if (refused[entry] !== stamp[laneOf[entry]!] && refusedToo[entry] !== stamp[laneOf[entry]!]) return false
  return true
}

const refuseAll = (s: State, option: number): void => {
  const { needFrom, laneFrom, laneOf } = s.model
  for (let entry = laneFrom[needFrom[option]!]!; entry < laneFrom[needFrom[option + 1]!]!; entry++)
    refuse(s, entry, laneOf[entry]!)
}

/** Best place of a pinned job: the greatest gain as it weighs, then the earliest start. */
export const findPinned = (s: State, job: number, { randomStarts, gainWeight }: Looseness): Common | undefined => {
  const { model, random } = s
  let best: Common | undefined
  let bestCost = Number.POSITIVE_INFINITY
  // Now and then any option at any start: the earliest may be one that no companion reaches.
  const isAny = randomStarts && random.below(3) === 0
  for (let option = model.optionFrom[job]!; option < model.optionFrom[job + 1]!; option++) {
    if (model.promise[option]! <= 0) continue
    const [from, to] = startsOf(s, job, option)
    if (from > to || isRefused(s, job, option)) continue
    const turn = randomStarts ? random.below(1024) : 0
    let found: Common | undefined
    if (isAny) found = earliestCommon(s, option, from + random.below(to - from + 1), to, turn)
    found ??= earliestCommon(s, option, from, to, turn)
    if (!found) {
      refuseAll(s, option)
      continue
    }
    const cost = isAny ? random.unit() : found.start - gainWeight * model.gain[option]!
    if (cost < bestCost) {
      best = found
      bestCost = cost
    }
  }
  return best
}

export const placePinned = (s: State, job: number, { option, start, gaps }: Common): void =>
  insertPinned(
    s,
    job,
    option,
    start,
    gaps.map(({ lane }) => lane),
    gaps.map(({ position }) => position),
  )
