import { type Actor, actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { type ReservationId, reservationIdOf, runIdOfFiring, type ScheduleId, type SlotId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
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
import { withNextOption } from '../reservations/next-option.ts'
import { type Asking, readAsk } from '../reservations/read-ask.ts'
import { refusalFor } from '../reservations/refuse.ts'
import { next, reservationChanges } from '../reservations/store-reservation.ts'
import { armingChange } from '../timetable/arm-schedule.ts'
import type { Change, World } from '../world.ts'
import { slotOfOrder } from './place-of-order.ts'
import { bumped, orderChanges, type SlotWorld, slotChange } from './slot-history.ts'

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

const stampsOf = ({ createdAt, createdBy }: Slot) => ({ createdAt, createdBy })

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

/** What the rules say of a place. @throws Refusal as they say, with the next time that is free; `invalid_state` */
const judged = async (placing: Placing, world: SlotWorld) => {
  const { order, item, tentative, held } = placing
  if (!held && order.status !== 'new' && order.status !== 'deferred')
    throw cannotBecome(order, tentative ? 'planned' : 'committed')
  const span = { startMs: msOf(item.start), endMs: msOf(item.end) }
  const asking: Asking = {
    workspaceId: order.workspaceId,
    operation: 'hold',
    wanted: item.assets,
    span,
    setup: setupOf(order.mode),
    work: await readWork(order, world),
    accounts: [],
    override: grantedTo(placing),
    ...(held && { own: ownOf(held.reservation) }),
  }
  const [bond, { ask, violations }] = await Promise.all([bondChecks(order, world), readAsk(asking, world)])
  const refusal = refusalFor(standing(violations))
  if (refusal) throw await withNextOption(refusal, asking, world)
  const nowMs = world.clock.now()
  if (span.startMs <= nowMs)
    throw new Refusal('invalid_state', `${item.start} has passed; it is ${instantOf(nowMs)} now.`)
  return { bond, ask, violations, nowMs }
}

/** What belongs to a slot is called; of what is held already as it is. */
type Names = {
  readonly id: SlotId
  readonly scheduleId?: ScheduleId | undefined
  readonly reservationId: ReservationId
}

const namesOf = ({ order, item, held }: Placing, { ids }: Pick<World, 'ids'>): Names => {
  const id: SlotId = held?.slot.id ?? `slt_${ids.unique()}`
  // The hold of a slot is the reservation of its run, so its schedule has a name from the beginning.
  const scheduleId: ScheduleId | undefined =
    order.protocolId === undefined ? undefined : (held?.slot.scheduleId ?? `sch_${ids.unique()}`)
  const reservationId: ReservationId =
    held?.reservation.id ??
    (scheduleId ? reservationIdOf(runIdOfFiring(scheduleId, msOf(item.start)), 1) : `res_${ids.unique()}`)
  return { id, scheduleId, reservationId }
}

const reservationOf = (
  placing: Placing,
  { id, reservationId }: Names,
  schedule: Schedule | undefined,
  { ask, violations, nowMs }: Awaited<ReturnType<typeof judged>>,
): Reservation => {
  const { order, item, actor, tentative, held } = placing
  const startMs = msOf(item.start)
  const untilMs = schedule
    ? startMs + seconds(schedule.settings.startWithinSeconds) + minutes(2)
    : tentative
      ? startMs
      : undefined
  const { expiresAt: _expires, ...old } = held?.reservation ?? {
    createdAt: instantOf(nowMs),
    createdBy: actorName(actor),
  }
  const override = grantedTo(placing)
  const codes = override ? [...overridden(violations, override)] : []
  const setup = setupOf(order.mode)
  return next(
    held?.reservation,
    {
      ...old,
      workspaceId: order.workspaceId,
      id: reservationId,
      status: untilMs === undefined ? 'confirmed' : 'held',
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
      ...(untilMs !== undefined && { expiresAt: instantOf(untilMs) }),
    },
    ask,
  )
}

const slotOf = (
  { order, item, actor, tentative, lock, source, planId, held }: Placing,
  { id, scheduleId, reservationId }: Names,
  world: SlotWorld,
): Slot => ({
  workspaceId: order.workspaceId,
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
  ...(held ? { ...stampsOf(held.slot), ...touched(actor, world), version: held.slot.version + 1 } : made(actor, world)),
})

/**
 * The changes that give an order its slot: the reservation of its assets, the slot, the schedule that starts its run, the order in
 * its next state; all of it in one transaction, or none.
 * @throws Refusal `asset_busy`, `against_rules` and others of a booking, with the next time that is free; `invalid_state`
 */
export const placeChanges = async (
  placing: Placing,
  world: SlotWorld,
): Promise<{ readonly changes: Change[]; readonly slot: Slot; readonly schedule?: Schedule | undefined }> => {
  const { order, actor, tentative, held } = placing
  const verdict = await judged(placing, world)
  const names = namesOf(placing, world)
  const { id, scheduleId } = names
  const schedule = scheduleId && !tentative ? scheduleOf(placing, scheduleId, id, world) : undefined
  const { ask, violations } = verdict
  const after = reservationOf(placing, names, schedule, verdict)
  const slot = slotOf(placing, names, world)
  const note = `Order ${order.id}`
  const changes: Change[] = [
    ...reservationChanges({ before: held?.reservation, after, ask, action: 'reservation.held', actor, note }, world),
    ...(await conflictsOfForce(after, { violations }, actor, world)),
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
    ...verdict.bond,
  ]
  if (pointsSomewhere(order.mode)) changes.push(...(await transitionConflicts(slot, actor, world)))
  if (schedule)
    changes.push(
      { type: 'put', kind: 'schedule', value: schedule, expect: 'absent' },
      armingChange(schedule, undefined, schedule.createdAt),
      auditOf(world, {
        workspaceId: order.workspaceId,
        subject: schedule.id,
        action: 'schedule.created',
        actor,
        after: schedule,
      }),
    )
  return { changes, slot, schedule }
}
