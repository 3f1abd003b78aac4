import type { Closed } from '#domain/calendars/calendar.ts'
import { jitterOf } from '#domain/schedules/jitter.ts'
import { timesAfter } from '#domain/schedules/next-times.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { msOf } from '#domain/time.ts'

/** A time of a schedule: when it is due, and when its run is going to start. Milliseconds since the epoch. */
export type Predicted = { readonly dueMs: number; readonly startMs: number }

/** When a schedule is going to start runs, from a moment on (included), in order of their times; nothing while it is stopped. */
export function* predictedTimes(schedule: Schedule, fromMs: number, closed: Closed): Generator<Predicted> {
  const until = schedule.status === 'paused' ? schedule.stopped.until : undefined
  if (schedule.status !== 'active' && until === undefined) return
  const begin = Math.max(fromMs, until === undefined ? fromMs : msOf(until))
  for (const dueMs of timesAfter(schedule.rule, begin - 1, windowOf(schedule, closed)))
    yield { dueMs, startMs: dueMs + jitterOf(schedule, dueMs) }
}
