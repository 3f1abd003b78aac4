import { Refusal } from '#domain/errors.ts'
import type { PlanningRoutineId, WorkspaceId } from '#domain/ids.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import type { World } from '../world.ts'

type ArmWorld = Pick<World, 'store' | 'routines'>
const tries = 6

/**
 * Makes the entry at EventBridge Scheduler follow a routine. Where it was changed meanwhile, again: another writer's call may have come
 * before ours. Late or twice it does no harm.
 */
const armRoutine = async (workspaceId: WorkspaceId, id: PlanningRoutineId, world: ArmWorld): Promise<void> => {
  for (let attempt = 1; attempt <= tries; attempt++) {
    const routine = await world.store.get('planningRoutine', { workspaceId, id })
    if (!routine) return
    const { cron, timeZone, generation, status } = routine
    await (status === 'active'
      ? world.routines.put({ workspaceId, routineId: id, expression: `cron(${cron})`, timeZone, generation })
      : world.routines.remove(id))
    const now = await world.store.get('planningRoutine', { workspaceId, id })
    if (now?.generation === generation) return
  }
}

/** After a person's change. Where EventBridge Scheduler does not answer now, the change stands, and its entry follows within the hour. */
export const armSoon = async (workspaceId: WorkspaceId, id: PlanningRoutineId, world: ArmWorld): Promise<void> => {
  try {
    await armRoutine(workspaceId, id, world)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}

/** Writes the entries of all routines anew, so that whatever became of them there they are right again. @returns how many */
export const armAllRoutines = async (
  workspaceId: WorkspaceId,
  world: ArmWorld,
  onFailure: OnFailure = () => undefined,
): Promise<number> => {
  let armed = 0
  let cursor: string | undefined
  do {
    const page = await world.store.list('planningRoutine', workspaceId, { limit: 100, cursor })
    for (const { id } of page.items) {
      await apart(id, () => armRoutine(workspaceId, id, world), onFailure)
      armed += 1
    }
    cursor = page.next
  } while (cursor !== undefined)
  return armed
}
