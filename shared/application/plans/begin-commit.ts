import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { OrderId, PlanId, WorkspaceId } from '#domain/ids.ts'
import type { Plan, PlanPart } from '#domain/plans/plan.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'
import { changedSlots } from './changed-slots.ts'
import { toCommit } from './items-to-commit.ts'
import { isInTheWay } from './make-way.ts'
import { partsOf, planOf } from './read-plan.ts'
import { prepareSnapshot, takenChanges } from './take-snapshot.ts'

export type CommitWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable'>

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
  /** It does not matter that slots have changed: somebody approved each of its items. */
  readonly anyRevision?: true | undefined
}

/** The plan, and what the person saw, must be of the state that the slots are in now. */
const worldChanged = async (
  plan: Plan,
  seen: number | undefined,
  now: number,
  world: Pick<World, 'store'>,
): Promise<Refusal> => {
  const { workspaceId, from, createdAt: since, id: but } = plan
  if (plan.revision === now)
    return new Refusal(
      'invalid_state',
      `You saw the slots at revision ${seen}, and they are at ${now}. Look at the plan again, then commit it with \`revision\` ${now}.`,
      { current: plan },
    )
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
  // Of what is left out, a slot may be given up.
  const there = new Set(
    parts.flatMap(({ items, leftOut }) =>
      [...items, ...leftOut.filter(({ slotId }) => slotId)].map(({ orderId }) => orderId),
    ),
  )
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
const otherCommit = async (commit: Commit, planId: PlanId | undefined, world: Pick<World, 'store'>): Promise<void> => {
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

/** A commit that is under way goes on with what it began with, and is asked for with that again. */
const checkSame = (plan: Plan, { tentative, orderIds }: Commit): void => {
  const begun = plan.committing
  const idsOf = (ids: readonly OrderId[] | undefined): string => ids?.toSorted().join() ?? 'all'
  if (!begun || (begun.tentative === tentative && idsOf(begun.orderIds) === idsOf(orderIds))) return
  const what = begun.orderIds
    ? `order(s) ${begun.orderIds.slice(0, 10).join(', ')}${begun.orderIds.length > 10 ? ` and ${begun.orderIds.length - 10} more` : ''}`
    : 'all that is in it'
  throw new Refusal(
    'invalid_state',
    `A commit of this plan is under way: ${what}, ${begun.tentative ? 'to hold their time only' : 'not tentative'}. Ask for that again, as \`committing\` says, so that it goes on, or wait until it has ended; then ask for this.`,
    { current: plan },
  )
}

/** Orders of a batch that is cancelled are not wanted as that batch. @returns what says that it stays so */
const checkBatch = async (plan: Plan, world: Pick<World, 'store'>): Promise<Change[]> => {
  const { workspaceId, batchId: id } = plan
  const batch = id && (await world.store.get('batch', { workspaceId, id }))
  if (!batch) return []
  if (batch.status === 'cancelled') {
    const message = `Batch "${batch.name}" of this plan is cancelled. Plan those of its orders that still wait without it.`
    throw new Refusal('invalid_state', message, { current: plan, reasons: [{ code: 'no-batch', message }] })
  }
  return [{ type: 'check', kind: 'batch', key: { workspaceId, id: batch.id }, expect: batch.version }]
}

const nothingLeft = (plan: Plan, parts: readonly PlanPart[]): Refusal => {
  const failed = parts.flatMap(({ items }) => items.filter(({ state }) => state === 'failed')).length
  const message =
    failed > 0
      ? `Nothing of this plan is left to commit: ${failed} item(s) could not be, see their problems. Put them elsewhere, or plan again.`
      : 'There is nothing to commit in this plan: all of it stays as it is.'
  return new Refusal('invalid_state', message, {
    current: plan,
    reasons: [{ code: 'nothing-to-commit', message, facts: { failed } }],
  })
}

/**
 * Takes a snapshot, says that it is being committed and with what, and that slots change by it; one commit alone gets by. One
 * that was interrupted goes on with what it began with.
 */
export const beginCommit = (commit: Commit, world: Omit<CommitWorld, 'timetable'>): Promise<Plan> =>
  transact<Plan>(world, async () => {
    const { workspaceId, planId, actor, tentative, orderIds } = commit
    const plan = await planOf(workspaceId, planId, world)
    if (plan.status === 'committing') {
      checkSame(plan, commit)
      return { changes: [], result: plan }
    }
    if (plan.status !== 'candidate' && plan.status !== 'committed')
      throw new Refusal(
        'invalid_state',
        `This plan is ${plan.status}${plan.rejectedBecause ? `: ${plan.rejectedBecause}` : ''}. Plan again.`,
        { current: plan },
      )
    // Read with the plan: an edit changes both.
    const parts = await partsOf(plan, world)
    checkItems(parts, orderIds)
    if ((await toCommit(plan, parts, commit, world)).length === 0 && !(await isInTheWay(plan, parts, commit, world))) {
      if (plan.status === 'committed') return { changes: [], result: plan }
      throw nothingLeft(plan, parts)
    }
    const batch = await checkBatch(plan, world)
    const revision = await world.store.get('revision', { workspaceId })
    const now = revision?.version ?? 0
    await otherCommit(commit, revision?.planId, world)
    // A roll-back was just made: its force is for what is locked.
    const isBound = !(commit.force ?? commit.anyRevision) || plan.mode === 'rollback'
    if (isBound && (plan.revision !== now || (commit.revision ?? now) !== now))
      throw await worldChanged(plan, commit.revision, now, world)
    const value: Plan = {
      ...plan,
      status: 'committing',
      // What is left of it may follow, as long as nothing else has changed.
      revision: now + 1,
      committing: {
        tentative,
        ...(orderIds && { orderIds: [...orderIds] }),
        ...(commit.force !== undefined && { force: commit.force }),
        ...(commit.anyRevision && { anyRevision: true }),
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
        ...batch,
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
