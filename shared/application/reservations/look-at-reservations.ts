import type { ReservationId, WorkspaceId } from '#domain/ids.ts'
import { daysAround, overlaps, overrunGraceMs, peakUnits } from '#domain/reservations/ledger.ts'
import { holderOf, isOpenReservation, ownerOf, type Reservation } from '#domain/reservations/reservation.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { system } from '../common/audit.ts'
import { conflictChanges, type Found } from '../conflicts/record-conflict.ts'
import { notices } from '../notices/notify.ts'
import { confirmTime } from '../series/confirm-series.ts'
import type { World } from '../world.ts'
import { changeOne } from './change-one.ts'
import { next, reservationChanges } from './store-reservation.ts'

type LookWorld = Pick<World, 'store' | 'clock' | 'ids'>
export type Looked = {
  readonly expired: number
  readonly noShows: number
  readonly closed: number
  readonly overrun: number
  readonly failed: number
}
const actor = system('timekeeper')

type Ending = {
  readonly what: 'expired' | 'noShows' | 'closed'
  readonly after: Reservation
  readonly action: string
  readonly message?: string
}

/** What becomes of a reservation whose moment has come; nothing where it has not. */
const endingOf = (current: Reservation, nowMs: number): Ending | undefined => {
  const { status, expiresAt, checkInBy, lookAt, start, end } = current
  const passed = (at: string | undefined): boolean => at !== undefined && msOf(at) <= nowMs
  if (status === 'held' && passed(expiresAt)) {
    const after = next(current, {
      ...current,
      status: 'expired',
      endedAt: instantOf(nowMs),
      endedBecause: 'not-confirmed',
    })
    const message = `Your hold from ${start} to ${end} was not confirmed until ${expiresAt}, so it was given up.`
    return { what: 'expired', after, action: 'reservation.expired', message }
  }
  if (status === 'confirmed' && passed(checkInBy)) {
    const after = next(current, { ...current, status: 'released', endedAt: instantOf(nowMs), endedBecause: 'no-show' })
    const message = `Nobody checked in until ${checkInBy}, so your booking from ${start} to ${end} was given back.`
    return { what: 'noShows', after, action: 'reservation.released', message }
  }
  if (status === 'confirmed' && passed(lookAt)) {
    const after = next(current, { ...current, status: 'released', endedAt: end, endedBecause: 'over' })
    return { what: 'closed', after, action: 'reservation.released' }
  }
  return undefined
}

/** What follows on the assets of a reservation that lasts longer than planned, and cannot start as planned. */
const overrunsOf = async (current: Reservation, world: LookWorld): Promise<Found[]> => {
  const { workspaceId, assets, end } = current
  const nowMs = world.clock.now()
  const into = { startMs: msOf(end), endMs: nowMs + overrunGraceMs }
  const [ledgers, documents] = await Promise.all([
    world.store.ledger(
      workspaceId,
      assets.map(({ assetId }) => ({ assetId, days: daysAround(into, 0) })),
    ),
    world.store.getMany(
      'asset',
      assets.map(({ assetId }) => ({ workspaceId, id: assetId })),
    ),
  ])
  return assets.flatMap(({ assetId, units }, index) => {
    const asset = documents[index]
    const claims = Object.entries(Object.assign({}, ...(ledgers[index]?.days ?? []).map(({ claims: all }) => all))) as [
      ReservationId,
      { startMs: number; endMs: number; units: number; by?: string; expiresMs?: number },
    ][]
    const following = claims.filter(
      ([id, claim]) => id !== current.id && overlaps(claim, into) && !((claim.expiresMs ?? nowMs + 1) <= nowMs),
    )
    return following
      .filter(
        ([, claim]) =>
          peakUnits(
            following.map(([, one]) => one),
            { startMs: Math.max(claim.startMs, into.startMs), endMs: Math.min(claim.endMs, into.endMs) },
          ) +
            units >
          (asset?.capacity ?? 0),
      )
      .map(
        ([id, claim]): Found => ({
          workspaceId,
          type: 'overrun',
          assetId,
          start: instantOf(claim.startMs),
          end: instantOf(claim.endMs),
          message: `"${asset?.name ?? assetId}" is still in use by ${holderOf(current.source)}, planned until ${end}; what follows at ${instantOf(claim.startMs)} has to wait.`,
          reservationIds: [id, current.id],
          affected: [claim.by ?? id, holderOf(current.source)],
          facts: { plannedEnd: end },
        }),
      )
  })
}

const lookAtOne = async (
  workspaceId: WorkspaceId,
  id: ReservationId,
  world: LookWorld,
): Promise<'expired' | 'noShows' | 'closed' | 'overrun' | 'fine'> => {
  if (await confirmTime({ workspaceId, id }, world)) return 'fine'
  let what: 'expired' | 'noShows' | 'closed' | 'overrun' | 'fine' = 'fine'
  await changeOne(
    { workspaceId, id, actor },
    async (current) => {
      const nowMs = world.clock.now()
      if (isOpenReservation(current)) {
        const found = msOf(current.end) <= nowMs ? await overrunsOf(current, world) : []
        const changes = await conflictChanges(found, actor, world)
        what = changes.length > 0 ? 'overrun' : 'fine'
        return changes.length > 0 ? { changes, result: current } : 'nothing'
      }
      const ending = endingOf(current, nowMs)
      what = ending?.what ?? 'fine'
      if (!ending) return 'nothing'
      const owner = ownerOf(current.source)
      return {
        result: ending.after,
        changes: [
          ...reservationChanges({ before: current, after: ending.after, action: ending.action, actor }, world),
          ...notices(
            {
              workspaceId,
              to: owner !== undefined && ending.message !== undefined ? [owner] : [],
              event: ending.what === 'noShows' ? 'reservation.no-show' : 'reservation.expired',
              message: ending.message ?? '',
              about: [id],
            },
            world,
          ),
        ],
      }
    },
    world,
  )
  return what
}

/**
 * Looks at every reservation whose moment has come: holds that were not confirmed, bookings that nobody came to, those whose
 * time is over, and what lasts longer than planned. Late, twice or beside another it does no harm.
 */
export const lookAtReservations = async (
  workspaceId: WorkspaceId,
  world: LookWorld,
  onFailure: OnFailure = () => undefined,
): Promise<Looked> => {
  const looked = { expired: 0, noShows: 0, closed: 0, overrun: 0, failed: 0 }
  const seen = new Set<ReservationId>()
  const until = instantOf(world.clock.now())
  let cursor: string | undefined
  do {
    const page = await world.store.dueReservations(workspaceId, { limit: 100, cursor }, until)
    for (const { id } of page.items) {
      if (seen.has(id)) continue
      seen.add(id)
      const what = (await apart(id, () => lookAtOne(workspaceId, id, world), onFailure)) ?? 'failed'
      if (what !== 'fine') looked[what] += 1
    }
    cursor = page.next
  } while (cursor !== undefined)
  return looked
}
