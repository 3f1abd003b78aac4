import { actorName } from '#domain/audit/entry.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf, msOf } from '#domain/time.ts'
import type { Expected } from '../common/change-document.ts'
import { cannot, changeAndArm, type ScheduleAddress, type ScheduleWorld } from './change-and-arm.ts'
import { commonOf } from './common-of.ts'
import { refuseTime } from './due-time.ts'

type Stop = ScheduleAddress & {
  readonly note: string
  readonly version: Expected
  /** It fires again by itself from this moment on. */
  readonly until?: string | undefined
}

const stop = (
  input: Stop,
  status: 'paused' | 'archived',
  from: readonly Schedule['status'][],
  world: ScheduleWorld,
): Promise<Schedule> =>
  changeAndArm(
    {
      ...input,
      action: `schedule.${status}`,
      change: (current) => {
        const until = current.status === 'paused' ? current.stopped.until : undefined
        if (current.status === status && until === input.until) return current
        if (!from.includes(current.status)) throw cannot(current, status)
        const nowMs = world.clock.now()
        const stopped = { note: input.note, since: instantOf(nowMs), by: actorName(input.actor) }
        if (input.until === undefined) return { ...commonOf(current), status, stopped }
        if (msOf(input.until) <= nowMs)
          throw refuseTime('in-the-past', `${input.until} has passed; it is ${instantOf(nowMs)} now.`, '/until')
        return { ...commonOf(current), status: 'paused', stopped: { ...stopped, until: input.until } }
      },
    },
    world,
  )

/**
 * Nothing of it starts until it is resumed, or until the given moment (I10). Pausing twice is success; with another moment it
 * moves the end of the pause.
 * @throws Refusal `not_found`, `stale_version`, `invalid_state` (not active)
 */
export const pauseSchedule = (input: Stop, world: ScheduleWorld): Promise<Schedule> =>
  stop(input, 'paused', ['active', 'paused'], world)

/** Soft delete. Archiving twice is success. @throws Refusal `not_found`, `stale_version` */
export const archiveSchedule = (input: Stop, world: ScheduleWorld): Promise<Schedule> =>
  stop(input, 'archived', ['active', 'paused', 'recovery', 'completed'], world)
