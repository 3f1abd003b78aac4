import { type Actor, actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { OrderId, PlanId, WorkspaceId } from '#domain/ids.ts'
import type { Plan, PlanPart } from '#domain/plans/plan.ts'
import { instantOf } from '#domain/time.ts'
import { committedBatch } from '../batches/batch-changes.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import type { Deadline } from './answer-question.ts'
import { changedSlots } from './changed-slots.ts'
import { commitItem } from './commit-item.ts'
import { isOpenItem, makeWay } from './make-way.ts'
import { partsOf, planOf } from './read-plan.ts'
import { prepareSnapshot, takenChanges } from './take-snapshot.ts'
import { tellAlternatives } from './tell-alternatives.ts'

type CommitWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable'>

export type Commit = {
  readonly workspaceId: WorkspaceId
  readonly planId: PlanId
  readonly actor: Actor
  /** Orders of the items; all of them where it is left out. */
  readonly orderIds?: readonly OrderId[] | undefined
  /** State of the slots that the person saw; that for which the plan was made, where it is left out. */
  readonly revision?: number | undefined
  /** Time is held and nothing is started. */
  readonly tentative: boolean
  /** Why it is committed although slots have changed since it was made. */
  readonly force?: string | undefined
}

const worldChanged = async (plan: Plan, now: number, world: Pick<World, 'store'>): Promise<Refusal> => {
  const { workspaceId, from, createdAt: since, id: but } = plan
  const advice =
    plan.mode === 'rollback'
      ? 'Ask for the roll-back again.'
      : 'Plan again, or commit with `force` and the reason: what does not fit any more is left out.'
  return new Refusal(
    'invalid_state',
    `Slots have changed since this plan was made (revision ${plan.revision}, now ${now}). ${advice}`,
    { current: plan, reasons: await changedSlots({ workspaceId, from, since, but }, world) },
  )
}

/** What is asked for must be in the plan. */
const checkItems = (parts: readonly PlanPart[], orderIds: readonly OrderId[] | undefined): void => {
  const there = new Set(parts.flatMap(({ items }) => items.map(({ orderId }) => orderId)))
  const foreign = (orderIds ?? []).filter((id) => !there.has(id))
  if (foreign.length > 0)
    throw new Refusal('invalid', `The plan has no item for ${foreign.join(', ')}. Nothing was committed.`, {
      reasons: foreign.map((id) => ({
        code: 'not-in-plan',
        message: `no item for order ${id} in this plan`,
        path: `/orderIds/${orderIds?.indexOf(id) ?? 0}`,
      })),
    })
}

/** Another plan that is being committed: two at once would be decided item by item. */
const otherCommit = async (commit: Commit, planId: PlanId | undefined, world: CommitWorld): Promise<void> => {
  const { workspaceId } = commit
  const other =
    planId && planId !== commit.planId ? await world.store.get('plan', { workspaceId, id: planId }) : undefined
  if (other?.status === 'committing' && commit.force === undefined)
    throw new Refusal(
      'invalid_state',
      `Plan ${other.id} is being committed. Ask for its commit again, so that it ends; then plan anew. Or commit by force.`,
      { current: other },
    )
}

/**
 * Takes a snapshot, says that it is being committed and with what, and that slots change by it; one commit alone gets by. One
 * that was interrupted goes on with what it began with.
 */
const begin = (commit: Commit, open: boolean, world: CommitWorld): Promise<Plan> =>
  transact<Plan>(world, async () => {
    const { workspaceId, planId, actor, tentative, orderIds } = commit
    const plan = await planOf(workspaceId, planId, world)
    if (plan.status === 'committing' || (plan.status === 'committed' && !open)) return { changes: [], result: plan }
    if (plan.status !== 'candidate' && plan.status !== 'committed')
      throw new Refusal(
        'invalid_state',
        `This plan is ${plan.status}${plan.rejectedBecause ? `: ${plan.rejectedBecause}` : ''}. Plan again.`,
        { current: plan },
      )
    const revision = await world.store.get('revision', { workspaceId })
    const now = revision?.version ?? 0
    await otherCommit(commit, revision?.planId, world)
    // A roll-back was just made: its force is for what is locked.
    const isBound = commit.force === undefined || plan.mode === 'rollback'
    if ((commit.revision ?? plan.revision) !== now && isBound) throw await worldChanged(plan, now, world)
    const value: Plan = {
      ...plan,
      status: 'committing',
      // What is left of it may follow, as long as nothing else has changed.
      revision: now + 1,
      committing: {
        tentative,
        ...(orderIds && { orderIds: [...orderIds] }),
        ...(commit.force !== undefined && { force: commit.force }),
      },
      ...touched(actor, world),
      version: plan.version + 1,
    }
    const note = commit.force && `Force: ${commit.force}`
    const at = instantOf(world.clock.now())
    const because = `commit of ${planId}`
    const name = `Before the ${because}`
    const before = await prepareSnapshot({ workspaceId, actor, revision: now, name, planId }, world)
    return {
      changes: [
        ...takenChanges(before, actor, world).changes,
        { type: 'put', kind: 'plan', value, expect: plan.version },
        {
          type: 'put',
          kind: 'revision',
          value: { workspaceId, version: now + 1, at, because, planId },
          expect: revision?.version ?? 'absent',
        },
        auditOf(world, {
          workspaceId,
          subject: planId,
          action: commit.force === undefined ? 'plan.commit-begun' : 'plan.commit-forced',
          actor,
          before: plan,
          after: value,
          note,
        }),
      ],
      result: value,
    }
  })

/** Says that it is committed, as far as it was asked for, and how much of it could not be. */
const finish = (commit: Commit, world: CommitWorld): Promise<Plan> =>
  transact<Plan>(world, async () => {
    const { workspaceId, planId, actor, force } = commit
    const plan = await planOf(workspaceId, planId, world)
    const items = (await partsOf(plan, world)).flatMap((part) => part.items)
    const committed = {
      by: actorName(actor),
      at: instantOf(world.clock.now()),
      items: items.filter(({ state }) => state === 'committed').length,
      failed: items.filter(({ state }) => state === 'failed').length,
      ...((force ?? plan.committed?.forced) !== undefined && { forced: force ?? plan.committed?.forced }),
    }
    const before = plan.committed
    if (plan.status === 'committed' && before?.items === committed.items && before.failed === committed.failed)
      return { changes: [], result: plan }
    const { committing: _done, ...rest } = plan
    const value: Plan = {
      ...rest,
      status: 'committed',
      committed,
      ...touched(actor, world),
      version: plan.version + 1,
    }
    return {
      changes: [
        { type: 'put', kind: 'plan', value, expect: plan.version },
        auditOf(world, { workspaceId, subject: planId, action: 'plan.committed', actor, before: plan, after: value }),
        ...(commit.tentative ? [] : await committedBatch({ workspaceId, id: plan.batchId, actor }, world)),
      ],
      result: value,
    }
  })

/** Candidates of before are proposals for a world that is gone. */
const supersede = async (done: Plan, { actor }: Commit, world: CommitWorld): Promise<void> => {
  const { workspaceId, id: planId, committed } = done
  const recent = await world.store.list('plan', workspaceId, { limit: 50, newestFirst: true })
  for (const plan of recent.items)
    if (plan.id !== planId && plan.status === 'candidate' && plan.createdAt <= (committed?.at ?? '')) {
      const value: Plan = { ...plan, status: 'superseded', ...touched(actor, world), version: plan.version + 1 }
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
 * @throws Refusal `not_found`, `invalid` (items that are not in it), `invalid_state` (it was rejected, or slots have changed)
 */
export const commitPlan = async (asked: Commit, world: CommitWorld, deadline: Deadline): Promise<Plan> => {
  const { workspaceId, planId } = asked
  const parts = await partsOf(await planOf(workspaceId, planId, world), world)
  checkItems(parts, asked.orderIds)
  const openOf = (orderIds: readonly OrderId[] | undefined) => {
    const chosen = orderIds && new Set(orderIds)
    return parts.flatMap(({ id, items }) =>
      items
        .filter((item) => isOpenItem(item) && (!chosen || chosen.has(item.orderId)))
        .map(({ orderId }) => ({ id, orderId })),
    )
  }
  const plan = await begin(asked, openOf(asked.orderIds).length > 0, world)
  const commit: Commit = plan.committing ? { ...asked, orderIds: undefined, ...plan.committing } : asked
  if (plan.status === 'committed') {
    await supersede(plan, commit, world)
    return plan
  }
  if (!(await makeWay(plan, parts, commit, world, deadline))) return plan
  for (const { id: partId, orderId } of openOf(commit.orderIds)) {
    if (deadline()) return plan
    await commitItem(plan, { partId, orderId }, commit, world)
  }
  if (!(await tellAlternatives(plan, world, deadline))) return plan
  const done = await finish(commit, world)
  await supersede(done, commit, world)
  return done
}
