import type { WorkspaceId } from '#domain/ids.ts'
import type { World } from '../world.ts'
import type { ScheduleFields } from './schedule-fields.ts'
import { fieldsOf } from './schedule-fields.ts'

export type Exported = { schedules: (ScheduleFields & { externalName: string })[]; next?: string }

/**
 * Schedules as a file holds them, page by page. One without an external name stands under its id, by which applying the file
 * finds it again. What is archived is left out.
 */
export const exportSchedules = async (
  input: { readonly workspaceId: WorkspaceId; readonly cursor?: string | undefined },
  world: Pick<World, 'store'>,
): Promise<Exported> => {
  const page = await world.store.list('schedule', input.workspaceId, { limit: 100, cursor: input.cursor })
  const kept = page.items.filter(({ status }) => status !== 'archived')
  return {
    schedules: kept.map((schedule) => ({
      ...fieldsOf(schedule),
      externalName: schedule.externalName ?? schedule.id,
    })),
    ...(page.next !== undefined && { next: page.next }),
  }
}
