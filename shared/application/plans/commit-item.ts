import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { OrderId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { freezeMinutes } from '#domain/plans/live-slot.ts'
import type { Plan, PlanItem, PlanPart } from '#domain/plans/plan.ts'
import { isFrozen, isHeldSlot } from '#domain/plans/rollback.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import { settleSoon } from '../timetable/arm-schedule.ts'
import type { Change, World } from '../world.ts'
import { bondReasons, fitReasons } from './fit-reasons.ts'
import { conflictsOf } from './item-conflicts.ts'
import { isOpenItem, mayForce, standsThere, stillCommitting } from './make-way.ts'
import { placeChanges } from './place-slot.ts'
import { slotChange } from './slot-history.ts'

type ItemWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable'>
export type CommittedBy = { readonly actor: Actor; readonly tentative: boolean }

export const withItem = (part: PlanPart, orderId: OrderId, change: Partial<PlanItem>): Change => ({
  type: 'put',
  kind: 'planPart',
  value: {
    ...part,
    items: part.items.map((item) => (item.orderId === orderId ? { ...item, ...change } : item)),
    version: part.version + 1,
  },
  expect: part.version,
})

type Done = {
  readonly changes: readonly Change[]
  readonly result: { readonly scheduleId?: Slot['scheduleId'] | undefined }
}

export const isRefused = (error: unknown): error is Refusal =>
  error instanceof Refusal && error.code !== 'unavailable' && error.code !== 'contended'

/** It made way for nothing, so it gets its former time back, where that is still free. */
const formerPlace = async (
  part: PlanPart,
  { orderId }: PlanItem,
  order: Order,
  old: Slot,
  of: { readonly actor: Actor; readonly problem: string; readonly told: Partial<PlanItem> },
  world: ItemWorld,
): Promise<Done> => {
  const { actor, problem, told } = of
  const { assets, start, end, lock, source, reservationId, workspaceId } = old
  const reservation = await world.store.get('reservation', { workspaceId, id: reservationId })
  const tentative = reservation?.source.kind === 'slot' && reservation.expiresAt !== undefined
  try {
    // What it follows may have gone elsewhere before.
    const [bond] = await bondReasons(order, { assets, start, end }, world)
    if (bond) throw new Refusal('invalid', bond.message)
    const again = await placeChanges({ order, item: { assets, start, end }, actor, tentative, lock, source }, world)
    const back = `${problem} It has its former time again.`
    return {
      changes: [
        ...again.changes,
        withItem(part, orderId, { ...told, state: 'failed', problem: back, slotId: again.slot.id }),
      ],
      result: { scheduleId: again.schedule?.id },
    }
  } catch (worse) {
    if (!isRefused(worse)) throw worse
    const lost = `${problem} It does not get its former time back, either: ${worse.message}`
    return { changes: [withItem(part, orderId, { ...told, state: 'failed', problem: lost })], result: {} }
  }
}

/** What an item is committed by: its slot; or, where it cannot be, its former slot again. */
const placedItem = async (
  plan: Plan,
  part: PlanPart,
  item: PlanItem,
  order: Order,
  by: CommittedBy,
  world: ItemWorld,
): Promise<Done> => {
  const { actor, tentative } = by
  const { orderId, as } = item
  try {
    const reasons = await fitReasons(order, item, world)
    if (reasons.length > 0)
      throw new Refusal(
        'invalid',
        `It does not fit any more as it was planned: ${reasons.map(({ message }) => message).join('; ')}.`,
      )
    if (as && !mayForce(plan) && isFrozen(item.start, world.clock.now()))
      throw new Refusal('invalid_state', `It begins within ${freezeMinutes} minutes by now; only by force.`)
    const source = item.state === 'edited' ? 'manual' : (as?.source ?? (item.slotId ? 'reshuffle' : 'auto'))
    const isBumped = item.slotId !== undefined && item.assigned?.bumpedBy !== undefined
    const placed = await placeChanges(
      {
        order,
        item,
        actor,
        tentative: as?.held ?? tentative,
        lock: as?.lock ?? 'none',
        source,
        planId: plan.id,
        isBumped,
      },
      world,
    )
    return {
      changes: [...placed.changes, withItem(part, orderId, { state: 'committed', slotId: placed.slot.id })],
      result: { scheduleId: placed.schedule?.id },
    }
  } catch (error) {
    if (!isRefused(error)) throw error
    const problem = error.message
    const conflicts = await conflictsOf(plan.workspaceId, error.reasons, world)
    const told = conflicts.length > 0 ? { conflicts } : {}
    const old = item.slotId && (await world.store.get('slot', { workspaceId: plan.workspaceId, id: item.slotId }))
    return old && order.status === 'new'
      ? formerPlace(part, item, order, old, { actor, problem, told }, world)
      : { changes: [withItem(part, orderId, { ...told, state: 'failed', problem })], result: {} }
  }
}

/** Of a roll-back: the slot stays, and its lock becomes what it was. */
const relocked = (plan: Plan, part: PlanPart, item: PlanItem, slot: Slot, actor: Actor, world: ItemWorld): Done => {
  const lock = item.as?.lock ?? slot.lock
  const done = withItem(part, item.orderId, { state: 'committed', slotId: slot.id })
  if (lock === slot.lock) return { changes: [done], result: {} }
  if (slot.lock === 'hard' && !mayForce(plan)) {
    const problem = 'Its slot was locked hard meanwhile, and stays so; unlock it, or roll back by force.'
    return { changes: [withItem(part, item.orderId, { state: 'failed', problem })], result: {} }
  }
  const status = isHeldSlot(slot) ? (lock === 'hard' ? 'locked' : 'tentative') : slot.status
  const after: Slot = { ...slot, lock, status, ...touched(actor, world), version: slot.version + 1 }
  return { changes: [...slotChange(slot, after, `slot.lock-${lock}`, actor, world), done], result: {} }
}

/** What is done about an item. */
const doneBy = async (
  plan: Plan,
  part: PlanPart,
  item: PlanItem,
  order: Order | undefined,
  by: CommittedBy,
  world: ItemWorld,
): Promise<Done> => {
  const { workspaceId } = plan
  const { orderId } = item
  const slot = item.as && item.slotId && (await world.store.get('slot', { workspaceId, id: item.slotId }))
  if (slot && standsThere(slot, item)) return relocked(plan, part, item, slot, by.actor, world)
  const problem = !order
    ? `Order ${orderId} is not there any more.`
    : order.status !== 'new' && order.status !== 'deferred'
      ? `Order "${order.name}" is ${order.status} by now.`
      : undefined
  return !order || problem !== undefined
    ? { changes: [withItem(part, orderId, { state: 'failed', problem })], result: {} }
    : placedItem(plan, part, item, order, by, world)
}

/** Commits one item, or writes down why it cannot be; either is one transaction. */
export const commitItem = async (
  plan: Plan,
  { partId, orderId }: { readonly partId: string; readonly orderId: OrderId },
  by: CommittedBy,
  world: ItemWorld,
): Promise<void> => {
  const { workspaceId } = plan
  const { scheduleId } = await transact<Done['result']>(world, async () => {
    const [part, order, same] = await Promise.all([
      world.store.get('planPart', { workspaceId, id: partId }),
      world.store.get('order', { workspaceId, id: orderId }),
      stillCommitting(plan, world),
    ])
    const item = part?.items.find((one) => one.orderId === orderId && isOpenItem(one))
    if (!part || !item || !same) return { changes: [], result: {} }
    const { changes, result } = await doneBy(plan, part, item, order, by, world)
    return { changes: [...changes, same], result }
  })
  if (scheduleId) await settleSoon({ workspaceId, id: scheduleId }, world)
}
