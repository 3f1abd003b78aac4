import type { Deadline } from '../common/deadline.ts'

/** Milliseconds since a moment of its own, never backwards. */
export type Stopwatch = () => number

/** The time that an answer may take, in milliseconds of a stopwatch. */
export type Allowance = {
  readonly stopwatch: Stopwatch
  /** By when its plan is found and tidied up. */
  readonly untilMs: number
  /** By when what is left out is told why. */
  readonly reasonsUntilMs: number
  /** Whether somebody wants what there is. */
  readonly isStopped: Deadline
}
