import { remove, settle } from './moves.ts'
import type { Neighbours } from './neighbours.ts'
import { firstFrom } from './places.ts'
import { crossing, type State } from './state.ts'

/** How much is ruined: jobs on average, and at most in one string. */
export type Strength = { readonly average: number; readonly longest: number }

const jobAt = (s: State, lane: number, position: number): number =>
  s.model.visitJob[s.sequence[s.model.base[lane]! + position]!]!

/** Takes `count` jobs around `position` out of a lane; a split string leaves some in its middle. */
const removeString = (s: State, lane: number, position: number, count: number): void => {
  const inner = s.length[lane]! - 2
  const { random } = s
  let kept = 0
  if (count > 1 && count < inner && random.below(2) === 0) {
    kept = 1
    while (count + kept < inner && random.below(100) < 50) kept++
  }
  const span = Math.min(inner, count + kept)
  const low = Math.max(1, position - span + 1)
  const high = Math.min(position, inner - span + 1)
  const from = low + random.below(high - low + 1)
  const keepFrom = kept > 0 ? from + random.below(span - kept + 1) : -1
  for (let at = from; at < from + span; at++) {
    if (at >= keepFrom && at < keepFrom + kept && keepFrom >= 0) continue
    const job = jobAt(s, lane, at)
    if (job >= 0) remove(s, job)
  }
}

/** Strings of neighbours, each out of another lane, near one random job (Christiaens and Vanden Berghe). */
export const ruinStrings = (
  s: State,
  { count, of }: Neighbours,
  { average, longest }: Strength,
  touched: Int32Array,
): void => {
  const { model, random } = s
  const done = model.jobs - s.leftCount
  if (done === 0) return
  const cap = Math.min(longest, Math.max(1, done / model.lanes) + 2)
  const strings = 1 + random.below(Math.max(1, Math.floor((4 * average) / (1 + cap))))
  const seed = random.below(model.jobs)
  let found = 0
  for (let index = -1; index < count && found < strings; index++) {
    const job = index < 0 ? seed : of[seed * count + index]!
    if (s.option[job]! < 0) continue
    const visit = model.visitFrom[job]!
    const lane = s.lane[visit]!
    let seen = false
    for (let before = 0; before < found; before++) if (touched[before] === lane) seen = true
    if (seen) continue
    touched[found++] = lane
    const most = Math.min(s.length[lane]! - 2, longest)
    removeString(s, lane, s.position[visit]!, 1 + random.below(most))
  }
  settle(s)
}

/** What begins in a stretch of time, on all lanes or on one, most of it. */
export const ruinSlab = (s: State, { average }: Strength, around: number): void => {
  const { model, random } = s
  const visit = model.visitFrom[around]!
  if (s.option[around]! < 0) return
  const time = s.start[visit]!
  const lanes = Math.min(model.lanes, 4)
  const width = 1 + random.below(Math.max(1, Math.ceil((2 * average) / lanes)))
  const shift = random.below(model.lanes)
  for (let index = 0; index < lanes; index++) {
    const lane = index === 0 ? s.lane[visit]! : (shift + index) % model.lanes
    const low = Math.max(1, firstFrom(s, lane, time) - random.below(width))
    for (let at = low; at < Math.min(low + width, s.length[lane]! - 1); at++) {
      const job = jobAt(s, lane, at)
      if (job >= 0 && random.below(8) > 0) remove(s, job)
    }
  }
  settle(s)
}

/** The jobs of one lane that earn least for the time they take, drawn with more chance the worse they are. */
export const ruinWorst = (s: State, { average }: Strength, lane: number, keys: Float64Array): void => {
  const { model, random } = s
  const from = model.base[lane]!
  let found = 0
  for (let at = 1; at < s.length[lane]! - 1 && found < keys.length; at++) {
    const visit = s.sequence[from + at]!
    const job = model.visitJob[visit]!
    if (job < 0) continue
    const before = s.sequence[from + at - 1]!
    const after = s.sequence[from + at + 1]!
    const taken = s.start[after]! - s.finish[before]! - crossing(model, s.leave[before]!, s.enter[after]!)
    const worth = Math.max(0, model.worth[s.option[job]!]!)
    const key = Math.round((worth / Math.max(1, taken)) * 1e6 * (0.4 + random.unit()))
    keys[found++] = Math.min(key, 2 ** 36) * 2 ** 16 + at
  }
  const sorted = keys.subarray(0, found).sort()
  const count = Math.min(found, 1 + random.below(Math.ceil(1.5 * average)))
  const doomed = Array.from({ length: count }, (_, index) => jobAt(s, lane, sorted[index]! % 2 ** 16))
  for (const job of doomed) remove(s, job)
  settle(s)
}

/** What stands where a job that is left out could go: one option, one of its lanes, a stretch around a random start. */
export const ruinBlockers = (s: State, job: number, { average }: Strength): void => {
  const { model, random } = s
  const first = model.optionFrom[job]!
  const options = model.optionFrom[job + 1]! - first
  if (options === 0) return
  const option = first + random.below(options)
  const time = model.open[option]! + random.below(model.close[option]! - model.open[option]! + 1)
  const end = time + model.duration[option]!
  for (let need = model.needFrom[option]!; need < model.needFrom[option + 1]!; need++) {
    const entries = model.laneFrom[need + 1]! - model.laneFrom[need]!
    if (entries === 0) return
    const lane = model.laneOf[model.laneFrom[need]! + random.below(entries)]!
    const from = model.base[lane]!
    let at = 1
    const last = s.length[lane]! - 1
    while (at < last && s.finish[s.sequence[from + at]!]! <= time) at++
    at = Math.max(1, at - random.below(Math.max(2, Math.ceil(average / 2))))
    const most = 1 + random.below(Math.ceil(average))
    for (let count = 0; at < last && (count < most || s.start[s.sequence[from + at]!]! < end); at++, count++) {
      const blocker = jobAt(s, lane, at)
      if (blocker >= 0) remove(s, blocker)
    }
  }
  settle(s)
}

export const ruinLane = (s: State, lane: number): void => {
  for (let at = 1; at < s.length[lane]! - 1; at++) {
    const job = jobAt(s, lane, at)
    if (job >= 0) remove(s, job)
  }
  settle(s)
}
