import { openSpans } from '#domain/assets/opening-hours.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { holdersOf, type Interval, overlaps, peakUnits } from '#domain/reservations/ledger.ts'
import { dayMs, instantOf } from '#domain/time.ts'
import { readKnown } from '../reservations/known.ts'
import type { World } from '../world.ts'

const mostDays = 62
const told = ({ startMs, endMs }: Interval) => ({ start: instantOf(startMs), end: instantOf(endMs) })

/** @throws Refusal `invalid`, `limit_exceeded` */
export const checkSpan = ({ startMs, endMs }: Interval, days: number): void => {
  if (endMs <= startMs)
    throw new Refusal('invalid', '`to` must be after `from`.', {
      reasons: [{ code: 'empty-interval', message: 'the end is not after the start', path: '/query/to' }],
    })
  if (endMs - startMs > days * dayMs)
    throw new Refusal('limit_exceeded', `At most ${days} days are told at once; ask for a shorter span.`)
}

/** When an asset is open, what stands in its calendar, and when units of it are free. */
export const assetCalendar = async (
  input: { readonly workspaceId: WorkspaceId; readonly assetId: AssetId; readonly span: Interval },
  world: Pick<World, 'store' | 'clock'>,
) => {
  const { workspaceId, assetId, span } = input
  checkSpan(span, mostDays)
  const known = (await readKnown(workspaceId, [assetId], span, world)).assets.get(assetId)
  if (!known?.asset) throw notFound('asset', assetId)
  const { asset, terms, ledger } = known
  const holders = holdersOf(ledger, world.clock.now()).filter((holder) => overlaps(holder, span))
  const open = openSpans(terms.openingHours, span)
  const edges = [...new Set(holders.flatMap(({ startMs, endMs }) => [startMs, endMs]))].toSorted((a, b) => a - b)
  const free = open.flatMap(({ startMs, endMs }) => {
    const cuts = [startMs, ...edges.filter((ms) => startMs < ms && ms < endMs), endMs]
    return cuts.slice(1).flatMap((to, index) => {
      const piece = { startMs: cuts[index] ?? startMs, endMs: to }
      const units = asset.capacity - peakUnits(holders, piece)
      return units > 0 ? [{ ...told(piece), units }] : []
    })
  })
  return {
    assetId,
    name: asset.name,
    capacity: asset.capacity,
    timeZone: terms.openingHours?.timeZone ?? 'UTC',
    open: open.map(told),
    busy: holders.map((holder) => ({
      ...told(holder),
      units: holder.units,
      reservationId: holder.reservationId,
      by: holder.by ?? holder.reservationId,
      held: holder.expiresMs !== undefined,
      inUse: holder.open,
    })),
    free,
  }
}
