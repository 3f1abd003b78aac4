import { type Closed, closedBy, nothingClosed } from '#domain/calendars/calendar.ts'
import type { CalendarId, WorkspaceId } from '#domain/ids.ts'
import { jitterOf } from '#domain/schedules/jitter.ts'
import { timesAfter } from '#domain/schedules/next-times.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { msOf } from '#domain/time.ts'
import type { World } from '../world.ts'

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

/** What calendars close, for many schedules of a workspace with one reading of each calendar. */
export const closedForMany = async (
  workspaceId: WorkspaceId,
  schedules: readonly Schedule[],
  world: Pick<World, 'store'>,
): Promise<(schedule: Schedule) => Closed> => {
  const ids = [...new Set(schedules.flatMap(({ calendars = [] }) => calendars))].slice(0, 100)
  if (ids.length === 0) return () => nothingClosed
  const found = await world.store.getMany(
    'calendar',
    ids.map((id) => ({ workspaceId, id })),
  )
  const byId = new Map(found.flatMap((calendar) => (calendar?.status === 'active' ? [[calendar.id, calendar]] : [])))
  return ({ calendars = [] }) => closedBy(calendars.flatMap((id: CalendarId) => byId.get(id) ?? []))
}
