import type { PlanId } from '#domain/ids.ts'
import { itemsPerPart, type LeftOut, type Plan, type PlanItem, partIdOf } from '#domain/plans/plan.ts'
import { instantOf } from '#domain/time.ts'
import { plannedBatch } from '../batches/batch-changes.ts'
import { auditOf } from '../common/audit.ts'
import { made } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
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

/** What a plan comes to for the batch that it is made for. */
const outcomeOf = ({ ask: { batchId }, read, askedMs }: Question, { items, leftOut }: Answer, nowMs: number) => {
  const orders = [...read.input.orders.map(({ order }) => order), ...read.waiting]
  const own = new Set(orders.flatMap((order) => (order.batchId === batchId ? order.id : [])))
  const reasons = new Map<string, number>(Object.entries(read.notChosen).filter(([, count]) => count > 0))
  for (const { orderId, code } of leftOut) if (own.has(orderId)) reasons.set(code, (reasons.get(code) ?? 0) + 1)
  return {
    ordersSatisfied: items.filter(({ orderId }) => own.has(orderId)).length,
    ordersUnsatisfied: [...reasons.values()].reduce((sum, count) => sum + count, 0),
    unsatisfiedReasons: Object.fromEntries(reasons),
    computeMs: Math.round(nowMs - askedMs),
  }
}

/** Stores a candidate. @throws Refusal `contended` */
export const storePlan = async (
  question: Question,
  answer: Answer,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  id: PlanId = `pln_${world.ids.unique()}`,
): Promise<Plan> => {
  const { items, leftOut, iterations, cutShort, changes, metrics } = answer
  const { ask, mode, modeReason, objective, fromMs, toMs, freezeMs, read, inputHash } = question
  const { workspaceId, actor, name } = ask
  const parts = inParts(items, leftOut)
  const plan: Plan = {
    workspaceId,
    id,
    ...(name !== undefined && { name }),
    ...(ask.batchId !== undefined && { batchId: ask.batchId }),
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
  const result = { planId: id, at: plan.createdAt, ...outcomeOf(question, answer, world.clock.now()) }
  return transact<Plan>(world, async () => ({
    changes: [
      { type: 'put', kind: 'plan', value: plan, expect: 'absent' },
      auditOf(world, { workspaceId, subject: id, action: 'plan.made', actor, after: plan }),
      ...(await plannedBatch({ workspaceId, id: ask.batchId, actor }, result, world)),
    ],
    result: plan,
  }))
}
