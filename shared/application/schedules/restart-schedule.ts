import { timesAfter } from '#domain/schedules/next-times.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import type { Expected } from '../common/change-document.ts'
import { clearedChanges } from '../recovery/cleared-changes.ts'
import type { Change, World } from '../world.ts'
import { cannot, changeAndArm, type ScheduleAddress, type ScheduleWorld } from './change-and-arm.ts'
import { commonOf } from './common-of.ts'

type Restart = ScheduleAddress & { readonly version: Expected; readonly note?: string | undefined }

/** A schedule that fires again from its next time on; with nothing left to fire it is completed. */
export const restarted = (current: Schedule, world: Pick<World, 'clock'>): Schedule => {
  const next = timesAfter(current.rule, world.clock.now(), windowOf(current)).next()
  return { ...commonOf(current), status: next.done ? 'completed' : 'active' }
}

/** The recoveries of a schedule are over with it; a claim in quarantine stays until somebody releases it. */
const clearingAll = async (
  { workspaceId, id, actor, note = '' }: Restart,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Change[]> => {
  const open = await world.store.openRecoveries(workspaceId, { limit: 100 })
  return open.items
    .filter(({ scheduleId }) => scheduleId === id)
    .flatMap((recovery) => (recovery.status === 'open' ? clearedChanges(recovery, { actor, note }, world).changes : []))
}

const restart = (
  input: Restart,
  from: 'paused' | 'recovery',
  done: 'resumed' | 'recovered',
  world: ScheduleWorld,
): Promise<Schedule> =>
  changeAndArm(
    {
      ...input,
      action: `schedule.${done}`,
      ...(from === 'recovery' && { more: () => clearingAll(input, world) }),
      change: (current) => {
        if (current.status === 'active') return current
        if (current.status !== from) throw cannot(current, done)
        return restarted(current, world)
      },
    },
    world,
  )

/**
 * Fires again from its next time on; what was missed is not made up. With nothing left to fire it is completed.
 * @throws Refusal `not_found`, `stale_version`, `invalid_state` (not paused)
 */
export const resumeSchedule = (input: Restart, world: ScheduleWorld): Promise<Schedule> =>
  restart(input, 'paused', 'resumed', world)

/** A person has looked: it may fire again. @throws Refusal `not_found`, `stale_version`, `invalid_state` (not in recovery) */
export const recoverSchedule = (input: Restart & { readonly note: string }, world: ScheduleWorld): Promise<Schedule> =>
  restart(input, 'recovery', 'recovered', world)
