import { type Actor, actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { OrderId, PlanId, WorkspaceId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import type { Plan, PlanItem, PlanPart } from '#domain/plans/plan.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import { settleSoon } from '../timetable/arm-schedule.ts'
import type { Change, World } from '../world.ts'
import type { Deadline } from './answer-question.ts'
import { fitReasons } from './fit-reasons.ts'
import { partsOf, planOf } from './read-plan.ts'
import { placeChanges, releaseChanges } from './slot-changes.ts'

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

/** Slots that changed since a plan was made. */
const changedSince = async (plan: Plan, world: Pick<World, 'store'>): Promise<readonly Slot[]> => {
  const changed: Slot[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.slotsByStart(plan.workspaceId, { limit: 100, cursor }, { from: plan.from })
    changed.push(...page.items.filter(({ updatedAt, planId }) => updatedAt >= plan.createdAt && planId !== plan.id))
    cursor = page.next
  } while (cursor !== undefined && changed.length < 20)
  return changed
}

const worldChanged = async (plan: Plan, now: number, world: Pick<World, 'store'>): Promise<Refusal> => {
  const changed = await changedSince(plan, world)
  const message = `Slots have changed since this plan was made (revision ${plan.revision}, now ${now}). Plan again, or commit with \`force\` and the reason: what does not fit any more is left out.`
  return new Refusal('invalid_state', message, {
    current: plan,
    reasons: changed.map(({ id, orderId, status, start }) => ({
      code: 'slot-changed',
      message: `slot ${id} of order ${orderId} at ${start} is ${status} now`,
      facts: { slotId: id, orderId, status, start },
    })),
  })
}

const isOpen = ({ state }: PlanItem): boolean => state === 'proposed' || state === 'edited'

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
 * Says that it is being committed and with what, and that slots change by it; one commit alone gets by. One that was interrupted
 * goes on with what it began with.
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
    if ((commit.revision ?? plan.revision) !== now && commit.force === undefined)
      throw await worldChanged(plan, now, world)
    const value: Plan = {
      ...plan,
      status: 'committing',
      // What is left of it may follow, as long as nothing else has changed.
      revision: now + 1,
      committing: { tentative, ...(orderIds && { orderIds: [...orderIds] }) },
      ...touched(actor, world),
      version: plan.version + 1,
    }
    const note = commit.force && `Force: ${commit.force}`
    const at = instantOf(world.clock.now())
    return {
      changes: [
        { type: 'put', kind: 'plan', value, expect: plan.version },
        {
          type: 'put',
          kind: 'revision',
          value: { workspaceId, version: now + 1, at, because: `commit of ${planId}`, planId },
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

/** Slots that make way: those whose orders are put elsewhere, or are not in the plan any more. */
const makeWay = async (
  parts: readonly PlanPart[],
  commit: Commit,
  world: CommitWorld,
  deadline: Deadline,
): Promise<void> => {
  const chosen = commit.orderIds && new Set(commit.orderIds)
  const going = parts.flatMap(({ items, leftOut }) => [
    ...items.flatMap(({ orderId, slotId, state }) =>
      slotId && (state === 'proposed' || state === 'edited') && (!chosen || chosen.has(orderId)) ? [slotId] : [],
    ),
    ...(chosen ? [] : leftOut.flatMap(({ slotId }) => slotId ?? [])),
  ])
  for (const id of going) {
    if (deadline()) return
    const released = await transact<{ scheduleId?: Slot['scheduleId'] | undefined } | undefined>(world, async () => {
      const slot = await world.store.get('slot', { workspaceId: commit.workspaceId, id })
      // Whoever locked it meanwhile wins: its order then has a slot, and its item is left out.
      const stays = !slot || !isLiveSlot(slot) || slot.status === 'executing' || slot.lock === 'hard'
      if (stays) return { changes: [], result: undefined }
      const reason = `Plan ${commit.planId} puts it elsewhere.`
      const { changes } = await releaseChanges(
        slot,
        { actor: commit.actor, reason, to: 'cancelled', orderBecomes: 'new' },
        world,
      )
      return { changes, result: { scheduleId: slot.scheduleId } }
    })
    if (released?.scheduleId) await settleSoon({ workspaceId: commit.workspaceId, id: released.scheduleId }, world)
  }
}

const withItem = (part: PlanPart, orderId: OrderId, change: Partial<PlanItem>): Change => ({
  type: 'put',
  kind: 'planPart',
  value: {
    ...part,
    items: part.items.map((item) => (item.orderId === orderId ? { ...item, ...change } : item)),
    version: part.version + 1,
  },
  expect: part.version,
})

type Committed = { readonly scheduleId?: Slot['scheduleId'] | undefined }

/** What an item is committed by: its slot; or, where it cannot be, its former slot again. */
const placedItem = async (
  part: PlanPart,
  item: PlanItem,
  order: Order,
  commit: Commit,
  world: CommitWorld,
): Promise<{ readonly changes: readonly Change[]; readonly result: Committed }> => {
  const { planId, actor, tentative } = commit
  const { orderId } = item
  try {
    const reasons = await fitReasons(order, item, world)
    if (reasons.length > 0)
      throw new Refusal(
        'invalid',
        `The order has changed since it was planned: ${reasons.map(({ message }) => message).join('; ')}.`,
      )
    const source = item.state === 'edited' ? 'manual' : item.slotId ? 'reshuffle' : 'auto'
    const placed = await placeChanges({ order, item, actor, tentative, lock: 'none', source, planId }, world)
    return {
      changes: [...placed.changes, withItem(part, orderId, { state: 'committed', slotId: placed.slot.id })],
      result: { scheduleId: placed.schedule?.id },
    }
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'unavailable' || error.code === 'contended') throw error
    const problem = error.message
    const old = item.slotId && (await world.store.get('slot', { workspaceId: commit.workspaceId, id: item.slotId }))
    if (!old || order.status !== 'new')
      return { changes: [withItem(part, orderId, { state: 'failed', problem })], result: {} }
    // It made way for nothing, so it gets its former time back, where that is still free.
    try {
      const { assets, start, end, lock, source } = old
      const again = await placeChanges(
        { order, item: { assets, start, end }, actor, tentative: false, lock, source },
        world,
      )
      const back = `${problem} It has its former time again.`
      return {
        changes: [...again.changes, withItem(part, orderId, { state: 'failed', problem: back, slotId: again.slot.id })],
        result: { scheduleId: again.schedule?.id },
      }
    } catch (worse) {
      if (!(worse instanceof Refusal) || worse.code === 'unavailable' || worse.code === 'contended') throw worse
      const lost = `${problem} Its former time is taken, too: ${worse.message}`
      return { changes: [withItem(part, orderId, { state: 'failed', problem: lost })], result: {} }
    }
  }
}

/** Commits one item, or writes down why it cannot be; either is one transaction. */
const commitItem = async (partId: string, orderId: OrderId, commit: Commit, world: CommitWorld): Promise<void> => {
  const { workspaceId } = commit
  const { scheduleId } = await transact<Committed>(world, async () => {
    const [part, order] = await Promise.all([
      world.store.get('planPart', { workspaceId, id: partId }),
      world.store.get('order', { workspaceId, id: orderId }),
    ])
    const item = part?.items.find((one) => one.orderId === orderId)
    if (!part || !item || !isOpen(item)) return { changes: [], result: {} }
    const gone = !order
      ? `Order ${orderId} is not there any more.`
      : order.status !== 'new' && order.status !== 'deferred'
        ? `Order "${order.name}" is ${order.status} by now.`
        : undefined
    if (!order || gone !== undefined)
      return { changes: [withItem(part, orderId, { state: 'failed', problem: gone })], result: {} }
    return placedItem(part, item, order, commit, world)
  })
  if (scheduleId) await settleSoon({ workspaceId, id: scheduleId }, world)
}

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
      ],
      result: value,
    }
  })

/** Candidates of before are proposals for a world that is gone. */
const supersede = async ({ workspaceId, planId, actor }: Commit, world: CommitWorld): Promise<void> => {
  const recent = await world.store.list('plan', workspaceId, { limit: 50, newestFirst: true })
  for (const plan of recent.items)
    if (plan.id !== planId && plan.status === 'candidate') {
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
        .filter((item) => isOpen(item) && (!chosen || chosen.has(item.orderId)))
        .map(({ orderId }) => ({ id, orderId })),
    )
  }
  const plan = await begin(asked, openOf(asked.orderIds).length > 0, world)
  const commit: Commit = plan.committing ? { ...asked, orderIds: undefined, ...plan.committing } : asked
  await makeWay(parts, commit, world, deadline)
  for (const { id, orderId } of openOf(commit.orderIds)) {
    if (deadline()) return plan
    await commitItem(id, orderId, commit, world)
  }
  const done = await finish(commit, world)
  await supersede(commit, world)
  return done
}
