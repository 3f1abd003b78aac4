import type { Actor } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { PlanningRunId, WorkspaceId } from '#domain/ids.ts'
import { isLivePlanningRun } from '#domain/planning-runs/live.ts'
import type { PlanningRun } from '#domain/planning-runs/planning-run.ts'
import type { Plan } from '#domain/plans/plan.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { forgetPlan } from '../plans/forget-plan.ts'
import type { Change, World } from '../world.ts'
import { planIdOf } from './plan-id.ts'

type DeleteWorld = Pick<World, 'store' | 'clock' | 'ids'>
type Delete = { readonly workspaceId: WorkspaceId; readonly id: PlanningRunId; readonly actor: Actor }

/** @throws Refusal `not_found`, `invalid_state` (it has not ended) */
const overRun = async ({ workspaceId, id }: Delete, world: Pick<World, 'store'>): Promise<PlanningRun> => {
  const run = await world.store.get('planningRun', { workspaceId, id })
  if (!run) throw notFound('planning run', id)
  if (isLivePlanningRun(run))
    throw new Refusal('invalid_state', `This planning run is ${run.status}. POST …/planning-runs/${id}/stop first.`, {
      current: run,
    })
  return run
}

/** What its attempts made: the last one's plan, or those of attempts that died. One that answered its question before is not its own. */
const plansOf = async (run: PlanningRun, world: Pick<World, 'store'>): Promise<Plan[]> => {
  const { workspaceId, id } = run
  const attempts = ('attempt' in run ? run.attempt : undefined) ?? 0
  const keys = Array.from({ length: attempts }, (_, index) => ({ workspaceId, id: planIdOf(id, index + 1) }))
  const plans: Plan[] = []
  for (let at = 0; at < keys.length; at += 100)
    plans.push(...(await world.store.getMany('plan', keys.slice(at, at + 100))).flatMap((plan) => plan ?? []))
  return plans
}

const checkUncommitted = (plans: readonly Plan[]): void => {
  const plan = plans.find(({ status }) => status === 'committed' || status === 'committing')
  if (plan)
    throw new Refusal(
      'invalid_state',
      plan.status === 'committed'
        ? `Its plan ${plan.id} is committed and stays, with the run, as long as the history does. Its slots can be cancelled one by one, or taken back by going back to a snapshot.`
        : `Its plan ${plan.id} is being committed. Ask for that commit again, so that it ends.`,
      { current: plan },
    )
}

/**
 * Deletes a planning run that is over, and with it the plan that it made: the plan first, the run last, so that asking again goes on
 * where it stopped. The history of both stays.
 * @throws Refusal `not_found`, `invalid_state` (it has not ended, or its plan is committed), `contended`
 */
export const deletePlanningRun = async (of: Delete, world: DeleteWorld): Promise<void> => {
  const { workspaceId, id, actor } = of
  const plans = await plansOf(await overRun(of, world), world)
  checkUncommitted(plans)
  const because = `Planning run ${id} is deleted.`
  for (const plan of plans)
    if (!(await forgetPlan(plan, { actor, because, keepsHistory: true }, world)))
      throw new Refusal('contended', `Plan ${plan.id} was changed meanwhile; ask again.`)
  await transact(world, async () => {
    const before = await overRun(of, world)
    const progress = await world.store.get('planningProgress', { workspaceId, id })
    const changes: Change[] = [
      { type: 'remove', kind: 'planningRun', key: { workspaceId, id }, expect: before.version },
      auditOf(world, { workspaceId, subject: id, action: 'planning-run.deleted', actor, before, after: {} }),
    ]
    if (progress)
      changes.push({
        type: 'remove',
        kind: 'planningProgress',
        key: { workspaceId, id },
        expect: progress.version,
      })
    return { changes, result: undefined }
  })
}
