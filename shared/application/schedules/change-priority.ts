import type { Schedule } from '#domain/schedules/schedule.ts'
import type { Expected } from '../common/change-document.ts'
import { cannot, changeAndArm, type ScheduleAddress, type ScheduleWorld } from './change-and-arm.ts'

/** @param priority 1 to 5, 5 is most urgent; for runs that are opened from now on. @throws as changeSchedule */
export const changePriority = (
  input: ScheduleAddress & {
    readonly version: Expected
    readonly priority: number
    readonly note?: string | undefined
  },
  world: ScheduleWorld,
): Promise<Schedule> =>
  changeAndArm(
    {
      ...input,
      action: 'schedule.priority-changed',
      change: (current) => {
        if (current.status === 'archived') throw cannot(current, 'given another priority')
        if (current.settings.priority === input.priority) return current
        return { ...current, settings: { ...current.settings, priority: input.priority } }
      },
    },
    world,
  )
