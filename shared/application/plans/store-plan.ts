import type { PlanId } from '#domain/ids.ts'
import type { Plan } from '#domain/plans/plan.ts'
import { instantOf } from '#domain/time.ts'
import { made } from '../common/change-document.ts'
import type { World } from '../world.ts'
import type { Answer } from './answer-question.ts'
import { type Question, software } from './pose-question.ts'
import { storeDraft } from './store-draft.ts'

/** Plans of late that are looked through for the same question. */
const recentPlans = 20

/** The plan that answers the same question already, to the end. */
export const knownPlan = async (
  { ask: { workspaceId }, inputHash }: Question,
  world: Pick<World, 'store'>,
): Promise<Plan | undefined> => {
  const recent = await world.store.list('plan', workspaceId, { limit: recentPlans, newestFirst: true })
  return recent.items.find((plan) => plan.inputHash === inputHash && plan.status === 'candidate' && !plan.cutShort)
}

/** Stores a candidate. @throws Refusal `contended` */
export const storePlan = (
  question: Question,
  { items, leftOut, iterations, cutShort, changes, metrics }: Answer,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  id: PlanId = `pln_${world.ids.unique()}`,
): Promise<Plan> => {
  const { ask, mode, modeReason, objective, fromMs, toMs, freezeMs, read, inputHash } = question
  const { workspaceId, actor, name } = ask
  return storeDraft(
    {
      workspaceId,
      id,
      ...(name !== undefined && { name }),
      status: 'candidate',
      mode,
      modeReason,
      algorithm: ask.algorithm,
      seed: ask.seed,
      iterations,
      ...(cutShort && { cutShort }),
      from: instantOf(fromMs),
      to: instantOf(toMs),
      freezeUntil: instantOf(freezeMs),
      inputHash,
      software,
      revision: read.revision,
      objective,
      changes,
      score: Math.round(Object.values(metrics.terms).reduce((sum, term) => sum + term, 0) * 1_000) / 1_000,
      metrics,
      ...made(actor, world),
    },
    { items, leftOut },
    actor,
    world,
  )
}
