import { actorName } from '#domain/audit/entry.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf } from '#domain/time.ts'
import type { Expected } from '../common/change-document.ts'
import { cannot, changeAndArm, type ScheduleAddress, type ScheduleWorld } from './change-and-arm.ts'
import { commonOf } from './common-of.ts'

type Stop = ScheduleAddress & { readonly note: string; readonly version: Expected }

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
        if (current.status === status) return current
        if (!from.includes(current.status)) throw cannot(current, status)
        const stopped = { note: input.note, since: instantOf(world.clock.now()), by: actorName(input.actor) }
        return { ...commonOf(current), status, stopped }
      },
    },
    world,
  )

/**
 * Nothing of it starts until it is resumed (I10). Pausing twice is success.
 * @throws Refusal `not_found`, `stale_version`, `invalid_state` (not active)
 */
export const pauseSchedule = (input: Stop, world: ScheduleWorld): Promise<Schedule> =>
  stop(input, 'paused', ['active'], world)

/** Soft delete. Archiving twice is success. @throws Refusal `not_found`, `stale_version` */
export const archiveSchedule = (input: Stop, world: ScheduleWorld): Promise<Schedule> =>
  stop(input, 'archived', ['active', 'paused', 'recovery', 'completed'], world)
