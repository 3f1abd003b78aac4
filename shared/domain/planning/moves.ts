import { never } from './model.ts'
import { advance, retreat } from './openings.ts'
import { crossing, markDone, markLeft, type State, shape } from './state.ts'
import { save } from './trial.ts'

/** Takes a job and its companions out. The lanes are wrong until `settle`. */
export const remove = (s: State, job: number): void => {
  const { model } = s
  const option = s.option[job]!
  if (option < 0) return
  const first = model.visitFrom[job]!
  const last = first + model.needFrom[option + 1]! - model.needFrom[option]!
  for (let visit = first; visit < last; visit++) {
    const lane = s.lane[visit]!
    save(s, lane)
    if (s.isDirty[lane] === 0) {
      s.isDirty[lane] = 1
      s.dirty[s.dirtyCount++] = lane
    }
    s.lane[visit] = -1
  }
  s.value -= model.worth[option]!
  if (s.removedCount < s.removed.length) s.removed[s.removedCount++] = job
  markLeft(s, job)
  if (model.pinned[job] === 1) for (const child of model.children[job]!) remove(s, child)
}

const backward = (s: State, lane: number, position: number, whole: boolean): void => {
  const { model, sequence, latest, close, duration, enter, leave } = s
  const { visitJob } = model
  const from = model.base[lane]!
  const split = model.split[lane] === 1
  let next = sequence[from + position + 1]!
  for (let at = position; at > 0; at--) {
    const visit = sequence[from + at]!
    if (visitJob[visit]! >= 0) {
      let time = latest[next]! - crossing(model, leave[visit]!, enter[next]!) - duration[visit]!
      if (time > close[visit]!) time = close[visit]!
      if (split) time = retreat(model, lane, time, duration[visit]!)
      if (!whole && time === latest[visit]) return
      latest[visit] = time
    } else if (!whole) return
    next = visit
  }
}

/** Closes up a lane that lost visits. A changeover may be longer than the way round: then more is taken out. */
const settleLane = (s: State, lane: number): void => {
  const { model, sequence, start, finish, close, open, duration, enter, leave } = s
  const { visitJob } = model
  const from = model.base[lane]!
  const split = model.split[lane] === 1
  const length = s.length[lane]!
  let kept = 1
  let before = sequence[from]!
  for (let at = 1; at < length; at++) {
    const visit = sequence[from + at]!
    if (s.lane[visit] !== lane) continue
    const job = visitJob[visit]!
    let time = finish[before]! + crossing(model, leave[before]!, enter[visit]!)
    if (job >= 0) {
      if (time < open[visit]!) time = open[visit]!
      if (split) time = advance(model, lane, time, duration[visit]!)
      if (time > close[visit]!) {
        remove(s, job)
        continue
      }
      start[visit] = time
      finish[visit] = time + duration[visit]!
    } else if (time > start[visit]! && visitJob[before]! >= 0) {
      remove(s, visitJob[before]!)
      before = sequence[from + --kept - 1]!
      at--
      continue
    }
    sequence[from + kept] = visit
    s.position[visit] = kept++
    before = visit
  }
  s.length[lane] = kept
  s.stamp[lane] = ++s.clock
  let crossed = 0
  for (let at = from + 1; at < from + kept; at++)
    crossed += crossing(model, leave[sequence[at - 1]!]!, enter[sequence[at]!]!)
  s.crossing += crossed - s.crossed[lane]!
  s.crossed[lane] = crossed
  backward(s, lane, kept - 2, true)
  if (s.savedIn[lane] === s.trial) findLoose(s, lane)
}

/** Which gaps of a lane are not as they were at `begin`: all in front of them and behind them are. */
const findLoose = (s: State, lane: number): void => {
  const { sequence, savedSequence, start, savedStart, latest, savedLatest } = s
  const from = s.model.base[lane]!
  const length = s.length[lane]!
  const shift = s.savedLength[lane]! - length
  let low = 1
  for (; low < length; low++) {
    const visit = sequence[from + low]!
    if (visit !== savedSequence[from + low] || latest[visit] !== savedLatest[from + low]) break
  }
  let high = length - 1
  for (; high > 0; high--) {
    const visit = sequence[from + high - 1]!
    if (visit !== savedSequence[from + high - 1 + shift] || start[visit] !== savedStart[from + high - 1 + shift]) break
  }
  s.looseFrom[lane] = low
  s.looseTo[lane] = high
}

/** Makes the lanes right again that `remove` left wrong. */
export const settle = (s: State): void => {
  while (s.dirtyCount > 0) {
    const lane = s.dirty[s.dirtyCount - 1]!
    const left = s.leftCount
    settleLane(s, lane)
    // Companions of what had to go may lie on this lane, too.
    if (s.leftCount > left) continue
    s.isDirty[lane] = 0
    const index = s.dirty.indexOf(lane)
    s.dirty[index] = s.dirty[--s.dirtyCount]!
  }
}

const insertVisit = (s: State, visit: number, lane: number, position: number): void => {
  const { model, sequence, start, finish, open, duration, enter, leave } = s
  const { visitJob } = model
  save(s, lane)
  const from = model.base[lane]!
  const length = s.length[lane]! + 1
  const split = model.split[lane] === 1
  s.length[lane] = length
  if (position < s.looseFrom[lane]!) s.looseFrom[lane]!++
  if (position <= s.looseTo[lane]!) s.looseTo[lane]!++
  for (let at = length - 1; at > position; at--) {
    const moved = sequence[from + at - 1]!
    sequence[from + at] = moved
    s.position[moved] = at
  }
  sequence[from + position] = visit
  s.position[visit] = position
  s.lane[visit] = lane
  let before = sequence[from + position - 1]!
  const after = sequence[from + position + 1]!
  const added =
    crossing(model, leave[before]!, enter[visit]!) +
    crossing(model, leave[visit]!, enter[after]!) -
    crossing(model, leave[before]!, enter[after]!)
  s.crossed[lane]! += added
  s.crossing += added
  start[visit] = -never
  for (let at = position; at < length - 1; at++) {
    const here = sequence[from + at]!
    if (visitJob[here]! < 0) break
    let time = finish[before]! + crossing(model, leave[before]!, enter[here]!)
    if (time < open[here]!) time = open[here]!
    if (split) time = advance(model, lane, time, duration[here]!)
    if (time === start[here]) break
    start[here] = time
    finish[here] = time + duration[here]!
    before = here
  }
  s.latest[visit] = -never
  backward(s, lane, position, false)
}

/** Does a floating job: in front of what is at `position` of the lane now. The place must be feasible. */
export const insert = (s: State, job: number, option: number, lane: number, position: number): void => {
  shape(s, job, option, 0)
  markDone(s, job, option)
  s.value += s.model.worth[option]!
  insertVisit(s, s.model.visitFrom[job]!, lane, position)
}

/** Does a pinned job at `start`, on one lane for each need, in front of what is at the position given for each. */
export const insertPinned = (
  s: State,
  job: number,
  option: number,
  start: number,
  lanes: ArrayLike<number>,
  positions: ArrayLike<number>,
): void => {
  shape(s, job, option, start)
  markDone(s, job, option)
  s.value += s.model.worth[option]!
  const first = s.model.visitFrom[job]!
  const count = s.model.needFrom[option + 1]! - s.model.needFrom[option]!
  for (let need = 0; need < count; need++) insertVisit(s, first + need, lanes[need]!, positions[need]!)
}
