import { actorName } from '#domain/audit/entry.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf } from '#domain/time.ts'
import type { Expected } from '../common/change-document.ts'
import { cannot, changeAndArm, type ScheduleAddress, type ScheduleWorld } from './change-and-arm.ts'
import { commonOf } from './common-of.ts'

/**
 * Brings an archived schedule back, paused: nothing fires before a person has looked at it and resumed it.
 * @throws Refusal `not_found`, `stale_version`, `invalid_state` (not archived)
 */
export const restoreSchedule = (
  input: ScheduleAddress & { readonly version: Expected },
  world: ScheduleWorld,
): Promise<Schedule> =>
  changeAndArm(
    {
      ...input,
      action: 'schedule.restored',
      change: (current) => {
        if (current.status !== 'archived') throw cannot(current, 'restored')
        const since = instantOf(world.clock.now())
        const note = 'Restored from the archive; resume it to let it fire.'
        return { ...commonOf(current), status: 'paused', stopped: { note, since, by: actorName(input.actor) } }
      },
    },
    world,
  )
