import { openSpans } from '#domain/assets/opening-hours.ts'
import type { Order } from '#domain/orders/order.ts'
import { dutiesIn } from '#domain/orders/requirement-duties.ts'
import { startTimesIn } from '#domain/orders/start-times.ts'
import type { Interval } from '#domain/reservations/ledger.ts'
import { turnsOf } from '#domain/rotations/turns.ts'
import { minutes } from '#domain/time.ts'
import type { Wanted } from '../reservations/wanted.ts'
import { readDuties } from '../rotations/read-duties.ts'
import type { World } from '../world.ts'

/** Windows of the hours of an order that are searched. */
const mostWindows = 5
/** Times at which it may begin that are looked at. */
const mostStarts = 12
/** Pieces of a span in which its duties are one person's each. */
const mostWays = 8

/** Where an order may lie within a span by its hours; the very times at which it may begin, where it has such. */
export const windowsIn = ({ constraints, durationMinutes }: Order, span: Interval): readonly Interval[] => {
  const durationMs = minutes(durationMinutes)
  const { hours, starts } = constraints ?? {}
  const open = openSpans(hours, span).filter(({ startMs, endMs }) => endMs - startMs >= durationMs)
  if (!starts) return open.slice(0, mostWindows)
  return open
    .flatMap(({ startMs, endMs }) => startTimesIn(starts, { startMs, endMs: endMs - durationMs + 1 }))
    .slice(0, mostStarts)
    .map((startMs) => ({ startMs, endMs: startMs + durationMs }))
}

/** What an order asks for within a span, in pieces in which each of its duties is somebody's: of what begins in them. */
export const waysWithin = async (
  { workspaceId, requirements }: Order,
  span: Interval,
  world: Pick<World, 'store'>,
): Promise<readonly (Interval & { readonly assets: readonly Wanted[] })[]> => {
  if (span.endMs <= span.startMs) return []
  const duties = await readDuties(workspaceId, dutiesIn(requirements), span, world)
  let ways: readonly (Interval & { readonly assets: readonly Wanted[] })[] = [{ ...span, assets: [] }]
  for (const want of requirements) {
    const named = 'duty' in want ? turnsOf(duties, want.duty, span) : [{ ...span, assetId: undefined }]
    ways = ways.flatMap((way) =>
      named.flatMap(({ assetId, startMs, endMs }) => {
        const piece = { startMs: Math.max(way.startMs, startMs), endMs: Math.min(way.endMs, endMs) }
        const asset = 'duty' in want ? (assetId ? [{ assetId, units: want.units }] : []) : [want]
        return piece.startMs < piece.endMs ? [{ ...piece, assets: [...way.assets, ...asset] }] : []
      }),
    )
  }
  return ways.slice(0, mostWays)
}
