import type { Asset } from '#domain/assets/asset.ts'
import { type Reason, Refusal } from '#domain/errors.ts'
import { footprint, type Holder, judgeBooking } from '#domain/reservations/ledger.ts'
import { instantOf } from '#domain/time.ts'
import { horizonMs } from '../reservations/horizon.ts'
import type { Change, World } from '../world.ts'

const reasonOf = (holder: Holder): Reason => ({
  code: 'claimed',
  message: `${holder.reservationId} claims ${holder.units} unit(s) from ${instantOf(holder.startMs)} to ${holder.open ? 'an unknown end: it is in use' : instantOf(holder.endMs)}`,
  facts: { reservationId: holder.reservationId, units: holder.units, inUse: holder.open },
})

/**
 * Less capacity than before, or none because it is retired, must leave room for every claim that stands: in use now or
 * booked (I1). Bookings reach no further ahead than the horizon, so reading its days sees them all.
 * @returns checks for the transaction, so that no claim comes in between
 * @throws Refusal `invalid_state` with the claims that stand in the way
 */
export const guardClaims = async (
  before: Asset,
  after: Asset,
  world: Pick<World, 'store' | 'clock'>,
): Promise<Change[]> => {
  const retiring = after.status === 'retired' && before.status !== 'retired'
  if (after.status === 'maintenance' && before.status !== 'maintenance') return guardUse(before, world)
  if (after.capacity >= before.capacity && !retiring) return []
  const { workspaceId, id: assetId } = after
  const nowMs = world.clock.now()
  const ahead = { startMs: nowMs, endMs: nowMs + horizonMs }
  const [ledger] = await world.store.ledger(workspaceId, [{ assetId, days: footprint(ahead) }])
  if (!ledger) throw new Error(`the store gave no ledger for ${assetId}`)
  const verdict = judgeBooking(ledger, retiring ? 0 : after.capacity, { ...ahead, units: 0 }, nowMs)
  if (!verdict.free)
    throw new Refusal(
      'invalid_state',
      `"${before.name}" is claimed beyond ${retiring ? 'nothing, which retiring needs' : `${after.capacity} unit(s)`}. Cancel those bookings, wait for those runs or abort them, then try again. See the reasons.`,
      { reasons: verdict.holders.slice(0, 20).map(reasonOf), current: before },
    )
  return [
    { type: 'check-ledger', workspaceId, assetId, item: 'OPEN', expect: ledger.open.version },
    ...ledger.days.map(
      ({ day, version }): Change => ({ type: 'check-ledger', workspaceId, assetId, item: day, expect: version }),
    ),
  ]
}

/** Maintenance of what is in use is refused: somebody would reach into an instrument that moves. */
const guardUse = async (asset: Asset, world: Pick<World, 'store'>): Promise<Change[]> => {
  const { workspaceId, id: assetId } = asset
  const [ledger] = await world.store.ledger(workspaceId, [{ assetId, days: [] }])
  const inUse = Object.keys(ledger?.open.claims ?? {})
  if (inUse.length > 0)
    throw new Refusal(
      'invalid_state',
      `"${asset.name}" is in use. Wait until its run has ended, or abort it, then set it to maintenance. See the reasons.`,
      {
        reasons: inUse.slice(0, 20).map((reservationId) => ({
          code: 'in-use',
          message: `${reservationId} is using it`,
          facts: { reservationId },
        })),
        current: asset,
      },
    )
  return [{ type: 'check-ledger', workspaceId, assetId, item: 'OPEN', expect: ledger?.open.version ?? 0 }]
}
