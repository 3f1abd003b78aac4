import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import { eventBridgeExpression } from '#domain/schedules/rule.ts'
import type { Arming, Schedule } from '#domain/schedules/schedule.ts'
import { msOf } from '#domain/time.ts'
import type { Change, TimetableEntry, World } from '../world.ts'

type ArmWorld = Pick<World, 'store' | 'timetable' | 'clock'>

/** What EventBridge Scheduler should hold for a schedule; nothing unless it is active. */
const entryOf = (schedule: Schedule | undefined, nowMs: number): TimetableEntry | undefined => {
  if (schedule?.status !== 'active') return undefined
  const startMs = msOf(schedule.startAt)
  return {
    scheduleId: schedule.id,
    workspaceId: schedule.workspaceId,
    expression: eventBridgeExpression(schedule.rule),
    timeZone: schedule.timeZone,
    ...(startMs > nowMs && schedule.rule.kind !== 'at' && { startAt: schedule.startAt }),
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
