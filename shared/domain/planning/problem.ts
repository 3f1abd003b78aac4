/**
 * What a planner is asked: which jobs to do, in which way, on which lanes and when. All times are integers of one unit
 * that the caller chooses (seconds, say), at most 2^29 away from zero; all values are integers.
 */

/** A stretch of time from its first number up to its second. */
export type Opening = readonly [number, number]

/** One unit of capacity of an asset: at most one job at a time. */
export type Lane = {
  /** Sorted and disjoint; a job lies within one of them. */
  readonly openings: readonly Opening[]
  readonly asset: number
  /** Setup node before the first job, at the first opening; −1 for none. */
  readonly first: number
  /** Setup node that must be reached after the last job, before the last closing; −1 for none. */
  readonly last: number
}

/** What cannot move. Node −1: no changeover is known or needed. */
export type Fixed = { readonly lane: number; readonly start: number; readonly end: number; readonly node: number }

/** One way to do a job. The options of a job exclude each other. */
export type Option = {
  /** All of these at once, with one start: of each need any one lane, all of them different. */
  readonly needs: readonly (readonly number[])[]
  /** Earliest and latest START. */
  readonly open: number
  readonly close: number
  /** At least 1. */
  readonly duration: number
  /** Setup node (a class or a place); −1 for none. */
  readonly node: number
  /** Added to the value of the job when it is done this way; negative: a price. */
  readonly gain: number
}

export type Job = {
  readonly value: number
  readonly options: readonly Option[]
  /** Paid when the job is not done. */
  readonly dropCost: number
  /** Index of the job that this one accompanies: it is done only if that one is. */
  readonly after?: number
  /** Bounds of this job's start minus the end of the other; 0 and no bound where absent. */
  readonly afterMin?: number
  readonly afterMax?: number
}

/** Time between the end of one job and the start of the next one on a lane: never negative, of nodes from 0. */
export type Changeover = { readonly size: number; readonly times: Int32Array } | ((from: number, to: number) => number)

export type Problem = {
  readonly lanes: readonly Lane[]
  readonly fixed: readonly Fixed[]
  readonly jobs: readonly Job[]
  readonly changeover: Changeover
}

export type Placement = {
  readonly job: number
  readonly option: number
  /** One lane for each need of the option, in its order. */
  readonly lanes: readonly number[]
  readonly start: number
}

export type Solution = {
  readonly placements: readonly Placement[]
  /** Value and gain of what is done, less the drop cost of what is not. */
  readonly value: number
  readonly iterations: number
}
