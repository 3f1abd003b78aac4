import { type Closed, closedBy, nothingClosed } from '#domain/calendars/calendar.ts'
import type { CalendarId, WorkspaceId } from '#domain/ids.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import type { World } from '../world.ts'

/** What the calendars that a schedule names take out of its times. A calendar that is gone takes out nothing. */
export const closedFor = async (
  schedule: Pick<Schedule, 'workspaceId' | 'calendars'> | undefined,
  world: Pick<World, 'store'>,
): Promise<Closed> => {
  const { workspaceId, calendars = [] } = schedule ?? {}
  if (workspaceId === undefined || calendars.length === 0) return nothingClosed
  const found = await world.store.getMany(
    'calendar',
    calendars.map((id) => ({ workspaceId, id })),
  )
  return closedBy(found.flatMap((calendar) => (calendar?.status === 'active' ? [calendar] : [])))
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
