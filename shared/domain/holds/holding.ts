import type { ConflictId, ReservationId, ScheduleId, WorkspaceId } from '../ids.ts'
import type { Instant } from '../time.ts'

/**
 * What is held ahead for a schedule. Kept beside it, so that background work never makes a version stale that a person has
 * read (I12).
 */
export type Holding = {
  readonly workspaceId: WorkspaceId
  readonly scheduleId: ScheduleId
  /** Times that something is held for, or that could not be held. */
  readonly times: readonly {
    readonly at: Instant
    readonly reservationId: ReservationId
    /** Where it could not be held. */
    readonly conflictId?: ConflictId
  }[]
  /** What was asked for: when a protocol asks for something else, all is held anew. */
  readonly asked: string
  /** When to look again. */
  readonly dueAt: Instant
  readonly version: number
}

/** Times that are held ahead at most; a rule that fires every minute is held for its next fifty. */
export const mostHolds = 50

/** How far ahead a schedule holds its assets, in days, where it does not say. */
export const defaultHoldAheadDays = 7
