import { Refusal } from '#domain/errors.ts'
import type { AssetId, ReservationId, ScheduleId, WorkspaceId } from '#domain/ids.ts'
import { canDo } from '#domain/people/abilities.ts'
import { holdersOf, type Interval, overlaps } from '#domain/reservations/ledger.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import { instantOf } from '#domain/time.ts'
import { checkSpan } from '../availability/asset-calendar.ts'
import { isMovable, type Suggestion, suggestMoves } from '../conflicts/suggest.ts'
import { type Known, readKnown } from '../reservations/known.ts'
import { upcomingRuns } from '../schedules/upcoming-runs.ts'
import type { World } from '../world.ts'

type ReadWorld = Pick<World, 'store' | 'clock'>

const mostDays = 31
/** Moves are worked out for so many; each is a search. */
const mostSuggested = 20
const mostTimes = 200

/** What an outage is about, read and checked. @throws Refusal `invalid`, `limit_exceeded` */
export const readOutage = async (
  {
    workspaceId,
    assetIds,
    span,
  }: { readonly workspaceId: WorkspaceId; readonly assetIds: readonly AssetId[]; readonly span: Interval },
  world: ReadWorld,
): Promise<{ readonly known: Known; readonly hit: readonly Reservation[] }> => {
  checkSpan(span, mostDays)
  const nowMs = world.clock.now()
  if (span.endMs <= nowMs)
    throw new Refusal('invalid', `The outage is over; it is ${instantOf(nowMs)} now.`, {
      reasons: [{ code: 'in-the-past', message: 'the end is in the past', path: '/end' }],
    })
  const known = await readKnown(workspaceId, assetIds, span, world)
  const missing = assetIds.filter((id) => !known.assets.get(id)?.asset)
  if (missing.length > 0)
    throw new Refusal('invalid', `There is no asset ${missing.join(', ')} in this workspace.`, {
      reasons: missing.map((id) => ({ code: 'unknown-asset', message: `there is no asset ${id}`, path: '/assetIds' })),
    })
  const ids = new Set<ReservationId>()
  for (const { ledger } of known.assets.values())
    for (const holder of holdersOf(ledger, nowMs)) if (overlaps(holder, span)) ids.add(holder.reservationId)
  const found = await world.store.getMany(
    'reservation',
    [...ids].slice(0, 100).map((id) => ({ workspaceId, id })),
  )
  return { known, hit: found.flatMap((one) => one ?? []).toSorted((a, b) => (a.start < b.start ? -1 : 1)) }
}

type Occurrence = { readonly scheduleId: ScheduleId; readonly name: string; readonly at: string }

/** Times of schedules that are due in a span and ask for one of the assets, by name or because nothing else can do it. */
const occurrencesIn = async (
  workspaceId: WorkspaceId,
  span: Interval,
  { assets }: Known,
  world: ReadWorld,
): Promise<Occurrence[]> => {
  const from = instantOf(Math.max(span.startMs, world.clock.now()))
  const { items } = await upcomingRuns({ workspaceId, from, to: instantOf(span.endMs), limit: mostTimes }, world)
  const schedules = await world.store.getMany(
    'schedule',
    [...new Set(items.map(({ scheduleId }) => scheduleId))].map((id) => ({ workspaceId, id })),
  )
  const protocolIds = [...new Set(schedules.flatMap((one) => one?.protocolId ?? []))]
  const protocols = await world.store.getMany(
    'protocol',
    protocolIds.map((id) => ({ workspaceId, id })),
  )
  const touches = (protocolId: string | undefined): boolean =>
    protocols
      .find((one) => one?.id === protocolId)
      ?.requirements.some((need) =>
        'assetId' in need
          ? assets.has(need.assetId)
          : [...assets.values()].some(({ asset }) => asset && canDo(asset, need.capability)),
      ) ?? false
  return items
    .filter(({ scheduleId }) => touches(schedules.find((one) => one?.id === scheduleId)?.protocolId))
    .map(({ scheduleId, name, utc }) => ({ scheduleId, name, at: utc }))
}

/**
 * What an outage would hit: every booking, hold and run that stands there, the times of schedules that are due then, and where
 * what people booked could go. Nothing is changed.
 * @throws Refusal `invalid`, `limit_exceeded`
 */
export const previewOutage = async (
  input: { readonly workspaceId: WorkspaceId; readonly assetIds: readonly AssetId[]; readonly span: Interval },
  world: ReadWorld,
) => {
  const { workspaceId, assetIds, span } = input
  const { known, hit } = await readOutage(input, world)
  const suggestions = new Map<ReservationId, readonly Suggestion[]>()
  for (const one of hit.filter((each) => isMovable(each, world.clock.now())).slice(0, mostSuggested))
    suggestions.set(one.id, await suggestMoves(one, { assetIds, fromMs: span.endMs }, world))
  return {
    reservations: hit.map((reservation) => ({
      reservation,
      suggestions: [...(suggestions.get(reservation.id) ?? [])],
    })),
    occurrences: await occurrencesIn(workspaceId, span, known, world),
  }
}
