import { type ConflictId, type ReservationId, reservationIdOf, runIdOfFiring } from '#domain/ids.ts'
import type { Protocol } from '#domain/protocols/protocol.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { standing } from '#domain/rules/judge.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf, minutes, seconds } from '#domain/time.ts'
import { system } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { type Found, recordConflicts } from '../conflicts/record-conflict.ts'
import { ownOf } from '../reservations/book-reservation.ts'
import { readAsk } from '../reservations/read-ask.ts'
import { next, reservationChanges } from '../reservations/store-reservation.ts'
import type { Predicted } from '../schedules/predicted-times.ts'
import type { Change, World } from '../world.ts'

export type HoldWorld = Pick<World, 'store' | 'clock' | 'ids'>
export const actor = system('holds')

/** One hold for one time of a schedule: it becomes the reservation of the first attempt of that time's run. */
export const holdIdOf = (schedule: Pick<Schedule, 'id'>, { dueMs }: Pick<Predicted, 'dueMs'>): ReservationId =>
  reservationIdOf(runIdOfFiring(schedule.id, dueMs), 1)

type Held = { readonly conflictId?: ConflictId }
type Facts = {
  readonly heldBy?: readonly { readonly reservationId: ReservationId; readonly by: string }[]
  readonly assetId?: string
}

/** That a time could not be held, with who is in the way. */
const notHeld = (
  schedule: Schedule,
  at: Predicted,
  span: { readonly startMs: number; readonly endMs: number },
  violations: ReturnType<typeof standing>,
): Found | undefined => {
  const facts = violations.map((violation) => (violation.facts ?? {}) as Facts)
  const holders = facts.flatMap(({ heldBy = [] }) => heldBy)
  const assetId = facts.find((one) => one.assetId !== undefined)?.assetId as Found['assetId'] | undefined
  if (assetId === undefined) return undefined
  return {
    workspaceId: schedule.workspaceId,
    type: 'not-held',
    assetId,
    start: instantOf(span.startMs),
    end: instantOf(span.endMs),
    message: `Schedule "${schedule.name}" is due at ${instantOf(at.dueMs)}, and what it needs cannot be held: ${violations.map(({ message }) => message).join(' ')}`,
    reservationIds: [...new Set(holders.map(({ reservationId }) => reservationId))].slice(0, 20),
    time: { scheduleId: schedule.id, scheduledTime: instantOf(at.dueMs) },
    affected: [...new Set([schedule.id, ...holders.map(({ by }) => by)])].slice(0, 20),
    facts: { codes: violations.map(({ code }) => code) },
  }
}

/** What is held for a time, where it is held already or its run has begun. */
const isSettled = (before: Reservation | undefined): boolean =>
  before !== undefined && before.status !== 'cancelled' && before.status !== 'expired'

/**
 * Holds what one time of a schedule needs, or records that it cannot be had (a conflict, told the moment it is known). Late,
 * twice or beside another it holds once: the id is a function of schedule and time. `tells`: whether people are told of a conflict.
 */
export const holdTime = (
  schedule: Schedule,
  protocol: Protocol,
  at: Predicted,
  world: HoldWorld,
  tells = true,
): Promise<Held> =>
  transact<Held>(world, async () => {
    const { workspaceId } = schedule
    const id = holdIdOf(schedule, at)
    const before = await world.store.get('reservation', { workspaceId, id })
    if (isSettled(before)) return { changes: [], result: {} }
    const span = { startMs: at.startMs, endMs: at.startMs + seconds(protocol.expectedDurationSeconds) }
    const { ask, picked, violations } = await readAsk(
      {
        workspaceId,
        operation: 'hold',
        wanted: protocol.requirements,
        span,
        setup: protocol.setup,
        own: before && { ...ownOf(before), assets: [] },
        accounts: [],
      },
      world,
    )
    const against = standing(violations)
    if (against.length > 0) {
      const found = notHeld(schedule, at, span, against)
      if (!found) return { changes: [], result: {} }
      const { changes, ids } = await recordConflicts([found], actor, world, { tells })
      const [conflictId] = ids
      return { changes, result: { ...(conflictId !== undefined && { conflictId }) } }
    }
    const { endedAt: _ended, endedBecause: _because, picked: _old, ...old } = before ?? {}
    const expiresMs = at.startMs + seconds(schedule.settings.startWithinSeconds) + minutes(2)
    const after = next(
      before,
      {
        createdAt: instantOf(ask.nowMs),
        createdBy: 'system:holds',
        ...old,
        workspaceId,
        id,
        status: 'held',
        source: { kind: 'schedule', scheduleId: schedule.id, scheduledTime: instantOf(at.dueMs) },
        assets: ask.parts.map(({ assetId, units }) => ({ assetId, units })),
        start: instantOf(span.startMs),
        end: instantOf(span.endMs),
        ...(protocol.setup !== undefined && { setup: protocol.setup }),
        ...(picked.length > 0 && { picked: [...picked] }),
        expiresAt: instantOf(expiresMs),
      },
      ask,
    )
    const stored = { before, after, ask, action: 'reservation.held', actor }
    return { changes: reservationChanges(stored, world), result: {} }
  })

/** Gives back what was held for a time that is not wanted any more. */
export const freeTime = (
  { workspaceId }: Pick<Schedule, 'workspaceId'>,
  id: ReservationId,
  cancel: (current: Reservation) => { readonly changes: readonly Change[]; readonly result: Reservation },
  world: HoldWorld,
): Promise<Reservation | undefined> =>
  transact<Reservation | undefined>(world, async () => {
    const current = await world.store.get('reservation', { workspaceId, id })
    return current?.status === 'held' ? cancel(current) : { changes: [], result: undefined }
  })
