import type { Closed } from '#domain/calendars/calendar.ts'
import { Refusal } from '#domain/errors.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import type { Arming, Schedule } from '#domain/schedules/schedule.ts'
import { hours, type Instant, instantOf, msOf } from '#domain/time.ts'
import { wallAt } from '#domain/zone.ts'
import { closedForMany } from '../calendars/closed-for.ts'
import type { World } from '../world.ts'
import { predictedTimes } from './predicted-times.ts'

export type Upcoming = {
  items: { scheduleId: ScheduleId; name: string; utc: Instant; local: string; timeZone: string; priority: number }[]
  /** There are more in the window than were asked for. */
  truncated: boolean
}

const longestMs = hours(31 * 24)
const defaultMs = hours(24)

type Coming = { ms: number; scheduleId: ScheduleId; name: string; timeZone: string; priority: number }

/** When one schedule is going to start runs between two moments, as many times as are asked for at most. */
const comingOf = (schedule: Schedule, closed: Closed, fromMs: number, toMs: number, most: number): Coming[] => {
  const { id, name, timeZone, settings } = schedule
  const coming: Coming[] = []
  for (const { dueMs, startMs: ms } of predictedTimes(schedule, fromMs, closed)) {
    if (dueMs > toMs) break
    coming.push({ ms, scheduleId: id, name, timeZone, priority: settings.priority })
    if (coming.length === most) break
  }
  return coming
}

const inOrder = (a: Coming, b: Coming): number => a.ms - b.ms || (a.scheduleId < b.scheduleId ? -1 : 1)

/**
 * The first times of a window over all schedules. Schedules are read in the order of their next time, so reading stops at the
 * first whose next time lies after everything that is wanted, however many schedules there are.
 */
const firstComing = async (
  workspaceId: WorkspaceId,
  fromMs: number,
  toMs: number,
  most: number,
  world: Pick<World, 'store'>,
): Promise<Coming[]> => {
  let found: Coming[] = []
  const take = async (armings: readonly Arming[]): Promise<void> => {
    const keys = armings.map(({ scheduleId }) => ({ workspaceId, id: scheduleId }))
    const schedules = (await world.store.getMany('schedule', keys)).flatMap((schedule) => schedule ?? [])
    const closedOf = await closedForMany(workspaceId, schedules, world)
    const coming = schedules.flatMap((schedule) => comingOf(schedule, closedOf(schedule), fromMs, toMs, most))
    found = [...found, ...coming].sort(inOrder).slice(0, most)
  }
  // What is not settled yet has no place in that order.
  await take((await world.store.unsettledArmings(workspaceId, { limit: 100 })).items)
  let cursor: string | undefined
  do {
    const page = await world.store.nextArmings(workspaceId, { limit: 100, cursor }, { to: `${instantOf(toMs)}#~` })
    await take(page.items)
    const last = found.length === most ? found.at(-1) : undefined
    const next = page.items.at(-1)?.nextAt
    if (last && next !== undefined && msOf(next) > last.ms) break
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
  // One more than is asked for tells that there are more.
  const found = await firstComing(input.workspaceId, fromMs, toMs, input.limit + 1, world)
  return {
    items: found.slice(0, input.limit).map(({ ms, ...of }) => ({
      ...of,
      utc: instantOf(ms),
      local: new Date(wallAt(of.timeZone, ms)).toISOString().slice(0, 19),
    })),
    truncated: found.length > input.limit,
  }
}
