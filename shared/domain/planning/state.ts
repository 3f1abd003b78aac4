import { type Model, never } from './model.ts'
import type { Placement } from './problem.ts'
import type { Random } from './random.ts'

/**
 * A plan under work, always feasible between two moves. Along a lane every visit knows its earliest start
 * and its latest one, both with the sequence as it is; the plan that is read off has everything at its earliest.
 */
export type State = {
  readonly model: Model
  readonly random: Random
  // by visit
  readonly lane: Int32Array
  readonly position: Int32Array
  readonly open: Int32Array
  readonly close: Int32Array
  readonly duration: Int32Array
  readonly enter: Int32Array
  readonly leave: Int32Array
  readonly start: Int32Array
  readonly finish: Int32Array
  readonly latest: Int32Array
  // by job: the option it is done by, or −1; its place in the list of those left out, or −1
  readonly option: Int32Array
  readonly leftAt: Int32Array
  readonly left: Int32Array
  leftCount: number
  // by lane: visits in order from `model.base`, how many, and a number that is new whenever something went away
  readonly sequence: Int32Array
  readonly length: Int32Array
  readonly stamp: Int32Array
  clock: number
  /** By lane: time spent on changeover. */
  readonly crossed: Int32Array
  /** By lane of a need: two stamps of that lane with which the option was found not to fit. */
  readonly refused: Int32Array
  readonly refusedToo: Int32Array
  /** By lane: positions between which, since `begin`, something became looser; what did not fit may fit there only. */
  readonly looseFrom: Int32Array
  readonly looseTo: Int32Array
  /** Sum of `model.worth` of what is done. */
  value: number
  /** Sum of `crossed`: the time that all lanes spend on changeover. */
  crossing: number
  // the copy of lanes as they were at `begin` of `trial.ts`
  trial: number
  readonly savedIn: Int32Array
  readonly saved: Int32Array
  savedCount: number
  readonly savedSequence: Int32Array
  readonly savedLength: Int32Array
  readonly savedStart: Int32Array
  readonly savedLatest: Int32Array
  readonly savedOption: Int32Array
  readonly savedStamp: Int32Array
  readonly savedCrossed: Int32Array
  savedCrossing: number
  savedValue: number
  // lanes that lost visits and are to be settled; jobs removed since `begin`
  readonly dirty: Int32Array
  readonly isDirty: Uint8Array
  dirtyCount: number
  readonly removed: Int32Array
  removedCount: number
  // the place found last; `blinks` counts down to the next feasible place that is overlooked
  foundOption: number
  foundLane: number
  foundPosition: number
  foundCost: number
  blinks: number
}

export const createState = (model: Model, random: Random): State => {
  const { jobs, lanes, visits, base, standing } = model
  const ints = (length: number, value = 0): Int32Array => new Int32Array(length).fill(value)
  const places = base[lanes]!
  const state: State = {
    model,
    random,
    lane: ints(visits, -1),
    position: ints(visits),
    open: ints(visits),
    close: ints(visits),
    duration: ints(visits),
    enter: ints(visits),
    leave: ints(visits),
    start: ints(visits),
    finish: ints(visits),
    latest: ints(visits),
    option: ints(jobs, -1),
    leftAt: Int32Array.from({ length: jobs }, (_, job) => job),
    left: Int32Array.from({ length: jobs }, (_, job) => job),
    leftCount: jobs,
    sequence: ints(places),
    length: ints(lanes),
    stamp: Int32Array.from({ length: lanes }, (_, lane) => lane + 1),
    crossed: ints(lanes),
    clock: lanes + 1,
    refused: ints(model.laneOf.length),
    refusedToo: ints(model.laneOf.length),
    looseFrom: ints(lanes),
    looseTo: ints(lanes),
    value: 0,
    crossing: 0,
    trial: 0,
    savedIn: ints(lanes),
    saved: ints(lanes),
    savedCount: 0,
    savedSequence: ints(places),
    savedLength: ints(lanes),
    savedStart: ints(places),
    savedLatest: ints(places),
    savedOption: ints(places),
    savedStamp: ints(lanes, -1),
    savedCrossed: ints(lanes),
    savedCrossing: 0,
    savedValue: 0,
    dirty: ints(lanes),
    isDirty: new Uint8Array(lanes),
    dirtyCount: 0,
    removed: ints(jobs),
    removedCount: 0,
    foundOption: -1,
    foundLane: -1,
    foundPosition: -1,
    foundCost: 0,
    blinks: never,
  }
  let visit = model.visitFrom[jobs]!
  standing.forEach((ofLane, lane) => {
    ofLane.forEach(({ start, end, enter, leave }, position) => {
      state.lane[visit] = lane
      state.position[visit] = position
      state.duration[visit] = end - start
      state.start[visit] = start
      state.finish[visit] = end
      state.latest[visit] = start
      state.enter[visit] = enter
      state.leave[visit] = leave
      state.sequence[base[lane]! + position] = visit
      visit++
    })
    state.length[lane] = ofLane.length
  })
  return state
}

/** Time between the end of one and the start of the next, by node. */
export const crossing = ({ size, table, far }: Model, from: number, to: number): number =>
  size > 0 ? table[from * size + to]! : far(from, to)

/** Gives the visits of a job the numbers of an option; a pinned one gets `start` as its only start. */
export const shape = (s: State, job: number, option: number, start: number): void => {
  const { model } = s
  const pinned = model.pinned[job] === 1
  const count = model.needFrom[option + 1]! - model.needFrom[option]!
  const node = model.node[option]!
  for (let visit = model.visitFrom[job]!; visit < model.visitFrom[job]! + count; visit++) {
    s.open[visit] = pinned ? start : model.open[option]!
    s.close[visit] = pinned ? start : model.close[option]!
    s.duration[visit] = model.duration[option]!
    s.enter[visit] = node
    s.leave[visit] = node
  }
}

export const markDone = (s: State, job: number, option: number): void => {
  const at = s.leftAt[job]!
  if (at >= 0) {
    const last = s.left[--s.leftCount]!
    s.left[at] = last
    s.leftAt[last] = at
    s.leftAt[job] = -1
  }
  s.option[job] = option
}

export const markLeft = (s: State, job: number): void => {
  if (s.leftAt[job]! < 0) {
    s.leftAt[job] = s.leftCount
    s.left[s.leftCount++] = job
  }
  s.option[job] = -1
}

/** The plan as it is, everything at its earliest start. */
export const placementsOf = (s: State): Placement[] => {
  const { model } = s
  const placements: Placement[] = []
  for (let job = 0; job < model.jobs; job++) {
    const option = s.option[job]!
    if (option < 0) continue
    const visit = model.visitFrom[job]!
    const count = model.needFrom[option + 1]! - model.needFrom[option]!
    placements.push({
      job,
      option: option - model.optionFrom[job]!,
      lanes: Array.from(s.lane.subarray(visit, visit + count)),
      start: s.start[visit]!,
    })
  }
  return placements
}

export const planValue = (s: State): number => s.value - s.model.penalty
