import { notFound } from '#domain/errors.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import { ruleInEnglish } from '#domain/schedules/english.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { noStats, type Summary, summaryOf } from '#domain/schedules/statistics.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { wallAt } from '#domain/zone.ts'
import { closedFor } from '../calendars/closed-for.ts'
import type { World } from '../world.ts'
import { predictedTimes } from './predicted-times.ts'

export type ScheduleDetail = {
  readonly schedule: Schedule
  readonly text: string
  /** A prediction; empty while it is stopped. */
  readonly nextTimes: { utc: string; local: string }[]
  readonly statistics: Summary
}

const nextShown = 10

/** A schedule with what it means, what it will do and what it did. @throws Refusal `not_found` */
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
  const { rule, timeZone, startAt } = schedule
  const times = predictedTimes(schedule, world.clock.now() + 1, await closedFor(schedule, world)).take(nextShown)
  const localOf = (ms: number) => `${new Date(wallAt(timeZone, ms)).toISOString().slice(0, 19)} ${timeZone}`
  return {
    schedule,
    text: ruleInEnglish(rule, timeZone, msOf(startAt)),
    nextTimes: times.map(({ startMs }) => ({ utc: instantOf(startMs), local: localOf(startMs) })).toArray(),
    statistics: summaryOf(counted ?? noStats({ workspaceId, scheduleId: id })),
  }
}
