import type { Actor } from '#domain/audit/entry.ts'
import type { OrderId, WorkspaceId } from '#domain/ids.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import type { Plan, PlanItem, PlanPart } from '#domain/plans/plan.ts'
import { isAtPlace, isHeldSlot, standsFast } from '#domain/plans/rollback.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { transact } from '../common/transact.ts'
import { settleSoon } from '../timetable/arm-schedule.ts'
import type { World } from '../world.ts'
import type { Deadline } from './answer-question.ts'
import { releaseChanges } from './slot-changes.ts'

/** Waits to be committed. */
export const isOpenItem = ({ state }: PlanItem): boolean => state === 'proposed' || state === 'edited'

/** Only a roll-back by force touches what is locked or about to begin. */
export const mayForce = ({ mode, committing }: Pick<Plan, 'mode' | 'committing'>): boolean =>
  mode === 'rollback' && committing?.force !== undefined

/** Of a roll-back: the slot stands where it stood, and only its lock is another. */
export const standsThere = (slot: Slot | undefined, item: PlanItem): boolean =>
  item.as !== undefined &&
  slot !== undefined &&
  isLiveSlot(slot) &&
  isAtPlace(slot, item) &&
  isHeldSlot(slot) === item.as.held

/**
 * Takes back the slots that make way: those whose orders are put elsewhere, or are not in the plan any more.
 * @returns whether that is done
 */
export const makeWay = async (
  plan: Plan,
  parts: readonly PlanPart[],
  { actor, orderIds }: { readonly actor: Actor; readonly orderIds?: readonly OrderId[] | undefined },
  world: Pick<World, 'store' | 'clock' | 'ids' | 'timetable'>,
  deadline: Deadline,
): Promise<boolean> => {
  const workspaceId: WorkspaceId = plan.workspaceId
  const chosen = orderIds && new Set(orderIds)
  const going = parts.flatMap(({ items, leftOut }) => [
    ...items.flatMap((item) =>
      item.slotId && isOpenItem(item) && (!chosen || chosen.has(item.orderId)) ? [{ id: item.slotId, item }] : [],
    ),
    ...(chosen ? [] : leftOut.flatMap(({ slotId: id }) => (id ? [{ id, item: undefined }] : []))),
  ])
  const stays = (slot: Slot | undefined, item: PlanItem | undefined): boolean =>
    !slot ||
    !isLiveSlot(slot) ||
    (item !== undefined && standsThere(slot, item)) ||
    // Whoever locked it meanwhile wins, and so does time: its order then has a slot, and its item is left out.
    standsFast(slot, { nowMs: world.clock.now(), force: mayForce(plan) }) !== undefined
  for (let at = 0; at < going.length; at += 100) {
    // Read together: a commit that goes on skims what it did before.
    const some = going.slice(at, at + 100)
    const slots = await world.store.getMany(
      'slot',
      some.map(({ id }) => ({ workspaceId, id })),
    )
    for (const [index, { id, item }] of some.entries()) {
      if (stays(slots[index], item)) continue
      if (deadline()) return false
      const scheduleId = await transact<Slot['scheduleId']>(world, async () => {
        const slot = await world.store.get('slot', { workspaceId, id })
        if (!slot || stays(slot, item)) return { changes: [], result: undefined }
        const reason = item ? `Plan ${plan.id} puts it elsewhere.` : `Plan ${plan.id} takes it back.`
        const { changes } = await releaseChanges(slot, { actor, reason, to: 'cancelled', orderBecomes: 'new' }, world)
        return { changes, result: slot.scheduleId }
      })
      if (scheduleId) await settleSoon({ workspaceId, id: scheduleId }, world)
    }
  }
  return true
}
