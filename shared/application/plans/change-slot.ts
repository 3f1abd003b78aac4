import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { OrderId, SlotId, WorkspaceId } from '#domain/ids.ts'
import { freezeMinutes, isLiveSlot } from '#domain/plans/live-slot.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import type { LockLevel, Slot } from '#domain/plans/slot.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import { touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import { settleSoon } from '../timetable/arm-schedule.ts'
import type { Change, World } from '../world.ts'
import { fitReasons } from './fit-reasons.ts'
import { liveSlots } from './live-slots.ts'
import { placeChanges } from './place-slot.ts'
import { releaseChanges } from './release-slot.ts'
import { slotChange } from './slot-history.ts'
import { wholeSeconds } from './whole-seconds.ts'
import { withAlternatives } from './with-alternatives.ts'

type SlotWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable'>
type Address = { readonly workspaceId: WorkspaceId; readonly id: SlotId; readonly actor: Actor }

const slotOf = async ({ workspaceId, id }: Address, world: Pick<World, 'store'>): Promise<Slot> => {
  const slot = await world.store.get('slot', { workspaceId, id })
  if (!slot) throw notFound('slot', id)
  return slot
}

/** That the slots are not as they were; a plan that was made before is refused. */
const revised = async (workspaceId: WorkspaceId, because: string, world: SlotWorld): Promise<Change> => {
  const before = await world.store.get('revision', { workspaceId })
  const version = (before?.version ?? 0) + 1
  return {
    type: 'put',
    kind: 'revision',
    // A plan that is still being committed is not forgotten by that.
    value: {
      workspaceId,
      version,
      at: instantOf(world.clock.now()),
      because,
      ...(before?.planId && { planId: before.planId }),
    },
    expect: before?.version ?? 'absent',
  }
}

/** What is over cannot be changed. */
const live = (slot: Slot, what: string): Slot => {
  if (!isLiveSlot(slot))
    throw new Refusal('invalid_state', `This slot is ${slot.status} and cannot be ${what}.`, { current: slot })
  return slot
}

/** Locked and frozen slots stay, unless by force. */
const checkFree = (slot: Slot, force: string | undefined, nowMs: number): void => {
  if (force !== undefined) return
  const because =
    slot.lock === 'hard' || slot.status === 'locked'
      ? 'it is locked; unlock it first'
      : msOf(slot.start) < nowMs + minutes(freezeMinutes)
        ? `it begins within ${freezeMinutes} minutes`
        : undefined
  if (because)
    throw new Refusal(
      'invalid_state',
      `Slot ${slot.id} stays: ${because}, or send \`force\` with the reason; that is kept in the history.`,
      { current: slot },
    )
}

/** How firmly a slot stands against planning. @throws Refusal `not_found`, `invalid_state` */
export const lockSlot = (of: Address & { readonly lock: LockLevel }, world: SlotWorld): Promise<Slot> =>
  transact<Slot>(world, async () => {
    const slot = live(await slotOf(of, world), 'locked')
    if (slot.lock === of.lock) return { changes: [], result: slot }
    const held = slot.status === 'tentative' || slot.status === 'locked'
    const status = held ? (of.lock === 'hard' ? 'locked' : 'tentative') : slot.status
    const after: Slot = { ...slot, lock: of.lock, status, ...touched(of.actor, world), version: slot.version + 1 }
    return {
      changes: [
        ...slotChange(slot, after, `slot.lock-${of.lock}`, of.actor, world),
        await revised(of.workspaceId, `lock of ${slot.id}`, world),
      ],
      result: after,
    }
  })

/** @throws Refusal `invalid_state` where a slot cannot be taken back any more, or only by force */
const checkCancel = (slot: Slot, force: string | undefined, nowMs: number): void => {
  live(slot, 'cancelled')
  if (slot.status === 'executing')
    throw new Refusal('invalid_state', `The run ${slot.runId ?? ''} of slot ${slot.id} has begun; abort that.`, {
      current: slot,
    })
  checkFree(slot, force, nowMs)
}

/** Companions are taken back with what they follow: so many in one go. */
const mostCompanions = 5

/** Slots of orders that follow that of a slot, and of those that follow them. */
const companionsOf = async ({ workspaceId, id, orderId }: Slot, world: Pick<World, 'store'>): Promise<Slot[]> => {
  const slots = await liveSlots(workspaceId, world)
  const found: Slot[] = []
  const orders = new Set([orderId])
  for (const order of orders)
    for (const slot of slots)
      if (slot.follows?.orderId === order && slot.id !== id && !found.includes(slot)) {
        found.push(slot)
        orders.add(slot.orderId)
      }
  if (found.length > mostCompanions)
    throw new Refusal(
      'limit_exceeded',
      `${found.length} slots follow this one, and ${mostCompanions} at most are taken back with it. Cancel the last ones first: ${found
        .slice(mostCompanions)
        .map((slot) => slot.id)
        .join(', ')}.`,
    )
  return found
}

/**
 * Takes a slot back, and with it those of the orders that follow its own: their time is free, their runs are not started, their
 * orders wait again. All of it or nothing.
 * @throws Refusal `not_found`, `invalid_state` (it, or one that follows, is over, has begun, is locked or frozen), `limit_exceeded`
 */
export const cancelSlot = async (
  of: Address & { readonly reason: string; readonly force?: string | undefined },
  world: SlotWorld,
): Promise<Slot> => {
  const { workspaceId, actor, force } = of
  const cancelled = await transact<readonly Slot[]>(world, async () => {
    const first = await slotOf(of, world)
    if (first.status === 'cancelled') return { changes: [], result: [first] }
    // Read before the slots: whoever gives one a place meanwhile raises it.
    const revision = await revised(workspaceId, `cancelling ${first.id}`, world)
    const all = [first, ...(await companionsOf(first, world))]
    for (const slot of all) checkCancel(slot, force, world.clock.now())
    const changes: Change[] = [revision]
    const result: Slot[] = []
    for (const slot of all) {
      const why = slot === first ? '' : `It follows order ${slot.follows?.orderId ?? ''}, whose slot is taken back: `
      const reason = `${why}${of.reason}${force === undefined ? '' : ` (force: ${force})`}`
      const released = await releaseChanges(slot, { actor, reason, to: 'cancelled', orderBecomes: 'new' }, world)
      changes.push(...released.changes)
      result.push(released.slot)
    }
    return { changes, result }
  })
  for (const { scheduleId } of cancelled) if (scheduleId) await settleSoon({ workspaceId, id: scheduleId }, world)
  return cancelled[0] ?? slotOf(of, world)
}

/** A person says that it was done; for slots that no protocol runs. @throws Refusal `not_found`, `invalid_state` */
export const completeSlot = (of: Address & { readonly note?: string | undefined }, world: SlotWorld): Promise<Slot> =>
  transact<Slot>(world, async () => {
    const before = await slotOf(of, world)
    if (before.status === 'completed') return { changes: [], result: before }
    live(before, 'completed')
    if (before.protocolId !== undefined || before.status === 'tentative' || before.status === 'locked')
      throw new Refusal(
        'invalid_state',
        before.protocolId === undefined ? 'It is not committed yet.' : 'Its run says how it ended.',
        { current: before },
      )
    if (msOf(before.start) > world.clock.now())
      throw new Refusal('invalid_state', `It begins at ${before.start} only.`, { current: before })
    const reason = of.note ?? `Done, says ${actorName(of.actor)}.`
    const { changes, slot } = await releaseChanges(
      before,
      { actor: of.actor, reason, to: 'completed', orderBecomes: 'completed' },
      world,
    )
    return { changes, result: slot }
  })

/**
 * Gives an order a slot without a plan. @throws Refusal `not_found`, `invalid_state`, `asset_busy`, `against_rules` with
 * times and assets that are free
 */
export const placeOrder = async (
  of: {
    readonly workspaceId: WorkspaceId
    readonly orderId: OrderId
    readonly actor: Actor
    readonly start: string
    readonly assets: PlanItem['assets']
    readonly tentative: boolean
    readonly lock: LockLevel
  },
  world: SlotWorld,
): Promise<Slot> => {
  const { workspaceId, orderId, actor, tentative, lock } = of
  const placed = await transact(world, async () => {
    const order = await world.store.get('order', { workspaceId, id: orderId })
    if (!order) throw notFound('order', orderId)
    const startMs = wholeSeconds(of.start)
    const item = {
      assets: of.assets,
      start: instantOf(startMs),
      end: instantOf(startMs + minutes(order.durationMinutes)),
    }
    const reasons = await fitReasons(order, item, world)
    if (reasons.length > 0)
      throw new Refusal('invalid', `It cannot be put there: ${reasons.map(({ message }) => message).join('; ')}.`, {
        reasons,
      })
    const placing = { order, item, actor, tentative, lock, source: 'manual' } as const
    const { changes, slot } = await placeChanges(placing, world).catch(async (error: unknown) => {
      throw await withAlternatives(error, { order, item }, world)
    })
    return { changes: [...changes, await revised(workspaceId, `slot ${slot.id} by hand`, world)], result: slot }
  })
  if (placed.scheduleId) await settleSoon({ workspaceId, id: placed.scheduleId }, world)
  return placed
}

/**
 * Commits a slot that is held: its hold becomes the reservation of its run, in one transaction.
 * @throws Refusal `not_found`, `invalid_state`, `against_rules`
 */
export const commitSlot = async (of: Address, world: SlotWorld): Promise<Slot> => {
  const { workspaceId, actor } = of
  const committed = await transact<Slot>(world, async () => {
    const slot = await slotOf(of, world)
    if (slot.status === 'committed') return { changes: [], result: slot }
    const [order, reservation] = await Promise.all([
      world.store.get('order', { workspaceId, id: slot.orderId }),
      world.store.get('reservation', { workspaceId, id: slot.reservationId }),
    ])
    if ((slot.status !== 'tentative' && slot.status !== 'locked') || !order || reservation?.status !== 'held')
      throw new Refusal('invalid_state', `This slot is ${slot.status}; only one that is held can be committed.`, {
        current: slot,
      })
    const { assets, start, end, lock, source, planId } = slot
    const held = { slot, reservation }
    const placing = { order, item: { assets, start, end }, actor, tentative: false, lock, source, planId, held }
    const placed = await placeChanges(placing, world)
    return {
      changes: [...placed.changes, await revised(workspaceId, `commit of ${slot.id}`, world)],
      result: placed.slot,
    }
  })
  if (committed.scheduleId) await settleSoon({ workspaceId, id: committed.scheduleId }, world)
  return committed
}
