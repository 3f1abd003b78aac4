import type { Conflict, Resolution } from '#domain/conflicts/conflict.ts'
import { Refusal } from '#domain/errors.ts'
import type { AssetId } from '#domain/ids.ts'
import type { Interval } from '#domain/reservations/ledger.ts'
import { isAhead, ownerOf, type Reservation } from '#domain/reservations/reservation.ts'
import { dayMs, instantOf, msOf } from '#domain/time.ts'
import { findTimes } from '../availability/find-times.ts'
import { ownOf, spanOf } from '../reservations/book-reservation.ts'
import type { Wanted } from '../reservations/wanted.ts'
import type { World } from '../world.ts'

type ReadWorld = Pick<World, 'store' | 'clock'>
export type Suggestion = { readonly says: string; readonly apply: Resolution }

const searchedMs = 7 * dayMs

const firstTime = async (
  reservation: Reservation,
  wanted: readonly Wanted[],
  window: Interval,
  world: ReadWorld,
): Promise<Interval | undefined> => {
  const span = spanOf(reservation)
  const found = await findTimes(
    {
      workspaceId: reservation.workspaceId,
      assets: wanted,
      durationMs: span.endMs - span.startMs,
      window,
      most: 1,
      setup: reservation.setup,
      own: { ...ownOf(reservation), assets: [] },
    },
    world,
  ).catch((error: unknown) => {
    // A search that is too large, or beyond what can be booked, finds nothing.
    if (error instanceof Refusal) return undefined
    throw error
  })
  return found?.options[0]
}

const mostTried = 5

/** Another asset of the same type, or of the same kind with the same capabilities, at the very same time. */
const elsewhere = async (
  reservation: Reservation,
  assetId: AssetId,
  avoid: readonly AssetId[],
  world: ReadWorld,
): Promise<Suggestion[]> => {
  const { workspaceId, id: reservationId, start, end } = reservation
  const asset = await world.store.get('asset', { workspaceId, id: assetId })
  const page = await world.store.list('asset', workspaceId, { limit: 100 })
  const alike = page.items.filter(
    (other) =>
      asset &&
      !avoid.includes(other.id) &&
      other.kind === asset.kind &&
      (asset.typeId === undefined
        ? asset.capabilities.length > 0 && asset.capabilities.every((one) => other.capabilities.includes(one))
        : other.typeId === asset.typeId),
  )
  for (const other of alike.slice(0, mostTried)) {
    const wanted = reservation.assets.map((one) => (one.assetId === assetId ? { ...one, assetId: other.id } : one))
    if (await firstTime(reservation, wanted, spanOf(reservation), world))
      return [
        {
          says: `Take "${other.name}" instead, at the same time.`,
          apply: { kind: 'move', reservationId, start, end, assetId: other.id },
        },
      ]
  }
  return []
}

const later = async (reservation: Reservation, fromMs: number, world: ReadWorld): Promise<Suggestion[]> => {
  const span = spanOf(reservation)
  const window = { startMs: fromMs, endMs: Math.max(fromMs, span.endMs) + searchedMs }
  const option = await firstTime(reservation, reservation.assets, window, world)
  if (!option || option.startMs === span.startMs) return []
  const [start, end] = [instantOf(option.startMs), instantOf(option.endMs)]
  return [
    {
      says: `Move ${reservation.id} to ${start}, when all of it is free.`,
      apply: { kind: 'move', reservationId: reservation.id, start, end },
    },
  ]
}

/** Whether people may move it: it lies ahead and is somebody's. */
export const isMovable = (reservation: Reservation, nowMs: number): boolean =>
  isAhead(reservation) && ownerOf(reservation.source) !== undefined && msOf(reservation.start) > nowMs

/** Where a reservation could go that cannot stay on some assets until a moment; cancelling it comes last. */
export const suggestMoves = async (
  reservation: Reservation,
  away: { readonly assetIds: readonly AssetId[]; readonly fromMs: number },
  world: ReadWorld,
): Promise<Suggestion[]> => {
  const [hit] = reservation.assets.filter(({ assetId }) => away.assetIds.includes(assetId))
  return [
    ...(hit ? await elsewhere(reservation, hit.assetId, away.assetIds, world) : []),
    ...(await later(reservation, away.fromMs, world)),
    { says: `Cancel ${reservation.id}.`, apply: { kind: 'cancel', reservationId: reservation.id } },
  ]
}

/** What could be done about a conflict, worked out as things are now; each can be applied as it is. */
export const suggestResolutions = async (conflict: Conflict, world: ReadWorld): Promise<Suggestion[]> => {
  if (conflict.status !== 'open') return []
  const { workspaceId, reservationIds, assetId } = conflict
  const all = await world.store.getMany(
    'reservation',
    reservationIds.slice(0, mostTried).map((id) => ({ workspaceId, id })),
  )
  const movable = all.flatMap((one) => (one && isMovable(one, world.clock.now()) ? [one] : []))
  const suggestions: Suggestion[] = []
  for (const one of movable.slice(0, 2))
    suggestions.push(...(await suggestMoves(one, { assetIds: [assetId], fromMs: msOf(one.start) }, world)))
  return [...suggestions, { says: 'Leave it as it is.', apply: { kind: 'accept' } }]
}
