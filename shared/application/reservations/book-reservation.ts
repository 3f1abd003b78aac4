import { type Actor, actorName } from '#domain/audit/entry.ts'
import type { ReservationId, SeriesId, WorkspaceId } from '#domain/ids.ts'
import type { Interval } from '#domain/reservations/ledger.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import type { Own } from '#domain/rules/ask.ts'
import type { Violation } from '#domain/rules/violation.ts'
import { hours, instantOf, minutes, msOf } from '#domain/time.ts'
import type { Role } from '#domain/workspaces/workspace.ts'
import { transact } from '../common/transact.ts'
import { conflictsOfForce } from '../conflicts/conflicts-of-force.ts'
import type { Change, World } from '../world.ts'
import { withNextOption } from './next-option.ts'
import { type Asking, accountsFor, type Judged, readAsk } from './read-ask.ts'
import { refusalFor } from './refuse.ts'
import { steadily } from './steadily.ts'
import { next, reservationChanges } from './store-reservation.ts'
import type { Wanted } from './wanted.ts'

/** Rules that the caller overrides, and why. */
export type Override = { readonly codes: readonly string[]; readonly reason: string }

export type Booking = {
  readonly workspaceId: WorkspaceId
  /** Who books; it is theirs, unless `subject` says whose it is. */
  readonly actor: Actor
  readonly role?: Role | undefined
  readonly subject?: string | undefined
  /** Groups of people that the booker belongs to, for quotas. */
  readonly groups?: readonly string[] | undefined
  readonly assets: readonly Wanted[]
  readonly start: string
  readonly end: string
  readonly note?: string | undefined
  readonly setup?: string | undefined
  readonly project?: string | undefined
  /** Held for so long, to be confirmed; booked at once where it is left out. */
  readonly holdMinutes?: number | undefined
  readonly override?: Override | undefined
  readonly seriesId?: SeriesId | undefined
}

/** What was not confirmed by then is given up; what starts sooner, at its start. */
const approvalMs = hours(72)

export const spanOf = ({ start, end }: { readonly start: string; readonly end: string }): Interval => ({
  startMs: msOf(start),
  endMs: msOf(end),
})

/** A reservation as it stands, for a question about it. */
export const ownOf = (current: Reservation): Own => ({
  id: current.id,
  span: spanOf(current),
  assets: current.assets,
})

export const overrideOf = ({
  override,
  actor,
  role,
}: Pick<Booking, 'override' | 'actor' | 'role'>): Asking['override'] =>
  override && role && { codes: override.codes, by: actorName(actor), role }

const subjectOf = ({ subject, actor }: Booking): string => subject ?? actorName(actor)

const askingOf = (booking: Booking): Asking => {
  const subject = subjectOf(booking)
  return {
    workspaceId: booking.workspaceId,
    operation: 'book',
    wanted: booking.assets,
    span: spanOf(booking),
    setup: booking.setup,
    subject,
    role: booking.role,
    project: booking.project,
    accounts: accountsFor(subject, booking),
    override: overrideOf(booking),
  }
}

/** What the rules say to a booking, without booking: the same reading and the same judgement. */
export const judgeBooking = (booking: Booking, world: Pick<World, 'store' | 'clock'>): Promise<Judged> =>
  readAsk(askingOf(booking), world)

/** The overrides that were made use of. */
export const usedOverrides = (
  { override, actor }: Pick<Booking, 'override' | 'actor'>,
  violations: readonly Violation[],
  at: string,
): NonNullable<Reservation['overrides']> => {
  const by = actorName(actor)
  const codes = [...new Set(violations.filter(({ waivedBy }) => waivedBy === by).map(({ code }) => code))]
  return override && codes.length > 0 ? [{ codes, reason: override.reason, by, at }] : []
}

const earliest = (...all: (number | undefined)[]): number => Math.min(...all.flatMap((ms) => ms ?? []))

/** Somebody must check in where any of its assets asks for it. */
export const checkInByOf = ({ ask }: Pick<Judged, 'ask'>): number | undefined => {
  const graces = ask.parts.flatMap(({ terms }) => terms.rules.checkInGraceMinutes ?? [])
  return graces.length > 0 ? ask.span.startMs + minutes(Math.min(...graces)) : undefined
}

const approver = (violations: readonly Violation[]): Role | undefined =>
  violations.find(({ code, waivedBy }) => code === 'needs-approval' && waivedBy === undefined)?.overridableBy

/** The reservation that a booking becomes: confirmed, or held where it is asked for or somebody has to confirm it. */
const drafted = (booking: Booking, id: ReservationId, judged: Judged): Reservation => {
  const { ask, picked, violations } = judged
  const { nowMs, parts, span } = ask
  const needsApprovalBy = approver(violations)
  const held = needsApprovalBy !== undefined || booking.holdMinutes !== undefined
  const expiresMs = earliest(
    booking.holdMinutes === undefined ? undefined : nowMs + minutes(booking.holdMinutes),
    needsApprovalBy === undefined
      ? undefined
      : Math.max(nowMs + minutes(1), Math.min(nowMs + approvalMs, span.startMs)),
  )
  const checkInMs = checkInByOf(judged)
  const overrides = usedOverrides(booking, violations, instantOf(nowMs))
  const by = actorName(booking.actor)
  return next(
    undefined,
    {
      workspaceId: booking.workspaceId,
      id,
      status: held ? 'held' : 'confirmed',
      source: { kind: 'person', subject: subjectOf(booking) },
      assets: parts.map(({ assetId, units }) => ({ assetId, units })),
      start: instantOf(span.startMs),
      end: instantOf(span.endMs),
      ...(booking.note !== undefined && { note: booking.note }),
      ...(booking.setup !== undefined && { setup: booking.setup }),
      ...(booking.project !== undefined && { project: booking.project }),
      accounts: [...ask.accounts],
      ...(booking.seriesId !== undefined && { seriesId: booking.seriesId }),
      ...(picked.length > 0 && { picked: [...picked] }),
      ...(held && { expiresAt: instantOf(expiresMs) }),
      ...(needsApprovalBy !== undefined && { needsApprovalBy }),
      ...(checkInMs !== undefined && { checkInBy: instantOf(checkInMs) }),
      ...(overrides.length > 0 && { overrides }),
      createdAt: instantOf(nowMs),
      createdBy: by,
    },
    ask,
  )
}

/** What a booking would change, and what it becomes; for transactions that do more than book. @throws Refusal */
export const bookingChanges = async (
  booking: Booking,
  id: ReservationId,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<{ readonly changes: Change[]; readonly result: Reservation }> => {
  const judged = await steadily(() => judgeBooking(booking, world))
  const refusal = refusalFor(judged.violations.filter(({ code }) => code !== 'needs-approval'))
  if (refusal) throw await withNextOption(refusal, askingOf(booking), world)
  const after = drafted(booking, id, judged)
  const action = after.status === 'held' ? 'reservation.held' : 'reservation.booked'
  const note = booking.override && after.overrides ? `Override: ${booking.override.reason}` : undefined
  const stored = { before: undefined, after, ask: judged.ask, action, actor: booking.actor, note }
  return {
    changes: [...reservationChanges(stored, world), ...(await conflictsOfForce(after, judged, booking.actor, world))],
    result: after,
  }
}

/**
 * Books all that is asked for within [start, end), or nothing (I1, I13). What was read is a condition of the transaction;
 * where others were faster it is read and judged again.
 * @throws Refusal `invalid`, `limit_exceeded` (before any write), `invalid_state`, `asset_busy` with who holds them and when
 * they are free next, `against_rules` with every rule and who may override it, `contended`
 */
export const bookReservation = (
  booking: Booking,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Reservation> => {
  const id: ReservationId = `res_${world.ids.unique()}`
  return transact(world, () => bookingChanges(booking, id, world))
}
