import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf } from '#domain/time.ts'
import { createDocument, made } from '../common/change-document.ts'
import { armingChange, settleSoon } from '../timetable/arm-schedule.ts'
import type { Change, World } from '../world.ts'
import { checkParameters } from './check-parameters.ts'
import { checkTiming } from './check-schedule.ts'
import type { OptionalField, ScheduleFields } from './schedule-fields.ts'

/** `startAt` is the anchor of a rate and the first moment that may fire; now, where it is left out. */
export type NewSchedule = Omit<ScheduleFields, OptionalField | 'startAt'> & {
  readonly [K in OptionalField | 'startAt']?: ScheduleFields[K] | undefined
}

/** Says that an external name belongs to a schedule; it is free where nobody has it. */
export const nameTaken = (schedule: Pick<Schedule, 'workspaceId' | 'id'>, externalName: string): Change => ({
  type: 'put',
  kind: 'externalName',
  value: { workspaceId: schedule.workspaceId, id: externalName, scheduleId: schedule.id, version: 1 },
  expect: 'absent',
})

/** @throws Refusal `already_exists` where another schedule has the name */
export const checkName = async (
  { workspaceId, id }: { readonly workspaceId: WorkspaceId; readonly id?: string },
  externalName: string | undefined,
  world: Pick<World, 'store'>,
): Promise<void> => {
  if (externalName === undefined) return
  const taken = await world.store.get('externalName', { workspaceId, id: externalName })
  if (taken && taken.scheduleId !== id)
    throw new Refusal(
      'already_exists',
      `Schedule ${taken.scheduleId} has the external name "${externalName}" already. Choose another, or change that schedule.`,
    )
}

const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T

/**
 * Creates a schedule: the row with its arming pending, then the entry at EventBridge Scheduler, then the mark that it is
 * settled. If the second step is lost, the sweeper does it.
 * @throws Refusal `invalid` with all reasons, `already_exists` (the external name)
 */
export const createSchedule = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly schedule: NewSchedule
    /** It is made, and fires when it is resumed. */
    readonly paused?: { readonly note: string; readonly by: string } | undefined
  },
  world: Pick<World, 'store' | 'clock' | 'ids' | 'timetable' | 'parameters'>,
): Promise<Schedule> => {
  const { workspaceId, actor, paused } = input
  const startAt = input.schedule.startAt ?? instantOf(world.clock.now())
  const fields = withoutUndefined({ ...input.schedule, startAt }) as ScheduleFields
  const timing = await checkTiming({ workspaceId, ...fields }, world)
  await checkParameters({ workspaceId, ...fields }, world)
  await checkName({ workspaceId }, fields.externalName, world)
  const common = {
    workspaceId,
    id: `sch_${world.ids.unique()}` as const,
    ...fields,
    ...timing,
    generation: 1,
    ...made(actor, world),
  }
  const value: Schedule = paused
    ? { ...common, status: 'paused', stopped: { ...paused, since: instantOf(world.clock.now()) } }
    : { ...common, status: 'active' }
  const created = await createDocument('schedule', value, actor, world, [
    armingChange(value, undefined, value.createdAt),
    ...(value.externalName === undefined ? [] : [nameTaken(value, value.externalName)]),
  ])
  await settleSoon(created, world)
  return created
}
