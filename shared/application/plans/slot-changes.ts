import { type Actor, actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { type ReservationId, reservationIdOf, runIdOfFiring, type ScheduleId, type SlotId } from '#domain/ids.ts'
import type { Order, OrderStatus } from '#domain/orders/order.ts'
import { mayBecome } from '#domain/orders/transitions.ts'
import { pointsSomewhere, setupOf } from '#domain/plans/changeover.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import type { Slot } from '#domain/plans/slot.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { overridden, standing } from '#domain/rules/judge.ts'
import { runSettingsSchema, type Schedule } from '#domain/schedules/schedule.ts'
import { instantOf, minutes, msOf, seconds } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { made, touched } from '../common/change-document.ts'
import { conflictsOfForce } from '../conflicts/conflicts-of-force.ts'
import { transitionConflicts } from '../conflicts/transitions-of-slot.ts'
import { readWork } from '../order-types/read-work.ts'
import { cannotBecome } from '../orders/change-order.ts'
import { ownOf } from '../reservations/book-reservation.ts'
import { cancelChanges } from '../reservations/cancel-changes.ts'
import { withNextOption } from '../reservations/next-option.ts'
import { type Asking, readAsk } from '../reservations/read-ask.ts'
import { refusalFor } from '../reservations/refuse.ts'
import { next, reservationChanges } from '../reservations/store-reservation.ts'
import { armingChange } from '../timetable/arm-schedule.ts'
import type { Change, World } from '../world.ts'
import { slotOfOrder } from './place-of-order.ts'

export type SlotWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** What is to become of an order: held for a time, or committed to it. */
export type Placing = {
  readonly order: Order
  readonly item: Pick<PlanItem, 'assets' | 'start' | 'end' | 'override'>
  readonly actor: Actor
  readonly tentative: boolean
  readonly lock: Slot['lock']
  readonly source: Slot['source']
  readonly planId?: Slot['planId'] | undefined
  /** A more urgent order took its place before. */
  readonly isBumped?: boolean | undefined
  /** What is held for it already, and is committed now. */
  readonly held?: { readonly slot: Slot; readonly reservation: Reservation } | undefined
}

/** What was let through when its time was held is let through when it is committed. */
const grantedTo = ({ item, held }: Placing): PlanItem['override'] => {
  const last = held?.reservation.overrides?.at(-1)
  return item.override ?? (last && { codes: last.codes, reason: last.reason, by: last.by, role: 'admin' })
}

/** An order in its next state, with its history entry. @throws Refusal `invalid_state` by its transitions */
export const orderChanges = (
  before: Order,
  to: OrderStatus,
  more: Partial<Order>,
  actor: Actor,
  world: Pick<World, 'clock' | 'ids'>,
): Change[] => {
  if (before.status !== to && !mayBecome(before.status, to)) throw cannotBecome(before, to)
  const { deferredUntil: _until, ...rest } = before
  const after: Order = { ...rest, ...more, status: to, ...touched(actor, world), version: before.version + 1 }
  const { workspaceId, id } = before
  return [
    { type: 'put', kind: 'order', value: after, expect: before.version },
    auditOf(world, { workspaceId, subject: id, action: `order.${to}`, actor, before, after }),
  ]
}

/** How often it made way, where it did once more. */
const bumped = ({ timesBumped = 0 }: Order, isBumped: boolean | undefined) =>
  isBumped && { timesBumped: timesBumped + 1 }

const stampsOf = ({ createdAt, createdBy }: Slot) => ({ createdAt, createdBy })

/** A slot in its next state, with its history entry. */
export const slotChange = (
  before: Slot | undefined,
  after: Slot,
  action: string,
  actor: Actor,
  world: Pick<World, 'clock' | 'ids'>,
  note?: string,
): Change[] => [
  { type: 'put', kind: 'slot', value: after, expect: before?.version ?? 'absent' },
  auditOf(world, { workspaceId: after.workspaceId, subject: after.id, action, actor, before, after, note }),
]

/** The schedule that starts the run of a slot, once. */
const scheduleOf = (
  { order, item, actor }: Placing,
  id: ScheduleId,
  slotId: SlotId,
  world: SlotWorld,
): Schedule | undefined =>
  order.protocolId === undefined
    ? undefined
    : {
        workspaceId: order.workspaceId,
        id,
        name: order.name,
        protocolId: order.protocolId,
        parameters: order.parameters ?? {},
        rule: { kind: 'at', at: item.start },
        timeZone: 'UTC',
        startAt: instantOf(Math.floor(world.clock.now() / 1000) * 1000),
        overlap: 'skip',
        settings: runSettingsSchema.parse({ priority: order.priority }),
        // Its time is held by the slot already.
        holdAheadDays: 0,
        tags: ['slot'],
        slotId,
        generation: 1,
        status: 'active',
        ...made(actor, world),
      }

/** What says that the slot of the order that is followed is as it was: taken back meanwhile, its companion would be left alone. */
const bondChecks = async ({ workspaceId, follows }: Order, world: Pick<World, 'store'>): Promise<Change[]> => {
  const other = follows && (await slotOfOrder(workspaceId, follows.orderId, world))
  return other ? [{ type: 'check', kind: 'slot', key: { workspaceId, id: other.id }, expect: other.version }] : []
}

/**
 * The changes that give an order its slot: the reservation of its assets, the slot, the schedule that starts its run, the order in
 * its next state; all of it in one transaction, or none.
 * @throws Refusal `asset_busy`, `against_rules` and others of a booking, with the next time that is free; `invalid_state`
 */
export const placeChanges = async (
  placing: Placing,
  world: SlotWorld,
): Promise<{ readonly changes: Change[]; readonly slot: Slot; readonly schedule?: Schedule | undefined }> => {
  const { order, item, actor, tentative, lock, source, planId, held } = placing
  const { workspaceId } = order
  if (!held && order.status !== 'new' && order.status !== 'deferred')
    throw cannotBecome(order, tentative ? 'planned' : 'committed')
  const span = { startMs: msOf(item.start), endMs: msOf(item.end) }
  const setup = setupOf(order.mode)
  const override = grantedTo(placing)
  const asking: Asking = {
    workspaceId,
    operation: 'hold',
    wanted: item.assets,
    span,
    setup,
    work: await readWork(order, world),
    accounts: [],
    override,
    ...(held && { own: ownOf(held.reservation) }),
  }
  const [bond, { ask, violations }] = await Promise.all([bondChecks(order, world), readAsk(asking, world)])
  const refusal = refusalFor(standing(violations))
  if (refusal) throw await withNextOption(refusal, asking, world)
  const nowMs = world.clock.now()
  if (span.startMs <= nowMs)
    throw new Refusal('invalid_state', `${item.start} has passed; it is ${instantOf(nowMs)} now.`)

  const id: SlotId = held?.slot.id ?? `slt_${world.ids.unique()}`
  // The hold of a slot is the reservation of its run, so its schedule has a name from the beginning.
  const scheduleId: ScheduleId | undefined =
    order.protocolId === undefined ? undefined : (held?.slot.scheduleId ?? `sch_${world.ids.unique()}`)
  const schedule = scheduleId && !tentative ? scheduleOf(placing, scheduleId, id, world) : undefined
  const reservationId: ReservationId =
    held?.reservation.id ??
    (scheduleId ? reservationIdOf(runIdOfFiring(scheduleId, span.startMs), 1) : `res_${world.ids.unique()}`)
  const expiresMs = schedule
    ? span.startMs + seconds(schedule.settings.startWithinSeconds) + minutes(2)
    : tentative
      ? span.startMs
      : undefined
  const { expiresAt: _expires, ...old } = held?.reservation ?? {
    createdAt: instantOf(nowMs),
    createdBy: actorName(actor),
  }
  const codes = override ? [...overridden(violations, override)] : []
  const reservation = next(
    held?.reservation,
    {
      ...old,
      workspaceId,
      id: reservationId,
      status: expiresMs === undefined ? 'confirmed' : 'held',
      source: schedule
        ? { kind: 'schedule', scheduleId: schedule.id, scheduledTime: item.start, slotId: id }
        : { kind: 'slot', slotId: id },
      assets: ask.parts.map(({ assetId, units }) => ({ assetId, units })),
      start: item.start,
      end: item.end,
      note: order.name,
      ...(setup !== undefined && { setup }),
      ...(order.type !== undefined && { orderType: order.type }),
      ...(override &&
        codes.length > 0 && {
          overrides: [{ codes, reason: override.reason, by: override.by, at: instantOf(nowMs) }],
        }),
      ...(expiresMs !== undefined && { expiresAt: instantOf(expiresMs) }),
    },
    ask,
  )
  const slot: Slot = {
    workspaceId,
    id,
    orderId: order.id,
    ...(planId !== undefined && { planId }),
    status: tentative ? (lock === 'hard' ? 'locked' : 'tentative') : 'committed',
    lock,
    source,
    assets: [...item.assets],
    start: item.start,
    end: item.end,
    mode: order.mode,
    value: order.value,
    ...(order.follows && { follows: order.follows }),
    ...(order.protocolId !== undefined && { protocolId: order.protocolId }),
    ...(scheduleId && { scheduleId }),
    reservationId,
    ...(held
      ? { ...stampsOf(held.slot), ...touched(actor, world), version: held.slot.version + 1 }
      : made(actor, world)),
  }
  const changes: Change[] = [
    ...reservationChanges(
      {
        before: held?.reservation,
        after: reservation,
        ask,
        action: 'reservation.held',
        actor,
        note: `Order ${order.id}`,
      },
      world,
    ),
    ...(await conflictsOfForce(reservation, { violations }, actor, world)),
    ...slotChange(held?.slot, slot, tentative ? 'slot.held' : 'slot.committed', actor, world),
    ...orderChanges(
      order,
      tentative ? 'planned' : 'committed',
      {
        slots: order.slots.includes(id) ? order.slots : [...order.slots.slice(-19), id],
        ...bumped(order, placing.isBumped),
      },
      actor,
      world,
    ),
    ...bond,
  ]
  if (pointsSomewhere(order.mode)) changes.push(...(await transitionConflicts(slot, actor, world)))
  if (schedule)
    changes.push(
      { type: 'put', kind: 'schedule', value: schedule, expect: 'absent' },
      armingChange(schedule, undefined, schedule.createdAt),
      auditOf(world, { workspaceId, subject: schedule.id, action: 'schedule.created', actor, after: schedule }),
    )
  return { changes, slot, schedule }
}

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
