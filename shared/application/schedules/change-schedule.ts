import type { Schedule } from '#domain/schedules/schedule.ts'
import type { Expected } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import { cannot, changeAndArm, type ScheduleAddress, type ScheduleWorld } from './change-and-arm.ts'
import { checkParameters } from './check-parameters.ts'
import { checkRule } from './check-rule.ts'
import { commonOf } from './common-of.ts'

type Changeable = Pick<
  Schedule,
  | 'name'
  | 'parameters'
  | 'rule'
  | 'timeZone'
  | 'startAt'
  | 'endAt'
  | 'exclusions'
  | 'skips'
  | 'overlap'
  | 'settings'
  | 'tags'
>
export type SchedulePatch = Patch<Changeable>

const timing = ['rule', 'timeZone', 'startAt', 'endAt', 'exclusions'] as const

/** @throws Refusal `not_found`, `stale_version`, `invalid` with all reasons, `invalid_state` (archived) */
export const changeSchedule = (
  input: ScheduleAddress & { readonly version: Expected; readonly patch: SchedulePatch },
  world: ScheduleWorld,
): Promise<Schedule> => {
  const { patch } = input
  return changeAndArm(
    {
      ...input,
      action: 'schedule.changed',
      change: async (current) => {
        if (current.status === 'archived') throw cannot(current, 'changed')
        const after = applied<Schedule>(current, patch as Patch<Schedule>)
        if (after === current) return current
        if (patch.parameters) await checkParameters(after, world)
        if (timing.every((field) => patch[field] === undefined)) return after
        const { rule } = checkRule(after, world.clock.now())
        if (after.status === 'completed') return { ...commonOf(after), rule, status: 'active' }
        return { ...after, rule }
      },
    },
    world,
  )
}
