import { timesAfter } from '#domain/schedules/next-times.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import type { Expected } from '../common/change-document.ts'
import { cannot, changeAndArm, type ScheduleAddress, type ScheduleWorld } from './change-and-arm.ts'
import { commonOf } from './common-of.ts'

type Restart = ScheduleAddress & { readonly version: Expected; readonly note?: string | undefined }

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
      change: (current) => {
        if (current.status === 'active') return current
        if (current.status !== from) throw cannot(current, done)
        const next = timesAfter(current.rule, world.clock.now(), windowOf(current)).next()
        return { ...commonOf(current), status: next.done ? 'completed' : 'active' }
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
