import type { Conflict, Resolution } from '#domain/conflicts/conflict.ts'
import { Refusal } from '#domain/errors.ts'
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
  window: { startMs: number; endMs: number },
  world: ReadWorld,
) => {
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
    if (error instanceof Refusal) return undefined
    throw error
  })
  return found?.options[0]
}

/** Another asset of the same type or with the same capabilities, at the very same time. */
const elsewhere = async (conflict: Conflict, reservation: Reservation, world: ReadWorld): Promise<Suggestion[]> => {
  const { workspaceId, assetId } = conflict
  const asset = await world.store.get('asset', { workspaceId, id: assetId })
  const page = await world.store.list('asset', workspaceId, { limit: 100 })
  const alike = page.items.filter(
    (other) =>
      asset &&
      other.id !== assetId &&
      other.kind === asset.kind &&
      (asset.typeId === undefined
        ? asset.capabilities.length > 0 && asset.capabilities.every((one) => other.capabilities.includes(one))
        : other.typeId === asset.typeId),
  )
  for (const other of alike.slice(0, 5)) {
    const wanted = reservation.assets.map((one) => (one.assetId === assetId ? { ...one, assetId: other.id } : one))
    const option = await firstTime(reservation, wanted, spanOf(reservation), world)
    if (option)
      return [
        {
          says: `Take "${other.name}" instead, at the same time.`,
          apply: {
            kind: 'move',
            reservationId: reservation.id,
            start: reservation.start,
            end: reservation.end,
            assetId: other.id,
          },
        },
      ]
  }
  return []
}

const later = async (reservation: Reservation, world: ReadWorld): Promise<Suggestion[]> => {
  const span = spanOf(reservation)
  const option = await firstTime(
    reservation,
    reservation.assets,
    { startMs: span.startMs, endMs: span.endMs + searchedMs },
    world,
  )
  if (!option || option.startMs === span.startMs) return []
  const [start, end] = [instantOf(option.startMs), instantOf(option.endMs)]
  return [
    {
      says: `Move ${reservation.id} to ${start}, when all of it is free.`,
      apply: { kind: 'move', reservationId: reservation.id, start, end },
    },
  ]
}

/** What could be done about a conflict, worked out as things are now; each can be applied as it is. */
export const suggestResolutions = async (conflict: Conflict, world: ReadWorld): Promise<Suggestion[]> => {
  if (conflict.status !== 'open') return []
  const { workspaceId, reservationIds } = conflict
  const all = await world.store.getMany(
    'reservation',
    reservationIds.slice(0, 5).map((id) => ({ workspaceId, id })),
  )
  const movable = all.flatMap((one) =>
    one && isAhead(one) && ownerOf(one.source) !== undefined && msOf(one.start) > world.clock.now() ? [one] : [],
  )
  const suggestions: Suggestion[] = []
  for (const reservation of movable.slice(0, 2)) {
    suggestions.push(...(await elsewhere(conflict, reservation, world)), ...(await later(reservation, world)))
    suggestions.push({ says: `Cancel ${reservation.id}.`, apply: { kind: 'cancel', reservationId: reservation.id } })
  }
  return [...suggestions, { says: 'Leave it as it is.', apply: { kind: 'accept' } }]
}
