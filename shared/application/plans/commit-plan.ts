import type { Plan, PlanPart } from '#domain/plans/plan.ts'
import { instantOf } from '#domain/time.ts'
import { committedBatch } from '../batches/batch-changes.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import type { Deadline } from '../common/deadline.ts'
import { transact } from '../common/transact.ts'
import { beginCommit, type Commit, type CommitWorld } from './begin-commit.ts'
import { commitHeld } from './commit-held.ts'
import { commitItem } from './commit-item.ts'
import { toCommit } from './items-to-commit.ts'
import { madeWay, makeWay } from './make-way.ts'
import { partsOf, planOf } from './read-plan.ts'
import { tellAlternatives } from './tell-alternatives.ts'

/** Whether the commit of a plan took back a slot. */
const tookBack = async (plan: Plan, parts: readonly PlanPart[], world: CommitWorld): Promise<boolean> => {
  const { workspaceId } = plan
  const ids = parts.flatMap(({ items, leftOut }) => [...items, ...leftOut].flatMap(({ slotId }) => slotId ?? []))
  const slots = await world.store.getMany(
    'slot',
    ids.map((id) => ({ workspaceId, id })),
  )
  return slots.some((slot) => slot !== undefined && madeWay(slot, plan))
}

/** Says what came of it: it is committed, as far as it was asked for, or a candidate still, where nothing could be. */
const finish = (begun: Plan, commit: Commit, world: CommitWorld): Promise<Plan> =>
  transact<Plan>(world, async () => {
    const { workspaceId, planId, actor, tentative, force } = commit
    const plan = await planOf(workspaceId, planId, world)
    // Another that goes on with it has finished it meanwhile.
    if (plan.version !== begun.version) return { changes: [], result: plan }
    const parts = await partsOf(plan, world)
    const items = parts.flatMap((part) => part.items)
    const committed = {
      // Whoever began it: it may be another that goes on with it.
      by: plan.updatedBy,
      at: instantOf(world.clock.now()),
      items: items.filter(({ state }) => state === 'committed').length,
      failed: items.filter(({ state }) => state === 'failed').length,
      ...((force ?? plan.committed?.forced) !== undefined && { forced: force ?? plan.committed?.forced }),
    }
    const isDone = committed.items > 0 || (await tookBack(plan, parts, world))
    const { committing: _done, ...rest } = plan
    const value: Plan = {
      ...rest,
      status: isDone ? 'committed' : 'candidate',
      committed,
      ...touched(actor, world),
      version: plan.version + 1,
    }
    const action = isDone ? 'plan.committed' : 'plan.commit-failed'
    const { batchId } = plan
    return {
      changes: [
        { type: 'put', kind: 'plan', value, expect: plan.version },
        auditOf(world, { workspaceId, subject: planId, action, actor, before: plan, after: value }),
        ...(committed.items > 0 && !tentative ? await committedBatch({ workspaceId, id: batchId, actor }, world) : []),
      ],
      result: value,
    }
  })

/**
 * Candidates of before are proposals for a world that is gone. Those of an assignment are judged one by one when they are approved: they
 * stay until one that was made after them is approved.
 */
const supersede = async (done: Plan, { actor }: Commit, world: CommitWorld): Promise<void> => {
  const { workspaceId, id: planId, committed, algorithm, createdAt } = done
  const isOutdated = (plan: Plan): boolean =>
    plan.algorithm === 'assignment'
      ? algorithm === 'assignment' && plan.createdAt <= createdAt
      : plan.createdAt <= (committed?.at ?? '')
  const isLeft = (plan: Plan): boolean =>
    plan.algorithm === 'assignment' && plan.status === 'committed' && !plan.supersededBy
  const recent = await world.store.list('plan', workspaceId, { limit: 50, newestFirst: true })
  for (const plan of recent.items)
    if (plan.id !== planId && (plan.status === 'candidate' || isLeft(plan)) && isOutdated(plan)) {
      const said = plan.status === 'candidate' ? ({ status: 'superseded' } as const) : { supersededBy: planId }
      const value: Plan = { ...plan, ...said, ...touched(actor, world), version: plan.version + 1 }
      await world.store.commit([
        { type: 'put', kind: 'plan', value, expect: plan.version },
        auditOf(world, { workspaceId, subject: plan.id, action: 'plan.superseded', actor, before: plan, after: value }),
      ])
    }
}

/**
 * Commits a plan, or some of its items: each becomes a reservation, a slot and a schedule, in a transaction of its own; what does
 * not fit any more is left out, with the reason and the next time that is free. Every step is written down, so that asking again
 * goes on where it stopped; asking again when it is done changes nothing.
 * @returns the plan; `committing` where the time of a request was not enough
 * @throws Refusal `not_found`, `invalid` (items that are not in it), `invalid_state` (it was rejected, slots have changed, another commit of it is under
 * way, or nothing is left to commit)
 */
export const commitPlan = async (asked: Commit, world: CommitWorld, deadline: Deadline): Promise<Plan> => {
  const plan = await beginCommit(asked, world)
  if (plan.status === 'committed') {
    await supersede(plan, asked, world)
    return plan
  }
  const commit: Commit = { ...asked, orderIds: undefined, ...plan.committing }
  // From here on nobody edits it.
  const parts = await partsOf(plan, world)
  if (!(await makeWay(plan, parts, commit, world, deadline))) return plan
  for (const { partId, orderId, held } of await toCommit(plan, parts, commit, world)) {
    if (deadline()) return plan
    await (held ? commitHeld : commitItem)(plan, { partId, orderId }, commit, world)
  }
  if (!(await tellAlternatives(plan, world, deadline))) return plan
  const done = await finish(plan, commit, world)
  if (done.status === 'committed') await supersede(done, commit, world)
  return done
}
