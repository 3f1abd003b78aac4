import { Refusal } from '#domain/errors.ts'
import type { PlanId } from '#domain/ids.ts'
import { itemsPerPart, type LeftOut, type Plan, type PlanItem, partIdOf } from '#domain/plans/plan.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { made } from '../common/change-document.ts'
import type { World } from '../world.ts'
import type { Answer } from './answer-question.ts'
import { type Question, software } from './pose-question.ts'

/** Plans of late that are looked through for the same question. */
const recentPlans = 20
const inParts = (items: readonly PlanItem[], leftOut: readonly LeftOut[]) => {
  const parts = Math.max(1, Math.ceil(Math.max(items.length, leftOut.length) / itemsPerPart))
  return Array.from({ length: parts }, (_, part) => ({
    items: items.slice(part * itemsPerPart, (part + 1) * itemsPerPart),
    leftOut: leftOut.slice(part * itemsPerPart, (part + 1) * itemsPerPart),
  }))
}

/** The plan that answers the same question already, to the end. */
export const knownPlan = async (
  { ask: { workspaceId }, inputHash }: Question,
  world: Pick<World, 'store'>,
): Promise<Plan | undefined> => {
  const recent = await world.store.list('plan', workspaceId, { limit: recentPlans, newestFirst: true })
  return recent.items.find((plan) => plan.inputHash === inputHash && plan.status === 'candidate' && !plan.cutShort)
}

/** Stores a candidate. @throws Refusal `contended` */
export const storePlan = async (
  question: Question,
  { items, leftOut, iterations, cutShort, changes, metrics }: Answer,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  id: PlanId = `pln_${world.ids.unique()}`,
): Promise<Plan> => {
  const { ask, mode, modeReason, objective, fromMs, toMs, freezeMs, read, inputHash } = question
  const { workspaceId, actor, name } = ask
  const parts = inParts(items, leftOut)
  const plan: Plan = {
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
    items: items.length,
    leftOut: leftOut.length,
    parts: parts.length,
    ...made(actor, world),
  }
  // Parts first: a plan that is there has all of them.
  for (const [number, part] of parts.entries())
    await world.store.commit([
      {
        type: 'put',
        kind: 'planPart',
        value: { workspaceId, id: partIdOf(id, number), ...part, version: 1 },
        expect: 'absent',
      },
    ])
  const committed = await world.store.commit([
    { type: 'put', kind: 'plan', value: plan, expect: 'absent' },
    auditOf(world, { workspaceId, subject: id, action: 'plan.made', actor, after: plan }),
  ])
  if (!committed.committed) throw new Refusal('contended', 'The plan was not stored; ask again.')
  return plan
}
