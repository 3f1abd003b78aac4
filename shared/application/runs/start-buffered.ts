import { Refusal } from '#domain/errors.ts'
import { runIdOfCleanUp, type ScheduleId, type WorkspaceId } from '#domain/ids.ts'
import { isLive } from '#domain/runs/live.ts'
import { isBuffered, type Run } from '#domain/runs/run.ts'
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

/** What follows the end of a run: the one that tidies up after it, and the next that waits for its schedule. */
export const startNext = async (
  workspaceId: WorkspaceId,
  ended: Pick<Run, 'id' | 'scheduleId' | 'work'> | undefined,
  world: Pick<World, 'store' | 'ids' | 'workflows'>,
): Promise<void> => {
  if (ended?.work.overtime?.cleanUpProtocolId !== undefined) {
    const id = runIdOfCleanUp(ended.id)
    const cleanUp = await world.store.get('run', { workspaceId, id })
    // Lost here, the sweeper starts it.
    if (cleanUp?.status === 'pending') await world.workflows.startRun(id, workspaceId, id).catch(() => undefined)
  }
  await startBuffered(workspaceId, ended?.scheduleId, world)
}
