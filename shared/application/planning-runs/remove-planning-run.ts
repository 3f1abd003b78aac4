import type { Actor } from '#domain/audit/entry.ts'
import type { PlanningRun } from '#domain/planning-runs/planning-run.ts'
import type { Plan } from '#domain/plans/plan.ts'
import { auditOf } from '../common/audit.ts'
import { forgetHistory, forgetPlan } from '../plans/forget-plan.ts'
import type { Change, World } from '../world.ts'
import { planIdOf } from './plan-id.ts'

/** What the attempts of a run made: the last one's plan, or those of attempts that died. One that answered its question before is not its own. */
export const plansOf = async (run: PlanningRun, world: Pick<World, 'store'>): Promise<Plan[]> => {
  const { workspaceId, id } = run
  const attempts = ('attempt' in run ? run.attempt : undefined) ?? 0
  const keys = Array.from({ length: attempts }, (_, index) => ({ workspaceId, id: planIdOf(id, index + 1) }))
  return (await world.store.getMany('plan', keys)).flatMap((plan) => plan ?? [])
}

/** That slots came from it, or are about to. */
export const isCommitted = ({ status }: Plan): boolean => status === 'committed' || status === 'committing'

/**
 * Removes a run that is over: its plans first, itself last, so that asking again goes on where it stopped.
 * @returns whether it is gone; not, where another writer changed something meanwhile
 */
export const removePlanningRun = async (
  run: PlanningRun,
  plans: readonly Plan[],
  of: { readonly actor: Actor; readonly because: string; readonly keepsHistory: boolean },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<boolean> => {
  const { workspaceId, id } = run
  const { actor, keepsHistory } = of
  for (const plan of plans) if (!(await forgetPlan(plan, of, world))) return false
  if (!keepsHistory) await forgetHistory(workspaceId, id, world)
  const progress = await world.store.get('planningProgress', { workspaceId, id })
  const key = { workspaceId, id }
  const changes: Change[] = [{ type: 'remove', kind: 'planningRun', key, expect: run.version }]
  if (progress) changes.push({ type: 'remove', kind: 'planningProgress', key, expect: progress.version })
  if (keepsHistory)
    changes.push(
      auditOf(world, { workspaceId, subject: id, action: 'planning-run.deleted', actor, before: run, after: {} }),
    )
  return (await world.store.commit(changes)).committed
}
