import { dayMs } from '../time.ts'

/** An order bumped so often stays where it is. */
export const mostBumps = 3
/** What is due sooner than so many days from now is not bumped. */
export const leastDays = 2

/** What is known of an order that might make way. */
export type Candidate = {
  readonly dueMs: number
  readonly score: number
  /** It follows another, or is followed: a pair is never torn apart. */
  readonly isBound: boolean
  /** Nothing automatic may move it: a person said so, or nobody knows any more what its type needs. */
  readonly byHand: boolean
  /** Its slot is locked hard. */
  readonly isLocked: boolean
  readonly isExecuting: boolean
  readonly startMs: number
  /** How often it made way before, in this assignment and in all others. */
  readonly timesBumped: number
}

/** Why an order does not make way for another. */
export type StaysBecause =
  | 'locked'
  | 'executing'
  | 'frozen'
  | 'by-hand'
  | 'companion'
  | 'due-no-later'
  | 'due-soon'
  | 'no-less-urgent'
  | 'bumped-often'

/** Why an order must not make way for a more urgent one; undefined where it may. */
export const staysBecause = (
  victim: Candidate,
  by: Pick<Candidate, 'dueMs' | 'score'>,
  { nowMs, freezeMs }: { readonly nowMs: number; readonly freezeMs: number },
): StaysBecause | undefined => {
  if (victim.isLocked) return 'locked'
  if (victim.isExecuting) return 'executing'
  if (victim.startMs < freezeMs) return 'frozen'
  if (victim.byHand) return 'by-hand'
  if (victim.isBound) return 'companion'
  if (victim.dueMs <= by.dueMs) return 'due-no-later'
  if (victim.dueMs - nowMs < leastDays * dayMs) return 'due-soon'
  if (victim.score <= by.score) return 'no-less-urgent'
  if (victim.timesBumped >= mostBumps) return 'bumped-often'
  return undefined
}
