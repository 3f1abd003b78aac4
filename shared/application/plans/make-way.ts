import type { Actor } from '#domain/audit/entry.ts'
import type { OrderId, SlotId, WorkspaceId } from '#domain/ids.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import { isAtPlace } from '#domain/plans/place.ts'
import type { Plan, PlanItem, PlanPart } from '#domain/plans/plan.ts'
import { isHeldSlot, standsFast } from '#domain/plans/rollback.ts'
import type { Slot } from '#domain/plans/slot.ts'
import type { Deadline } from '../common/deadline.ts'
import { transact } from '../common/transact.ts'
import { settleSoon } from '../timetable/arm-schedule.ts'
import type { Change, World } from '../world.ts'
import { releaseChanges } from './release-slot.ts'

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

type Way = {
  readonly id: SlotId
  readonly item?: PlanItem | undefined
  /** A more urgent order takes its place, and it gets no other. */
  readonly isBumped?: boolean
}

/** Slots that are to make way: of items that go elsewhere, and of what the plan has no room for. */
const waysOf = (parts: readonly PlanPart[], orderIds: readonly OrderId[] | undefined): readonly Way[] => {
  const chosen = orderIds && new Set(orderIds)
  const isWanted = (orderId: OrderId): boolean => chosen?.has(orderId) ?? true
  return parts.flatMap(({ items, leftOut }) => [
    ...items.flatMap((item) =>
      item.slotId && isOpenItem(item) && isWanted(item.orderId) ? [{ id: item.slotId, item }] : [],
    ),
    ...leftOut.flatMap(({ slotId: id, orderId, bumpedBy }) =>
      id && isWanted(orderId) ? [{ id, isBumped: bumpedBy !== undefined }] : [],
    ),
  ])
}

/** Whether a slot need not make way, or must not. */
const stays = (
  slot: Slot | undefined,
  item: PlanItem | undefined,
  of: { readonly nowMs: number; readonly force: boolean },
): boolean =>
  !slot ||
  !isLiveSlot(slot) ||
  (item !== undefined && standsThere(slot, item)) ||
  // Whoever locked it meanwhile wins, and so does time: its order then has a slot, and its item is left out.
  standsFast(slot, of) !== undefined

/** Whether slots that are to make way still stand. */
export const isInTheWay = async (
  { workspaceId, mode }: Pick<Plan, 'workspaceId' | 'mode'>,
  parts: readonly PlanPart[],
  { orderIds, force }: { readonly orderIds?: readonly OrderId[] | undefined; readonly force?: string | undefined },
  world: Pick<World, 'store' | 'clock'>,
): Promise<boolean> => {
  const ways = waysOf(parts, orderIds)
  const slots = await world.store.getMany(
    'slot',
    ways.map(({ id }) => ({ workspaceId, id })),
  )
  const of = { nowMs: world.clock.now(), force: mode === 'rollback' && force !== undefined }
  return ways.some(({ item }, index) => !stays(slots[index], item, of))
}

/** Whether a slot was taken back for a plan. */
export const madeWay = ({ status, reason }: Slot, { id }: Pick<Plan, 'id'>): boolean =>
  status === 'cancelled' && (reason?.startsWith(`Plan ${id} `) ?? false)

/** What says that it is still the commit that began so; nothing, where that has ended meanwhile, and others may edit the plan. */
export const stillCommitting = async (plan: Plan, world: Pick<World, 'store'>): Promise<Change | undefined> => {
  const { workspaceId, id, version } = plan
  const now = await world.store.get('plan', { workspaceId, id })
  return now?.version === version
    ? { type: 'check', kind: 'plan', key: { workspaceId, id }, expect: version }
    : undefined
}

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
  const going = waysOf(parts, orderIds)
  const staysNow = (slot: Slot | undefined, item: PlanItem | undefined): boolean =>
    stays(slot, item, { nowMs: world.clock.now(), force: mayForce(plan) })
  for (let at = 0; at < going.length; at += 100) {
    // Read together: a commit that goes on skims what it did before.
    const some = going.slice(at, at + 100)
    const slots = await world.store.getMany(
      'slot',
      some.map(({ id }) => ({ workspaceId, id })),
    )
    for (const [index, { id, item, isBumped }] of some.entries()) {
      if (staysNow(slots[index], item)) continue
      if (deadline()) return false
      const scheduleId = await transact<Slot['scheduleId']>(world, async () => {
        const slot = await world.store.get('slot', { workspaceId, id })
        const same = await stillCommitting(plan, world)
        if (!slot || !same || staysNow(slot, item)) return { changes: [], result: undefined }
        const reason = item ? `Plan ${plan.id} puts it elsewhere.` : `Plan ${plan.id} takes it back.`
        const to = { actor, reason, to: 'cancelled', orderBecomes: 'new', isBumped } as const
        const { changes } = await releaseChanges(slot, to, world)
        return { changes: [...changes, same], result: slot.scheduleId }
      })
      if (scheduleId) await settleSoon({ workspaceId, id: scheduleId }, world)
    }
  }
  return true
}
