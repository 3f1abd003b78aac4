import { never } from './model.ts'
import { advance } from './openings.ts'
import type { State } from './state.ts'

/** How places are chosen: what a unit of gain weighs against a unit of time, and how often one is overlooked. */
export type Taste = { gainWeight: number; blinkEvery: number }

/** Counts of feasible places up to the next one overlooked, one in `every` on average; 0 overlooks none. */
export const drawBlink = (s: State, every: number): number =>
  every === 0 ? never : 1 + Math.floor(Math.log(1 - s.random.unit()) / Math.log(1 - 1 / every))

/** Notes that an option does not fit on a lane; what was known of the lane at `begin` is kept for after `rollBack`. */
export const refuse = ({ refused, refusedToo, stamp, savedStamp }: State, entry: number, lane: number): void => {
  if (refused[entry] === savedStamp[lane]) refusedToo[entry] = stamp[lane]!
  else refused[entry] = stamp[lane]!
}

/** First position of a lane whose visit may begin at `time` or later. */
export const firstAfter = (s: State, lane: number, time: number): number => {
  const { sequence, latest } = s
  const from = s.model.base[lane]!
  let low = 1
  let high = s.length[lane]! - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (latest[sequence[from + middle]!]! < time) low = middle + 1
    else high = middle
  }
  return low
}

/** First position of a lane whose visit begins at `time` or later. */
export const firstFrom = (s: State, lane: number, time: number): number => {
  const { sequence, start } = s
  const from = s.model.base[lane]!
  let low = 1
  let high = s.length[lane]! - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (start[sequence[from + middle]!]! < time) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Looks for the cheapest feasible place of a floating job over all its options and lanes: the least time that
 * changeover, duration and waiting take, less what the gain weighs. Leaves it in `found…`; false if there is none.
 */
export const findPlace = (s: State, job: number, taste: Taste): boolean => {
  const { model, sequence, finish, latest, leave, enter, refused, refusedToo, stamp } = s
  const { size, table, far, laneOf, laneFrom, needFrom, base, split } = model
  let best = Number.POSITIVE_INFINITY
  s.foundOption = -1
  const lastOption = model.optionFrom[job + 1]!
  for (let option = model.optionFrom[job]!; option < lastOption; option++) {
    if (model.worth[option]! <= 0) continue
    const open = model.open[option]!
    const close = model.close[option]!
    const duration = model.duration[option]!
    const node = model.node[option]!
    const least = model.least[option]!
    const row = node * size
    const bias = duration - taste.gainWeight * model.gain[option]!
    const need = needFrom[option]!
    const lastEntry = laneFrom[need + 1]!
    for (let entry = laneFrom[need]!; entry < lastEntry; entry++) {
      const lane = laneOf[entry]!
      const now = stamp[lane]!
      const one = refused[entry]!
      const other = refusedToo[entry]!
      if (one === now || other === now) continue
      const from = base[lane]!
      let first = 1
      let end = from + s.length[lane]!
      const was = s.savedStamp[lane]!
      if (s.savedIn[lane] === s.trial && (one === was || other === was)) {
        first = s.looseFrom[lane]!
        end = from + s.looseTo[lane]! + 1
      }
      const isSplit = split[lane] === 1
      let fits = false
      let at = from + first
      const due = open + duration
      if (end - at > 12) {
        const soonest = from + firstAfter(s, lane, due)
        if (soonest > at) at = soonest
      } else while (at < end - 1 && latest[sequence[at]!]! < due) at++
      let before = sequence[at - 1]!
      for (; at < end; at++) {
        const after = sequence[at]!
        const free = finish[before]!
        if (free > close) break
        if (latest[after]! - free < least) {
          before = after
          continue
        }
        const there = size > 0 ? table[leave[before]! * size + node]! : far(leave[before]!, node)
        let start = free + there
        if (start < open) start = open
        if (isSplit) start = advance(model, lane, start, duration)
        if (start <= close) {
          const onward = size > 0 ? table[row + enter[after]!]! : far(node, enter[after]!)
          if (start + duration + onward <= latest[after]!) {
            fits = true
            const direct = size > 0 ? table[leave[before]! * size + enter[after]!]! : far(leave[before]!, enter[after]!)
            const cost = there + onward - direct + (start - free - there) + bias
            if (cost < best) {
              if (--s.blinks <= 0) s.blinks = drawBlink(s, taste.blinkEvery)
              else {
                best = cost
                s.foundOption = option
                s.foundLane = lane
                s.foundPosition = at - from
              }
            }
          }
        }
        before = after
      }
      if (!fits) refuse(s, entry, lane)
    }
  }
  s.foundCost = best
  return s.foundOption >= 0
}
