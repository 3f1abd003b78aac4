import { mayBeReserved } from '#domain/assets/asset.ts'
import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, type Reason, Refusal } from '#domain/errors.ts'
import type { AssetId, ReservationId, WorkspaceId } from '#domain/ids.ts'
import { footprint, judgeBooking } from '#domain/reservations/ledger.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { type Change, maxChangesPerCommit, type World } from '../world.ts'

export type Booking = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  readonly assets: readonly { readonly assetId: AssetId; readonly units: number }[]
  readonly start: string
  readonly end: string
  readonly note?: string | undefined
}

const refuse = (message: string, reasons: Reason[]): Refusal => new Refusal('invalid', message, { reasons })

const checkTimes = ({ start, end }: Booking, nowMs: number): void => {
  if (msOf(end) <= msOf(start))
    throw refuse('The end must be after the start.', [
      { code: 'empty-interval', message: 'the end is not after the start', path: '/end' },
    ])
  if (msOf(end) <= nowMs)
    throw refuse('That time is over.', [
      { code: 'in-the-past', message: `it is ${instantOf(nowMs)} now`, path: '/end' },
    ])
}

/** Units asked twice of one asset add up: a ledger item can be changed once in a transaction. */
const addUp = (assets: Booking['assets']): { assetId: AssetId; units: number }[] => {
  const sums = new Map<AssetId, number>()
  for (const { assetId, units } of assets) sums.set(assetId, (sums.get(assetId) ?? 0) + units)
  return [...sums].map(([assetId, units]) => ({ assetId, units }))
}

/**
 * Books all of the assets for [start, end), or none (I1, I13).
 * @throws Refusal `invalid`, `limit_exceeded` (before any write), `asset_busy` with who holds them and when they are free
 */
export const bookReservation = async (
  input: Booking,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Reservation> => {
  const { workspaceId, actor, start, end, note } = input
  checkTimes(input, world.clock.now())
  const wanted = addUp(input.assets)
  const span = { startMs: msOf(start), endMs: msOf(end) }
  // Days, OPEN and the asset itself for each; the reservation and its history entry.
  const tooMany = (days: number) => wanted.length * (days + 2) + 4 > maxChangesPerCommit
  if (span.endMs - span.startMs > 98 * 86_400_000 || tooMany(footprint(span).length))
    throw new Refusal(
      'limit_exceeded',
      `This booking touches too many days for ${wanted.length} asset(s). Book fewer assets at once, or in shorter pieces.`,
    )
  const days = footprint(span)
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
    const changes: Change[] = []
    const reasons: Reason[] = []
    for (const [index, { assetId, units }] of wanted.entries()) {
      const asset = assets[index]
      const ledger = ledgers[index]
      if (!asset || !ledger)
        throw refuse(`There is no asset ${assetId} in this workspace.`, [
          { code: 'unknown-asset', message: 'no such asset in this workspace', path: `/assets/${index}/assetId` },
        ])
      if (!mayBeReserved(asset))
        throw new Refusal(
          'invalid_state',
          `"${asset.name}" is ${asset.status}${asset.statusNote ? ` (${asset.statusNote})` : ''} and cannot be booked.`,
          { current: asset },
        )
      if (units > asset.capacity)
        throw refuse(`"${asset.name}" has ${asset.capacity} unit(s); ${units} never fit.`, [
          { code: 'above-capacity', message: `capacity is ${asset.capacity}`, path: `/assets/${index}/units` },
        ])
      const verdict = judgeBooking(ledger, asset.capacity, { ...span, units }, nowMs)
      if (!verdict.free)
        reasons.push({
          code: 'asset-busy',
          message: `"${asset.name}" is held by ${verdict.holders.map((holder) => holder.reservationId).join(', ')}; free next at ${instantOf(verdict.nextFreeMs)}, as far as planned.`,
          path: `/assets/${index}`,
          facts: {
            assetId,
            nextFreeAt: instantOf(verdict.nextFreeMs),
            heldBy: verdict.holders.map((holder) => ({
              reservationId: holder.reservationId,
              start: instantOf(holder.startMs),
              end: instantOf(holder.endMs),
              units: holder.units,
              inUse: holder.open,
            })),
          },
        })
      for (const { day, version } of ledger.days)
        changes.push({
          type: 'claim',
          workspaceId,
          assetId,
          item: day,
          expect: version,
          reservationId: id,
          claim: { ...span, units },
        })
      changes.push({ type: 'check-ledger', workspaceId, assetId, item: 'OPEN', expect: ledger.open.version })
      changes.push({ type: 'check', kind: 'asset', key: { workspaceId, id: assetId }, expect: asset.version })
    }
    if (reasons.length > 0)
      throw new Refusal('asset_busy', 'Not everything is free at that time, so nothing was booked. See the reasons.', {
        reasons,
      })
    const reservation: Reservation = {
      workspaceId,
      id,
      status: 'confirmed',
      source: { kind: 'person', subject: actorName(actor) },
      assets: wanted,
      start,
      end,
      ...(note !== undefined && { note }),
      version: 1,
      createdAt: instantOf(nowMs),
      createdBy: actorName(actor),
    }
    changes.push({ type: 'put', kind: 'reservation', value: reservation, expect: 'absent' })
    changes.push(auditOf(world, { workspaceId, subject: id, action: 'reservation.booked', actor, after: reservation }))
    return { changes, result: reservation }
  })
}

/** Gives a booking back. Cancelling twice is success. @throws Refusal `not_found`, `forbidden`, `invalid_state` */
export const cancelReservation = (
  input: { workspaceId: WorkspaceId; id: ReservationId; actor: Actor; note: string; mayCancelOthers: boolean },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Reservation> =>
  transact(world, async () => {
    const { workspaceId, id, actor, note } = input
    const current = await world.store.get('reservation', { workspaceId, id })
    if (!current) throw notFound('reservation', id)
    if (current.status === 'cancelled') return { changes: [], result: current }
    if (current.source.kind === 'run')
      throw new Refusal(
        'invalid_state',
        `This reservation belongs to run ${current.source.runId}. Abort the run instead.`,
        { current },
      )
    if (current.status !== 'confirmed')
      throw new Refusal('invalid_state', `This reservation is ${current.status}; there is nothing to cancel.`, {
        current,
      })
    if (current.source.subject !== actorName(actor) && !input.mayCancelOthers)
      throw new Refusal(
        'forbidden',
        `${current.source.subject} made this booking. Ask them, or a manager, to cancel it.`,
      )
    const after: Reservation = {
      ...current,
      status: 'cancelled',
      endedAt: instantOf(world.clock.now()),
      version: current.version + 1,
    }
    const days = footprint({ startMs: msOf(current.start), endMs: msOf(current.end) })
    const changes: Change[] = [
      { type: 'put', kind: 'reservation', value: after, expect: current.version },
      ...current.assets.flatMap(({ assetId }) =>
        days.map((day): Change => ({ type: 'unclaim', workspaceId, assetId, item: day, reservationId: id })),
      ),
      auditOf(world, {
        workspaceId,
        subject: id,
        action: 'reservation.cancelled',
        actor,
        before: current,
        after,
        note,
      }),
    ]
    return { changes, result: after }
  })
