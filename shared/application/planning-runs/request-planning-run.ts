import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { type PlanningRunId, planningRunIdOfRequest, type WorkspaceId } from '#domain/ids.ts'
import { isLivePlanningRun } from '#domain/planning-runs/live.ts'
import { budgetOf, type PlanningRun } from '#domain/planning-runs/planning-run.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { made } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import { settledAsk } from '../plans/ask-of-batch.ts'
import { spanOf } from '../plans/pose-question.ts'
import type { Change, World } from '../world.ts'

/** Planning runs of a workspace that people asked for, at a time: each has a processor of its own. */
export const mostAtATime = 4

/**
 * A place for a planning run, as a change of the transaction that records it, so that there are never more. A place is free again
 * when its run is over: nobody gives it back. @throws Refusal `limit_exceeded`
 */
const takePlace = async (
  workspaceId: WorkspaceId,
  id: PlanningRunId,
  world: Pick<World, 'store' | 'clock'>,
): Promise<Change> => {
  const before = await world.store.get('capacity', { workspaceId, id: 'planning' })
  const taken = Object.entries(before?.holders ?? {})
  const runs = await world.store.getMany(
    'planningRun',
    taken.map(([holder]) => ({ workspaceId, id: holder as PlanningRunId })),
  )
  const live = taken.filter((_, index) => runs[index] && isLivePlanningRun(runs[index]))
  if (live.length >= mostAtATime)
    throw new Refusal(
      'limit_exceeded',
      `${mostAtATime} planning runs are under way already. Wait for one to end, or stop one: ${live.map(([holder]) => holder).join(', ')}.`,
    )
  const holders = { ...Object.fromEntries(live), [id]: instantOf(world.clock.now()) }
  const value = { workspaceId, id: 'planning', holders, version: (before?.version ?? 0) + 1 } as const
  return { type: 'put', kind: 'capacity', value, expect: before?.version ?? 'absent' }
}

/**
 * Records a planning run and starts its execution. Where that does not answer now, the run stands all the same, and the sweeper
 * starts it within five minutes.
 * @throws Refusal `invalid` (the horizon, the batch), `invalid_state` (the batch is cancelled), `limit_exceeded` (so many are under way), `contended`
 */
export const requestPlanningRun = async (
  input: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly ask: PlanningRun['ask'] },
  world: Pick<World, 'store' | 'clock' | 'ids' | 'planners'>,
): Promise<PlanningRun> => {
  const { workspaceId, actor, ask } = input
  const settled = await settledAsk({ ...ask, ...budgetOf(ask), workspaceId, actor }, world)
  spanOf(ask, world.clock.now(), settled.usualMs)
  const value: PlanningRun = {
    workspaceId,
    id: planningRunIdOfRequest(world.clock.now(), `_${world.ids.unique()}`),
    trigger: { kind: 'manual' },
    ask,
    status: 'queued',
    ...made(actor, world),
  }
  await transact(world, async () => ({
    changes: [
      await takePlace(workspaceId, value.id, world),
      { type: 'put', kind: 'planningRun', value, expect: 'absent' },
      auditOf(world, { workspaceId, subject: value.id, action: 'planning-run.requested', actor, after: value }),
    ],
    result: undefined,
  }))
  await world.planners.start(workspaceId, value.id).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error
  })
  return value
}
