import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { auditOf, system } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { commonOf } from '../schedules/common-of.ts'
import type { Change, World } from '../world.ts'
import { nextLookAt } from './arm-schedule.ts'

const actor = system('pause')

/**
 * A schedule whose pause has come to its end is active again. Its entry at EventBridge Scheduler stands since the pause began,
 * to fire from then on, so it needs no new one. Whoever meets it first does this: a firing, or the sweeper.
 */
export const resumeIfDue = async (
  schedule: Schedule,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Schedule> => {
  const until = schedule.status === 'paused' ? schedule.stopped.until : undefined
  if (until === undefined || msOf(until) > world.clock.now()) return schedule
  const { workspaceId, id } = schedule
  const after: Schedule = {
    ...commonOf(schedule),
    ...touched(actor, world),
    status: 'active',
    version: schedule.version + 1,
  }
  const arming = await world.store.get('arming', { workspaceId, scheduleId: id })
  const nextAt = nextLookAt(after, msOf(until) - 1)
  const changes: Change[] = [
    { type: 'put', kind: 'schedule', value: after, expect: schedule.version },
    auditOf(world, {
      workspaceId,
      subject: id,
      action: 'schedule.resumed',
      actor,
      before: schedule,
      after,
      note: `The pause ended at ${until}.`,
    }),
  ]
  if (arming) {
    const { nextAt: _next, ...rest } = arming
    const value = {
      ...rest,
      auditedUntil: instantOf(msOf(until) - 1),
      ...(nextAt !== undefined && { nextAt }),
      version: arming.version + 1,
    }
    changes.push({ type: 'put', kind: 'arming', value, expect: arming.version })
  }
  if ((await world.store.commit(changes)).committed) return after
  return (await world.store.get('schedule', { workspaceId, id })) ?? schedule
}
