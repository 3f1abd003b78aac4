import { Refusal } from '#domain/errors.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import { eventBridgeExpression } from '#domain/schedules/rule.ts'
import { type Arming, type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { type Instant, instantOf, msOf } from '#domain/time.ts'
import type { Change, TimetableEntry, World } from '../world.ts'

type ArmWorld = Pick<World, 'store' | 'timetable' | 'clock'>

/**
 * From when on EventBridge Scheduler may fire; a start in the past is refused by it. A rate counts from its start date, so it
 * gets its next time on its own rhythm, however often it is armed anew.
 */
const startOf = ({ rule, startAt }: Schedule, nowMs: number, nextMs: number): Instant | undefined => {
  if (rule.kind === 'at') return undefined
  if (rule.kind === 'rate') return instantOf(nextMs)
  return msOf(startAt) > nowMs ? startAt : undefined
}

/**
 * What EventBridge Scheduler should hold for a schedule: nothing unless it is active and something is left to fire. An `at`
 * that has just passed is still handed over, because the run may start within its misfire grace.
 */
const entryOf = (schedule: Schedule | undefined, nowMs: number): TimetableEntry | undefined => {
  if (schedule?.status !== 'active') return undefined
  const [nextMs = schedule.rule.kind === 'at' ? msOf(schedule.rule.at) : undefined] = nextTimes(
    schedule.rule,
    nowMs,
    windowOf(schedule),
    1,
  )
  if (nextMs === undefined) return undefined
  const startAt = startOf(schedule, nowMs, nextMs)
  return {
    scheduleId: schedule.id,
    workspaceId: schedule.workspaceId,
    expression: eventBridgeExpression(schedule.rule),
    timeZone: schedule.timeZone,
    ...(startAt !== undefined && { startAt }),
    ...(schedule.endAt !== undefined && schedule.rule.kind !== 'at' && { endAt: schedule.endAt }),
    generation: schedule.generation,
    maximumEventAgeSeconds: Math.min(86_400, Math.max(60, schedule.settings.startWithinSeconds)),
  }
}

/** Says, in the transaction that changes a schedule, that its entry has to follow. */
export const armingChange = (schedule: Pick<Schedule, 'workspaceId' | 'id'>, arming: Arming | undefined): Change => ({
  type: 'put',
  kind: 'arming',
  value: {
    workspaceId: schedule.workspaceId,
    scheduleId: schedule.id,
    state: 'pending',
    version: (arming?.version ?? 0) + 1,
  },
  expect: arming?.version ?? 'absent',
})

const tries = 6

/**
 * Makes the entry at EventBridge Scheduler follow the schedule, then marks it settled. If the schedule changed meanwhile, the
 * mark fails and all is done again, because another writer's call may have come before ours. Late or twice it does no harm;
 * if it fails, the sweeper finds the mark still pending.
 */
export const settleArming = async (
  workspaceId: WorkspaceId,
  scheduleId: ScheduleId,
  world: ArmWorld,
): Promise<boolean> => {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const arming = await world.store.get('arming', { workspaceId, scheduleId })
    if (!arming) return true
    const schedule = await world.store.get('schedule', { workspaceId, id: scheduleId })
    const entry = entryOf(schedule, world.clock.now())
    await (entry ? world.timetable.put(entry) : world.timetable.remove(scheduleId))
    const settled: Change = schedule
      ? {
          type: 'put',
          kind: 'arming',
          value: { ...arming, state: 'settled', version: arming.version + 1 },
          expect: arming.version,
        }
      : { type: 'remove', kind: 'arming', key: { workspaceId, scheduleId }, expect: arming.version }
    const committed = await world.store.commit([settled])
    if (committed.committed) return true
  }
  return false
}

/**
 * Settles after a person's change. Where EventBridge Scheduler does not answer now, the change stands all the same and is
 * told as done: its mark is pending, and the sweeper settles it within five minutes.
 */
export const settleSoon = async (schedule: Pick<Schedule, 'workspaceId' | 'id'>, world: ArmWorld): Promise<void> => {
  try {
    await settleArming(schedule.workspaceId, schedule.id, world)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}
