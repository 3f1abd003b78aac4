import { Refusal } from '#domain/errors.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { wallAt } from '#domain/schedules/zone.ts'
import { hours, type Instant, instantOf, msOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { closedForMany, predictedTimes } from './predicted-times.ts'

export type Upcoming = {
  items: { scheduleId: ScheduleId; name: string; utc: Instant; local: string; timeZone: string; priority: number }[]
  /** There are more in the window than were asked for. */
  truncated: boolean
}

const longestMs = hours(31 * 24)
const defaultMs = hours(24)

const activeSchedules = async (workspaceId: WorkspaceId, world: Pick<World, 'store'>): Promise<Schedule[]> => {
  const found: Schedule[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.list('schedule', workspaceId, { limit: 100, cursor })
    found.push(...page.items.filter((schedule) => schedule.status === 'active' || schedule.status === 'paused'))
    cursor = page.next
  } while (cursor !== undefined)
  return found
}

/**
 * What all schedules of a workspace are going to start between two moments, in order of time: a prediction. What a person
 * started, or will start, is not in it.
 * @throws Refusal `invalid` where the window is empty or longer than 31 days
 */
export const upcomingRuns = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly from?: string | undefined
    readonly to?: string | undefined
    readonly limit: number
  },
  world: Pick<World, 'store' | 'clock'>,
): Promise<Upcoming> => {
  const nowMs = world.clock.now()
  const fromMs = Math.max(nowMs, input.from === undefined ? nowMs : msOf(input.from))
  const toMs = input.to === undefined ? fromMs + defaultMs : msOf(input.to)
  if (toMs <= fromMs || toMs - fromMs > longestMs)
    throw new Refusal('invalid', 'The window must end after it starts, after now, and within 31 days.', {
      reasons: [{ code: 'bad-window', message: `from ${instantOf(fromMs)} to ${instantOf(toMs)}`, path: '/query/to' }],
    })
  const schedules = await activeSchedules(input.workspaceId, world)
  const closedOf = await closedForMany(input.workspaceId, schedules, world)
  const times = schedules.flatMap((schedule) => {
    const { id, name, timeZone, settings } = schedule
    const predicted: { ms: number; scheduleId: ScheduleId; name: string; timeZone: string; priority: number }[] = []
    for (const { dueMs, startMs: ms } of predictedTimes(schedule, fromMs, closedOf(schedule))) {
      if (dueMs > toMs) break
      predicted.push({ ms, scheduleId: id, name, timeZone, priority: settings.priority })
      // One more than is asked for tells that there are more.
      if (predicted.length > input.limit) break
    }
    return predicted
  })
  const ordered = times.sort((a, b) => a.ms - b.ms || (a.scheduleId < b.scheduleId ? -1 : 1))
  return {
    items: ordered.slice(0, input.limit).map(({ ms, ...of }) => ({
      ...of,
      utc: instantOf(ms),
      local: new Date(wallAt(of.timeZone, ms)).toISOString().slice(0, 19),
    })),
    truncated: ordered.length > input.limit,
  }
}
