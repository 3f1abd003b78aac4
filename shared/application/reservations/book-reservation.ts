import { type Actor, actorName } from '#domain/audit/entry.ts'
import { type Reason, Refusal } from '#domain/errors.ts'
import type { ReservationId, WorkspaceId } from '#domain/ids.ts'
import { footprint } from '#domain/reservations/ledger.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { type Change, maxChangesPerCommit, type World } from '../world.ts'
import { horizonDays, horizonMs } from './horizon.ts'
import { type Candidate, judgeBookingRequest, type Span, type Wanted } from './judge-booking-request.ts'

export type Booking = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly assets: readonly Wanted[]
  readonly start: string
  readonly end: string
  readonly note?: string | undefined
}

/** "From now on" takes a moment to arrive. */
const toleranceMs = minutes(1)

const checkSpan = ({ startMs, endMs }: Span, nowMs: number): void => {
  const refuse = (message: string, reason: Reason) => new Refusal('invalid', message, { reasons: [reason] })
  if (endMs <= startMs)
    throw refuse('The end must be after the start.', {
      code: 'empty-interval',
      message: 'the end is not after the start',
      path: '/end',
    })
  if (startMs < nowMs - toleranceMs)
    throw refuse(`The start is in the past; it is ${instantOf(nowMs)} now. Book from now on, or later.`, {
      code: 'in-the-past',
      message: `it is ${instantOf(nowMs)} now`,
      path: '/start',
    })
  if (endMs > nowMs + horizonMs)
    throw new Refusal(
      'limit_exceeded',
      `Bookings reach ${horizonDays} days ahead at most, so until ${instantOf(nowMs + horizonMs)} for now.`,
    )
}

/** Days and OPEN of each asset and the asset itself; the reservation, its history entry and the record of the request. */
const checkSize = (assets: number, days: number): void => {
  const changes = assets * (days + 2) + 3
  if (changes > maxChangesPerCommit)
    throw new Refusal(
      'limit_exceeded',
      `${assets} asset(s) over ${days} days are too much for one booking. Book fewer assets at once, or shorter pieces.`,
    )
}

/** Units asked twice of one asset add up: a ledger item can be changed once in a transaction. */
const addUp = (assets: readonly Wanted[]): Wanted[] => {
  const sums = new Map<Wanted['assetId'], number>()
  for (const { assetId, units } of assets) sums.set(assetId, (sums.get(assetId) ?? 0) + units)
  return [...sums].map(([assetId, units]) => ({ assetId, units }))
}

const claimChanges = (
  { assetId, units, asset, ledger }: Candidate,
  span: Span,
  workspaceId: WorkspaceId,
  reservationId: ReservationId,
): Change[] => [
  ...ledger.days.map(
    ({ day, version }): Change => ({
      type: 'claim',
      workspaceId,
      assetId,
      item: day,
      expect: version,
      reservationId,
      claim: { ...span, units },
    }),
  ),
  { type: 'check-ledger', workspaceId, assetId, item: 'OPEN', expect: ledger.open.version },
  { type: 'check', kind: 'asset', key: { workspaceId, id: assetId }, expect: asset?.version ?? 0 },
]

/**
 * Books all of the assets for [start, end), or none (I1, I13). What was read is a condition of the transaction; where others
 * were faster it is read and judged again.
 * @throws Refusal `invalid`, `limit_exceeded` (before any write), `invalid_state`, `asset_busy` with who holds them and when
 * they are free next, `contended`
 */
export const bookReservation = async (
  input: Booking,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Reservation> => {
  const { workspaceId, actor, start, end, note } = input
  const span = { startMs: msOf(start), endMs: msOf(end) }
  checkSpan(span, world.clock.now())
  const wanted = addUp(input.assets)
  const days = footprint(span)
  checkSize(wanted.length, days.length)
  const id: ReservationId = `res_${world.ids.unique()}`
  return transact(world, async () => {
    const nowMs = world.clock.now()
    const [assets, ledgers] = await Promise.all([
      world.store.getMany(
        'asset',
        wanted.map(({ assetId }) => ({ workspaceId, id: assetId })),
      ),
      world.store.ledger(
        workspaceId,
        wanted.map(({ assetId }) => ({ assetId, days })),
      ),
    ])
    const candidates = wanted.flatMap((want, index): Candidate[] => {
      const ledger = ledgers[index]
      return ledger ? [{ ...want, asset: assets[index], ledger }] : []
    })
    await judgeBookingRequest(candidates, span, nowMs, world)
    const reservation: Reservation = {
      workspaceId,
      id,
      status: 'confirmed',
      source: { kind: 'person', subject: actorName(actor) },
      assets: wanted.map((want) => ({ ...want })),
      start,
      end,
      ...(note !== undefined && { note }),
      version: 1,
      createdAt: instantOf(nowMs),
      createdBy: actorName(actor),
    }
    const changes: Change[] = [
      { type: 'put', kind: 'reservation', value: reservation, expect: 'absent' },
      ...candidates.flatMap((candidate) => claimChanges(candidate, span, workspaceId, id)),
      auditOf(world, { workspaceId, subject: id, action: 'reservation.booked', actor, after: reservation }),
    ]
    return { changes, result: reservation }
  })
}
