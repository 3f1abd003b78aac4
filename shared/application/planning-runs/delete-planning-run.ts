import type { Actor } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { PlanningRunId, WorkspaceId } from '#domain/ids.ts'
import { isLivePlanningRun } from '#domain/planning-runs/live.ts'
import type { World } from '../world.ts'
import { isCommitted, plansOf, removePlanningRun } from './remove-planning-run.ts'

/**
 * Deletes a planning run that is over, and with it the plan that it made. The history of both stays.
 * @throws Refusal `not_found`, `invalid_state` (it has not ended, or its plan is committed), `contended`
 */
export const deletePlanningRun = async (
  of: { readonly workspaceId: WorkspaceId; readonly id: PlanningRunId; readonly actor: Actor },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<void> => {
  const { workspaceId, id, actor } = of
  const run = await world.store.get('planningRun', { workspaceId, id })
  if (!run) throw notFound('planning run', id)
  if (isLivePlanningRun(run))
    throw new Refusal('invalid_state', `This planning run is ${run.status}. POST …/planning-runs/${id}/stop first.`, {
      current: run,
    })
  const plans = await plansOf(run, world)
  const kept = plans.find(isCommitted)
  if (kept)
    throw new Refusal(
      'invalid_state',
      kept.status === 'committed'
        ? `Its plan ${kept.id} is committed and stays, with the run, as long as the history does. Its slots can be cancelled one by one, or taken back by going back to a snapshot.`
        : `Its plan ${kept.id} is being committed. Ask for that commit again, so that it ends.`,
      { current: kept },
    )
  const because = `Planning run ${id} is deleted.`
  if (!(await removePlanningRun(run, plans, { actor, because, keepsHistory: true }, world)))
    throw new Refusal('contended', 'The run or its plan was changed meanwhile; ask again.')
}
