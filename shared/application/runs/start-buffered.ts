import { Refusal } from '#domain/errors.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import { isBuffered, isLive } from '#domain/runs/run.ts'
import type { World } from '../world.ts'

/**
 * Starts the run that waits longest for others of its schedule, where none of them is left. Called by whoever has ended one;
 * what is lost here the sweeper finds. The execution has a name of its own, because an earlier one may have found that the
 * run must wait; of two, the one that gets to the run first acts for it.
 */
export const startBuffered = async (
  workspaceId: WorkspaceId,
  scheduleId: ScheduleId | undefined,
  world: Pick<World, 'store' | 'ids' | 'workflows'>,
): Promise<void> => {
  if (scheduleId === undefined) return
  const live = (await world.store.liveRunsOfSchedule(workspaceId, scheduleId)).filter(isLive)
  const [first] = live.filter(isBuffered).sort((a, b) => (a.id < b.id ? -1 : 1))
  if (!first || live.some((run) => !isBuffered(run))) return
  try {
    await world.workflows.startRun(`${first.id}.${world.ids.unique()}`, workspaceId, first.id)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}
