import { longestGapMs } from '#domain/assets/booking-rules.ts'
import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import type { Ask } from '#domain/rules/ask.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { type Change, maxChangesPerCommit, type World } from '../world.ts'
import { accountChanges, ledgerChanges } from './reservation-changes.ts'

/** A check-in is possible so long before the start. */
export const checkInAheadMs = minutes(15)

/** When Benchtime has to look at a reservation by itself: it expires, nobody came, its time is over. */
const lookAt = (reservation: Reservation, ask: Pick<Ask, 'parts'> | undefined): string | undefined => {
  const { status, expiresAt, checkInBy, end, seriesId, createdAt } = reservation
  switch (status) {
    case 'held':
      // Of a series that stands it is confirmed by then, if that was interrupted.
      return seriesId === undefined || expiresAt === undefined
        ? expiresAt
        : instantOf(Math.min(msOf(expiresAt), msOf(createdAt) + minutes(3)))
    case 'confirmed': {
      // What follows keeps its distance from what was there, so the claim stands until the gap has passed, too.
      const gap = Math.max(0, ...(ask?.parts ?? []).map(({ terms }) => longestGapMs(terms)))
      return checkInBy ?? instantOf(msOf(end) + gap)
    }
    case 'active':
      return end
    default:
      return undefined
  }
}

/** A reservation in its next state: version, and when to look at it. */
export const next = (
  before: Reservation | undefined,
  after: Omit<Reservation, 'version' | 'lookAt'>,
  ask?: Pick<Ask, 'parts'>,
): Reservation => {
  const { lookAt: _old, ...rest } = after as Reservation
  const value: Reservation = { ...rest, version: (before?.version ?? 0) + 1 }
  const at = lookAt(value, ask)
  return at === undefined ? value : { ...value, lookAt: at }
}

type Storing = {
  readonly before: Reservation | undefined
  readonly after: Reservation
  /** What the decision rests on; left out where something is given back. */
  readonly ask?: Ask | undefined
  readonly action: string
  readonly actor: Actor
  readonly note?: string | undefined
}

/**
 * The changes that store a reservation in its next state: the document, its claims in the ledger, the accounts it counts in
 * and its history entry; all of it in one transaction, or none (I13).
 * @throws Refusal `limit_exceeded` before any write, where that is more than one transaction takes
 */
export const reservationChanges = (
  { before, after, ask, action, actor, note }: Storing,
  world: Pick<World, 'clock' | 'ids'>,
): Change[] => {
  const { workspaceId, id } = after
  const changes: Change[] = [
    { type: 'put', kind: 'reservation', value: after, expect: before?.version ?? 'absent' },
    ...ledgerChanges(before, after, ask),
    ...accountChanges(before, after, ask),
    auditOf(world, { workspaceId, subject: id, action, actor, before, after, note }),
  ]
  // The record of an idempotent request comes on top.
  if (changes.length + 1 > maxChangesPerCommit)
    throw new Refusal(
      'limit_exceeded',
      `This would change ${changes.length} things at once; at most ${maxChangesPerCommit - 1} are possible. Ask for fewer assets, or shorter pieces.`,
    )
  return changes
}
