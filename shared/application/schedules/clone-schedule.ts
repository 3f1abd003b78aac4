import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound } from '#domain/errors.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import type { World } from '../world.ts'
import { createSchedule } from './create-schedule.ts'
import { fieldsOf } from './schedule-fields.ts'

/**
 * A new schedule with everything that a person said of another, paused, so that the two do not fire at once. Its external name,
 * its skips and its moves stay with the original.
 * @throws Refusal `not_found`, `invalid` (it would never fire)
 */
export const cloneSchedule = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: ScheduleId
    readonly actor: Actor
    readonly name?: string | undefined
  },
  world: Pick<World, 'store' | 'clock' | 'ids' | 'timetable' | 'parameters'>,
): Promise<Schedule> => {
  const { workspaceId, id, actor, name } = input
  const original = await world.store.get('schedule', { workspaceId, id })
  if (!original) throw notFound('schedule', id)
  const { externalName: _name, ...fields } = fieldsOf(original)
  const schedule = { ...fields, name: name ?? `Copy of ${original.name}`.slice(0, 120) }
  const note = `Copied from "${original.name}" (${id}); resume it to let it fire.`.slice(0, 500)
  return createSchedule({ workspaceId, actor, schedule, paused: { note, by: actorName(actor) } }, world)
}
