import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { PlanningRunId, WorkspaceId } from '#domain/ids.ts'
import type { PlanningRun } from '#domain/planning-runs/planning-run.ts'
import { instantOf } from '#domain/time.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import { endOf, runChange } from './run-changes.ts'

/**
 * Stops a planning run: at once where it has not begun, else within seconds, when it looks. With `keep` the best plan so far is kept.
 * Asking again changes nothing but from keeping to not. @throws Refusal `not_found`, `invalid_state` (it has ended otherwise)
 */
export const stopPlanningRun = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: PlanningRunId
    readonly actor: Actor
    readonly keep: boolean
    readonly reason?: string | undefined
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<PlanningRun> => {
  const { workspaceId, id, actor, keep, reason } = input
  return transact<PlanningRun>(world, async () => {
    const run = await world.store.get('planningRun', { workspaceId, id })
    if (!run) throw notFound('planning run', id)
    const at = instantOf(world.clock.now())
    const stop = { by: actorName(actor), at, keep, ...(reason !== undefined && { reason }) }
    switch (run.status) {
      case 'queued':
        return runChange(run, { ...endOf(run, at), status: 'cancelled', stop }, 'planning-run.cancelled', actor, world)
      case 'running':
        if (run.stop && (keep || !run.stop.keep)) return { changes: [], result: run }
        return runChange(run, { ...run, stop }, 'planning-run.stopping', actor, world)
      case 'cancelled':
        return { changes: [], result: run }
      default:
        throw new Refusal('invalid_state', `This planning run is ${run.status}; there is nothing to stop.`, {
          current: run,
        })
    }
  })
}
