import { remove, settle } from './moves.ts'
import { advance } from './openings.ts'
import type { Placement } from './problem.ts'
import { markDone, type State, shape } from './state.ts'

const isPossible = (s: State, { job, option, lanes, start }: Placement): boolean => {
  const { model } = s
  const chosen = model.optionFrom[job]! + option
  if (!(chosen < model.optionFrom[job + 1]!) || s.option[job]! >= 0) return false
  const first = model.needFrom[chosen]!
  return (
    lanes.length > 0 &&
    lanes.length === model.needFrom[chosen + 1]! - first &&
    new Set(lanes).size === lanes.length &&
    start >= model.open[chosen]! &&
    start <= model.close[chosen]! &&
    lanes.every(
      (lane, need) =>
        model.laneOf.subarray(model.laneFrom[first + need]!, model.laneFrom[first + need + 1]!).includes(lane) &&
        advance(model, lane, start, model.duration[chosen]!) === start,
    )
  )
}

/**
 * Takes a plan over into an empty state. A feasible one stays as it is, but that jobs with one need begin as early as
 * their neighbours let them; of another one, what does not fit is left out.
 */
export const load = (s: State, placements: readonly Placement[]): void => {
  const { model } = s
  const arriving = Array.from({ length: model.lanes }, (): { visit: number; start: number }[] => [])
  for (const placement of placements) {
    if (!isPossible(s, placement)) continue
    const { job, lanes, start } = placement
    const option = model.optionFrom[job]! + placement.option
    shape(s, job, option, start)
    markDone(s, job, option)
    s.value += model.worth[option]!
    lanes.forEach((lane, need) => {
      const visit = model.visitFrom[job]! + need
      s.lane[visit] = lane
      arriving[lane]!.push({ visit, start })
    })
  }
  arriving.forEach((ofLane, lane) => {
    if (ofLane.length === 0) return
    const from = model.base[lane]!
    const inner = Array.from(s.sequence.subarray(from + 1, from + s.length[lane]! - 1))
    const last = s.sequence[from + s.length[lane]! - 1]!
    const all = [...inner.map((visit) => ({ visit, start: s.start[visit]! })), ...ofLane]
    all.sort((a, b) => a.start - b.start)
    all.forEach(({ visit }, index) => {
      s.sequence[from + 1 + index] = visit
    })
    s.sequence[from + 1 + all.length] = last
    s.length[lane] = all.length + 2
    s.isDirty[lane] = 1
    s.dirty[s.dirtyCount++] = lane
  })
  settle(s)
  for (let job = 0; job < model.jobs; job++) {
    const parent = model.parent[job]!
    if (parent < 0 || s.option[job]! < 0) continue
    const lag = s.start[model.visitFrom[job]!]! - s.finish[model.visitFrom[parent]!]!
    if (s.option[parent]! < 0 || lag < model.afterMin[job]! || lag > model.afterMax[job]!) remove(s, job)
  }
  settle(s)
}
