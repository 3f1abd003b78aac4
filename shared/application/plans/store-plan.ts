import type { PlanId } from '#domain/ids.ts'
import type { Plan } from '#domain/plans/plan.ts'
import { instantOf } from '#domain/time.ts'
import { plannedBatch } from '../batches/batch-changes.ts'
import { made } from '../common/change-document.ts'
import type { Change, World } from '../world.ts'
import type { Answer } from './answer-question.ts'
import { goesByClock, type Question, software } from './pose-question.ts'
import { storeDraft } from './store-draft.ts'

/** Plans of late that are looked through for the same question. */
const recentPlans = 20

/** The plan that answers the same question already, to the end: as it was made, for the slots as they are, under that name. */
export const knownPlan = async (
  { ask, read: { revision }, inputHash }: Question,
  world: Pick<World, 'store'>,
): Promise<Plan | undefined> => {
  if (goesByClock(ask)) return undefined
  const { workspaceId, name } = ask
  const recent = await world.store.list('plan', workspaceId, { limit: recentPlans, newestFirst: true })
  // Whatever is done to a plan raises its version.
  return recent.items.find(
    (plan) =>
      plan.inputHash === inputHash &&
      plan.revision === revision &&
      plan.version === 1 &&
      plan.status === 'candidate' &&
      !plan.cutShort &&
      (name === undefined || plan.name === name),
  )
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

/** Stores a candidate, and what changes with it. @throws Refusal `contended` */
export const storePlan = (
  question: Question,
  answer: Answer,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  id: PlanId = `pln_${world.ids.unique()}`,
  alongside: () => Promise<readonly Change[]> = async () => [],
): Promise<Plan> => {
  const { items, leftOut, iterations, cutShort, changes, metrics } = answer
  const { ask, mode, modeReason, objective, fromMs, toMs, freezeMs, read, inputHash } = question
  const { workspaceId, actor, name } = ask
  const stamps = made(actor, world)
  const result = { planId: id, at: stamps.createdAt, ...outcomeOf(question, answer, world.clock.now()) }
  return storeDraft(
    {
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
      ...(goesByClock(ask) && { seconds: ask.seconds }),
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
      ...stamps,
    },
    { items, leftOut },
    actor,
    world,
    async () => [
      ...(await plannedBatch({ workspaceId, id: ask.batchId, actor }, result, world)),
      ...(await alongside()),
    ],
  )
}
