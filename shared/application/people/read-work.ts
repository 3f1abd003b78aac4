import type { Span } from '#domain/assets/opening-hours.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import type { Work } from '#domain/people/workload.ts'
import { footprint } from '#domain/reservations/ledger.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { allPages } from '../common/all-pages.ts'
import type { World } from '../world.ts'

/** What was given back, or never came about, was nobody's work. */
const happened = ({ status, endedBecause }: Reservation): boolean =>
  status !== 'cancelled' &&
  status !== 'expired' &&
  (endedBecause === undefined || endedBecause === 'over' || endedBecause === 'early' || endedBecause === 'late')

/**
 * What some assets have that starts within a span. What is ahead is told by the calendar, a request for each day; what has started
 * already is not all there any more, and is told by the reservations of those days. Neither grows with the history before.
 */
export const readWork = async (
  of: { readonly workspaceId: WorkspaceId; readonly span: Span; readonly assets: ReadonlySet<AssetId> },
  world: Pick<World, 'store' | 'clock'>,
): Promise<Work[]> => {
  const { workspaceId, span, assets } = of
  const nowMs = world.clock.now()
  const found = new Map<string, Work>()
  const add = (one: Work): void => {
    if (assets.has(one.assetId) && span.startMs <= one.startMs && one.startMs < span.endMs)
      found.set(`${one.assetId} ${one.reservationId}`, one)
  }
  if (span.startMs < nowMs) {
    const bounds = { from: instantOf(span.startMs), to: `${instantOf(Math.min(span.endMs, nowMs))}\uffff` }
    const past = await allPages((page) => world.store.reservationsByStart(workspaceId, page, bounds))
    for (const one of past.filter(happened))
      for (const { assetId } of one.assets)
        add({ assetId, reservationId: one.id, startMs: msOf(one.start), endMs: msOf(one.end) })
  }
  if (span.endMs > nowMs) {
    const ahead = { startMs: Math.max(span.startMs, nowMs), endMs: span.endMs }
    for (const { assetId, item, claims } of await world.store.horizon(workspaceId, footprint(ahead)))
      for (const [id, { startMs, endMs, expiresMs = Number.POSITIVE_INFINITY }] of Object.entries(claims))
        if (item !== 'OPEN' && startMs > nowMs && expiresMs > nowMs)
          add({ assetId, reservationId: id as Work['reservationId'], startMs, endMs })
  }
  return [...found.values()].toSorted((a, b) => a.startMs - b.startMs)
}
