import type { OrderId } from '#domain/ids.ts'
import type { Plan } from '#domain/plans/plan.ts'
import { isHeldSlot } from '#domain/plans/rollback.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { transact } from '../common/transact.ts'
import { settleSoon } from '../timetable/arm-schedule.ts'
import type { World } from '../world.ts'
import { type CommittedBy, isRefused, withItem } from './commit-item.ts'
import { stillCommitting } from './make-way.ts'
import { placeChanges } from './place-slot.ts'

/** Commits the slot that an item holds since an earlier commit; or writes down why that cannot be: its time stays held. */
export const commitHeld = async (
  plan: Plan,
  { partId, orderId }: { readonly partId: string; readonly orderId: OrderId },
  { actor }: CommittedBy,
  world: Pick<World, 'store' | 'clock' | 'ids' | 'timetable'>,
): Promise<void> => {
  const { workspaceId } = plan
  const scheduleId = await transact<Slot['scheduleId']>(world, async () => {
    const nothing = { changes: [], result: undefined }
    const [part, order, same] = await Promise.all([
      world.store.get('planPart', { workspaceId, id: partId }),
      world.store.get('order', { workspaceId, id: orderId }),
      stillCommitting(plan, world),
    ])
    const item = part?.items.find((one) => one.orderId === orderId)
    const slot = item?.slotId && (await world.store.get('slot', { workspaceId, id: item.slotId }))
    if (!part || !order || !same || !slot || !isHeldSlot(slot)) return nothing
    const reservation = await world.store.get('reservation', { workspaceId, id: slot.reservationId })
    if (reservation?.status !== 'held') return nothing
    const { assets, start, end, lock, source } = slot
    const held = { slot, reservation }
    const placing = {
      order,
      item: { assets, start, end, ...(item?.override && { override: item.override }) },
      actor,
      tentative: false,
      lock,
      source,
      planId: plan.id,
      held,
    }
    try {
      const { changes, schedule } = await placeChanges(placing, world)
      return { changes: [...changes, same], result: schedule?.id }
    } catch (error) {
      if (!isRefused(error)) throw error
      const problem = `Its time is held still: ${error.message}`
      return item?.problem === problem
        ? nothing
        : { changes: [withItem(part, orderId, { problem }), same], result: undefined }
    }
  })
  if (scheduleId) await settleSoon({ workspaceId, id: scheduleId }, world)
}
