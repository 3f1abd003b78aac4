import { notFound } from '#domain/errors.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { noStats, type ScheduleStats } from '#domain/schedules/statistics.ts'
import { wallAt } from '#domain/schedules/zone.ts'
import { instantOf } from '#domain/time.ts'
import type { World } from '../world.ts'

export type ScheduleDetail = {
  readonly schedule: Schedule
  /** A prediction; empty unless it is active. */
  readonly nextTimes: { utc: string; local: string }[]
  readonly statistics: ScheduleStats
}

const nextShown = 5

/** A schedule with what it will do and what it did. @throws Refusal `not_found` */
export const getSchedule = async (
  input: { readonly workspaceId: WorkspaceId; readonly id: ScheduleId },
  world: Pick<World, 'store' | 'clock'>,
): Promise<ScheduleDetail> => {
  const { workspaceId, id } = input
  const [schedule, counted] = await Promise.all([
    world.store.get('schedule', { workspaceId, id }),
    world.store.get('scheduleStats', { workspaceId, scheduleId: id }),
  ])
  if (!schedule) throw notFound('schedule', id)
  const { status, rule, timeZone } = schedule
  const times = status === 'active' ? nextTimes(rule, world.clock.now(), windowOf(schedule), nextShown) : []
  const localOf = (ms: number) => `${new Date(wallAt(timeZone, ms)).toISOString().slice(0, 19)} ${timeZone}`
  return {
    schedule,
    nextTimes: times.map((ms) => ({ utc: instantOf(ms), local: localOf(ms) })),
    statistics: counted ?? noStats({ workspaceId, scheduleId: id }),
  }
}
