import { type Actor, actorName } from '#domain/audit/entry.ts'
import type { OrderStatus } from '#domain/orders/order.ts'
import { mayBecome } from '#domain/orders/transitions.ts'
import type { Slot } from '#domain/plans/slot.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { cancelChanges } from '../reservations/cancel-changes.ts'
import { armingChange } from '../timetable/arm-schedule.ts'
import type { Change } from '../world.ts'
import { bumped, orderChanges, type SlotWorld, slotChange } from './slot-history.ts'

/** What takes a slot back: its time is given back, its run is not started, and its order waits again or becomes what is said. */
export const releaseChanges = async (
  slot: Slot,
  of: {
    readonly actor: Actor
    readonly reason: string
    readonly to: 'cancelled' | 'failed' | 'completed'
    readonly orderBecomes: OrderStatus
    readonly isBumped?: boolean | undefined
  },
  world: SlotWorld,
): Promise<{ readonly changes: Change[]; readonly slot: Slot; readonly schedule?: Schedule | undefined }> => {
  const { workspaceId } = slot
  const { actor, reason, to, orderBecomes } = of
  const [order, reservation, schedule, arming] = await Promise.all([
    world.store.get('order', { workspaceId, id: slot.orderId }),
    world.store.get('reservation', { workspaceId, id: slot.reservationId }),
    slot.scheduleId && world.store.get('schedule', { workspaceId, id: slot.scheduleId }),
    slot.scheduleId && world.store.get('arming', { workspaceId, scheduleId: slot.scheduleId }),
  ])
  const after: Slot = { ...slot, status: to, reason, ...touched(actor, world), version: slot.version + 1 }
  const changes = slotChange(slot, after, `slot.${to}`, actor, world, reason)
  if (order && order.status !== orderBecomes && mayBecome(order.status, orderBecomes))
    changes.push(...orderChanges(order, orderBecomes, { ...bumped(order, of.isBumped) }, actor, world))
  if (reservation && (reservation.status === 'held' || reservation.status === 'confirmed'))
    changes.push(...cancelChanges(reservation, { actor, note: reason, because: 'moved' }, world).changes)
  if (!schedule || schedule.status === 'archived' || to === 'completed') return { changes, slot: after }
  const stopped = { note: reason.slice(0, 500), since: instantOf(world.clock.now()), by: actorName(actor) }
  const { status: _status, ...rest } = schedule as Schedule & { stopped?: unknown }
  const archived = {
    ...rest,
    status: 'archived',
    stopped,
    generation: schedule.generation + 1,
    ...touched(actor, world),
    version: schedule.version + 1,
  } as Schedule
  changes.push(
    { type: 'put', kind: 'schedule', value: archived, expect: schedule.version },
    armingChange(schedule, arming || undefined, instantOf(world.clock.now())),
    auditOf(world, {
      workspaceId,
      subject: schedule.id,
      action: 'schedule.archived',
      actor,
      before: schedule,
      after: archived,
      note: reason,
    }),
  )
  return { changes, slot: after, schedule: archived }
}
