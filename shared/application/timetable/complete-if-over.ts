import { isOfRule } from '#domain/runs/run.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf, system } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { commonOf } from '../schedules/common-of.ts'
import type { World } from '../world.ts'
import { armingChange, settleSoon } from './arm-schedule.ts'

const actor = system('audit')

/**
 * A schedule whose last time has passed, and whose runs have ended, is completed. While one of them is live it has to stay
 * active, because nothing of a completed schedule starts. @returns whether it is completed now
 */
export const completeIfOver = async (
  schedule: Schedule,
  world: Pick<World, 'store' | 'clock' | 'ids' | 'timetable'>,
): Promise<boolean> => {
  const { workspaceId, id } = schedule
  if (schedule.status !== 'active') return false
  const live = await world.store.liveRunsOfSchedule(workspaceId, id)
  const arming = await world.store.get('arming', { workspaceId, scheduleId: id })
  if (!arming) return false
  if (live.some(({ trigger }) => isOfRule(trigger))) {
    // Look again at the next sweep.
    const nextAt = instantOf(world.clock.now())
    await world.store.commit([
      {
        type: 'put',
        kind: 'arming',
        value: { ...arming, nextAt, version: arming.version + 1 },
        expect: arming.version,
      },
    ])
    return false
  }
  const after: Schedule = {
    ...commonOf(schedule),
    ...touched(actor, world),
    status: 'completed',
    version: schedule.version + 1,
  }
  const committed = await world.store.commit([
    { type: 'put', kind: 'schedule', value: after, expect: schedule.version },
    auditOf(world, {
      workspaceId,
      subject: id,
      action: 'schedule.completed',
      actor,
      before: schedule,
      after,
      note: 'Its last time has passed.',
    }),
    armingChange(after, arming),
  ])
  if (committed.committed) await settleSoon(after, world)
  return committed.committed
}
