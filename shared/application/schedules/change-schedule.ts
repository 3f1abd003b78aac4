import { changesBetween } from '#domain/audit/entry.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import type { Expected } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import type { Change, World } from '../world.ts'
import { cannot, changeAndArm, type ScheduleAddress, type ScheduleWorld } from './change-and-arm.ts'
import { checkParameters } from './check-parameters.ts'
import { checkTiming } from './check-schedule.ts'
import { commonOf } from './common-of.ts'
import { checkName, nameTaken } from './create-schedule.ts'
import type { ScheduleFields } from './schedule-fields.ts'

type Changeable = ScheduleFields & Pick<Schedule, 'skips' | 'moves'>
export type SchedulePatch = Patch<Changeable>

const timing = ['rule', 'timeZone', 'startAt', 'endAt', 'exclusions', 'calendars', 'jitterSeconds'] as const

/** An external name goes with its schedule: the old one is free again, the new one is taken. */
const nameChanges = async (before: Schedule, after: Schedule, world: Pick<World, 'store'>): Promise<Change[]> => {
  if (before.externalName === after.externalName) return []
  const { workspaceId } = after
  const old =
    before.externalName === undefined
      ? undefined
      : await world.store.get('externalName', { workspaceId, id: before.externalName })
  return [
    ...(old
      ? [
          {
            type: 'remove' as const,
            kind: 'externalName' as const,
            key: { workspaceId, id: old.id },
            expect: old.version,
          },
        ]
      : []),
    ...(after.externalName === undefined ? [] : [nameTaken(after, after.externalName)]),
  ]
}

/** The schedule with the patch laid over it, checked as if it were new. @throws Refusal `invalid` with all reasons */
export const patched = async (current: Schedule, patch: SchedulePatch, world: ScheduleWorld): Promise<Schedule> => {
  const after = applied<Schedule>(current, patch as Patch<Schedule>)
  if (after === current) return current
  if (patch.parameters || patch.protocolId) await checkParameters(after, world)
  await checkName(after, patch.externalName ?? undefined, world)
  if (timing.every((field) => patch[field] === undefined)) return after
  const checked = { ...after, ...(await checkTiming(after, world)) }
  // The same rule in other words is no change.
  if (Object.keys(changesBetween(current, checked)).length === 0) return current
  return checked.status === 'completed' ? { ...commonOf(checked), status: 'active' } : checked
}

/** @throws Refusal `not_found`, `stale_version`, `invalid` with all reasons, `invalid_state` (archived), `already_exists` */
export const changeSchedule = (
  input: ScheduleAddress & {
    readonly version: Expected
    readonly patch: SchedulePatch
    readonly note?: string | undefined
  },
  world: ScheduleWorld,
): Promise<Schedule> =>
  changeAndArm(
    {
      ...input,
      action: 'schedule.changed',
      change: (current) => {
        if (current.status === 'archived') throw cannot(current, 'changed')
        return patched(current, input.patch, world)
      },
      more: (before, after) => nameChanges(before, after, world),
    },
    world,
  )
