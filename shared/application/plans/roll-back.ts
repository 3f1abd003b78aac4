import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { fingerprint } from '#domain/fingerprint.ts'
import type { PlanId, SnapshotId, WorkspaceId } from '#domain/ids.ts'
import type { LeftOut, Plan, PlanItem } from '#domain/plans/plan.ts'
import { isHeldSlot, type RollbackEntry } from '#domain/plans/rollback.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import { made } from '../common/change-document.ts'
import type { Deadline } from '../common/deadline.ts'
import type { World } from '../world.ts'
import { changedSlots } from './changed-slots.ts'
import { commitPlan } from './commit-plan.ts'
import { type Differences, snapshotDifferences } from './snapshot-differences.ts'
import { storeDraft } from './store-draft.ts'

type RollbackWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable'>

export type RollBack = {
  readonly workspaceId: WorkspaceId
  readonly snapshotId: SnapshotId
  readonly actor: Actor
  /** State of the slots that the person saw. */
  readonly revision?: number | undefined
  readonly dryRun: boolean
  /** Why slots that are locked, or begin soon, are put back, too. */
  readonly force?: string | undefined
}

export type RolledBack = {
  /** What differed when it began; nothing where it went on with one that was interrupted. */
  readonly differences?: Differences | undefined
  /** What it was done by; none where nothing is to be done, or nothing was to be done yet. */
  readonly plan?: Plan | undefined
}

const itemOf = ({ change, orderId, was, slot }: RollbackEntry, { orders }: Differences): PlanItem[] => {
  if (!was || change === 'left-alone') return []
  const { assets, start, end, lock, source } = was
  return [
    {
      orderId,
      state: change === 'kept' ? 'kept' : 'proposed',
      assets,
      start,
      end,
      value: orders.get(orderId)?.value ?? 0,
      transitionMinutes: 0,
      slackMinutes: 0,
      ...(slot && { slotId: slot.id }),
      as: { held: isHeldSlot(was), lock, source },
    },
  ]
}

const leftOutOf = ({ change, orderId, slot, reasons }: RollbackEntry): LeftOut[] => {
  if (change === 'goes' && slot)
    return [
      { orderId, code: 'MADE_SINCE', message: `Slot ${slot.id} was made since; it is taken back.`, slotId: slot.id },
    ]
  if (change !== 'left-alone') return []
  const why = reasons.map(({ message }) => message).join('; ')
  return [{ orderId, code: 'LEFT_ALONE', message: `It stays as it is now: ${why}.` }]
}

/** The plan that goes back: each slot of then an item, each of since left out. */
const rollbackPlan = (
  differences: Differences,
  { workspaceId, snapshotId, actor }: RollBack,
  world: RollbackWorld,
): Promise<Plan> => {
  const { snapshot, entries, orders, revision } = differences
  const items = entries.flatMap((entry) => itemOf(entry, differences))
  const leftOut = entries.flatMap(leftOutOf)
  const count = (...changes: readonly RollbackEntry['change'][]): number =>
    entries.filter(({ change }) => changes.includes(change)).length
  const worthOf = (some: readonly { readonly orderId: PlanItem['orderId'] }[]): number =>
    some.reduce((sum, { orderId }) => sum + (orders.get(orderId)?.value ?? 0), 0)
  const nowMs = world.clock.now()
  const now = instantOf(nowMs)
  const value = worthOf(items)
  const busyMs = items.reduce((sum, { start, end }) => sum + msOf(end) - msOf(start), 0)
  const id: PlanId = `pln_${world.ids.unique()}`
  return storeDraft(
    {
      workspaceId,
      id,
      status: 'candidate',
      mode: 'rollback',
      modeReason: `Back to "${snapshot.name}" of ${snapshot.createdAt}.`,
      algorithm: 'none',
      seed: 0,
      iterations: 0,
      from: now,
      to: instantOf(Math.max(nowMs, ...items.map(({ end }) => msOf(end)))),
      freezeUntil: now,
      inputHash: fingerprint(['rollback', snapshotId, revision, items, leftOut]),
      software: 'benchtime-snapshots 1',
      revision,
      objective: 'fewest-changes',
      changes: {
        kept: count('kept', 'locks'),
        moved: count('moves'),
        dropped: count('goes'),
        added: count('comes-back'),
        valueBefore: worthOf(entries.filter(({ slot }) => slot !== undefined)),
        valueAfter: value + worthOf(entries.filter(({ change, slot }) => change === 'left-alone' && slot)),
      },
      score: value,
      metrics: {
        orders: entries.length,
        planned: items.length,
        leftOut: leftOut.length,
        value,
        valueOfAll: worthOf(entries),
        busyMinutes: Math.round(busyMs / minutes(1)),
        transitionMinutes: 0,
        terms: { value },
      },
      snapshotId,
      ...made(actor, world),
    },
    { items, leftOut },
    actor,
    world,
  )
}

/** A roll-back to this snapshot that was interrupted. */
const interrupted = async (
  { workspaceId, snapshotId }: RollBack,
  world: Pick<World, 'store'>,
): Promise<Plan | undefined> => {
  const revision = await world.store.get('revision', { workspaceId })
  const plan = revision?.planId && (await world.store.get('plan', { workspaceId, id: revision.planId }))
  return plan && plan.status === 'committing' && plan.snapshotId === snapshotId ? plan : undefined
}

/**
 * Brings the slots back to how they stood in a snapshot, as far as that time is ahead and free: by a plan that is made of the
 * snapshot and committed. Asked again when it was interrupted, it goes on; when it is done, nothing is left to do.
 * @throws Refusal `not_found`, `invalid_state` (slots have changed since `revision`, or another plan is being committed)
 */
export const rollBack = async (of: RollBack, world: RollbackWorld, deadline: Deadline): Promise<RolledBack> => {
  const { workspaceId, snapshotId, actor, revision, dryRun, force } = of
  const unfinished = dryRun ? undefined : await interrupted(of, world)
  if (unfinished) {
    const { id: planId } = unfinished
    return { plan: await commitPlan({ workspaceId, planId, actor, tentative: false }, world, deadline) }
  }
  const differences = await snapshotDifferences({ workspaceId, snapshotId, force: force !== undefined }, world)
  if (revision !== undefined && revision !== differences.revision)
    throw new Refusal(
      'invalid_state',
      `Slots have changed: they are at revision ${differences.revision}, not ${revision}. Look at what differs now, then ask with that revision.`,
      {
        current: differences.snapshot,
        reasons: await changedSlots(
          { workspaceId, from: instantOf(world.clock.now()), since: differences.snapshot.createdAt },
          world,
        ),
      },
    )
  const isDone = differences.entries.every(({ change }) => change === 'kept' || change === 'left-alone')
  if (dryRun || isDone) return { differences }
  const { id: planId } = await rollbackPlan(differences, of, world)
  return {
    differences,
    plan: await commitPlan({ workspaceId, planId, actor, tentative: false, force }, world, deadline),
  }
}
