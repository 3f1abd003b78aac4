import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { planningRunIdOfRequest, type WorkspaceId } from '#domain/ids.ts'
import type { PlanningRun } from '#domain/planning-runs/planning-run.ts'
import { auditOf } from '../common/audit.ts'
import { made } from '../common/change-document.ts'
import { settledAsk } from '../plans/ask-of-batch.ts'
import { spanOf } from '../plans/pose-question.ts'
import type { World } from '../world.ts'

/** Planning runs of a workspace at a time: each has a processor of its own. */
export const mostAtATime = 4

/**
 * Records a planning run and starts its execution. Where that does not answer now, the run stands all the same, and the sweeper
 * starts it within five minutes.
 * @throws Refusal `invalid` (the horizon, the batch), `invalid_state` (the batch is cancelled), `limit_exceeded` (so many are under way)
 */
export const requestPlanningRun = async (
  input: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly ask: PlanningRun['ask'] },
  world: Pick<World, 'store' | 'clock' | 'ids' | 'planners'>,
): Promise<PlanningRun> => {
  const { workspaceId, actor, ask } = input
  spanOf(ask, world.clock.now())
  await settledAsk({ ...ask, workspaceId, actor }, world)
  const live = await world.store.livePlanningRuns(workspaceId, { limit: mostAtATime })
  if (live.items.length === mostAtATime)
    throw new Refusal(
      'limit_exceeded',
      `${mostAtATime} planning runs are under way already. Wait for one to end, or cancel one: ${live.items.map(({ id }) => id).join(', ')}.`,
    )
  const value: PlanningRun = {
    workspaceId,
    id: planningRunIdOfRequest(world.clock.now(), `_${world.ids.unique()}`),
    trigger: { kind: 'manual' },
    ask,
    status: 'queued',
    ...made(actor, world),
  }
  const stored = await world.store.commit([
    { type: 'put', kind: 'planningRun', value, expect: 'absent' },
    auditOf(world, { workspaceId, subject: value.id, action: 'planning-run.requested', actor, after: value }),
  ])
  if (!stored.committed) throw new Refusal('contended', 'Nothing was stored; ask again.')
  await world.planners.start(workspaceId, value.id).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error
  })
  return value
}
