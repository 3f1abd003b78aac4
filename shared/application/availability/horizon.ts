import type { AssetId, ReservationId, WorkspaceId } from '#domain/ids.ts'
import { type Claim, footprint, type Interval, overlaps } from '#domain/reservations/ledger.ts'
import { instantOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { checkSpan } from './asset-calendar.ts'

const mostDays = 14

/**
 * Everything that stands in the calendar of every asset within a span, each claim once: one request for each UTC day, and one
 * for what is in use, however many assets there are and however much history.
 */
export const readHorizon = async (
  { workspaceId, span }: { readonly workspaceId: WorkspaceId; readonly span: Interval },
  world: Pick<World, 'store' | 'clock'>,
) => {
  checkSpan(span, mostDays)
  const nowMs = world.clock.now()
  const items = await world.store.horizon(workspaceId, footprint(span))
  const claims = new Map<string, { assetId: AssetId; reservationId: ReservationId; claim: Claim; inUse: boolean }>()
  for (const { assetId, item, claims: all } of items)
    for (const [id, claim] of Object.entries(all))
      if (item === 'OPEN' || (overlaps(claim, span) && (claim.expiresMs === undefined || claim.expiresMs > nowMs)))
        claims.set(`${assetId} ${id}`, { assetId, reservationId: id as ReservationId, claim, inUse: item === 'OPEN' })
  const ordered = [...claims.values()].toSorted(
    (a, b) => a.assetId.localeCompare(b.assetId) || a.claim.startMs - b.claim.startMs,
  )
  return {
    from: instantOf(span.startMs),
    to: instantOf(span.endMs),
    claims: ordered.map(({ assetId, reservationId, claim, inUse }) => ({
      assetId,
      reservationId,
      start: instantOf(claim.startMs),
      end: instantOf(claim.endMs),
      units: claim.units,
      by: claim.by ?? reservationId,
      held: claim.expiresMs !== undefined,
      inUse,
    })),
  }
}
