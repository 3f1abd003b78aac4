import { Refusal } from '#domain/errors.ts'
import type { ReservationId, WaitlistEntryId, WorkspaceId } from '#domain/ids.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import type { WaitlistEntry } from '#domain/waitlist/entry.ts'
import { findTimes } from '../availability/find-times.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { system } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { notices } from '../notices/notify.ts'
import { bookingChanges } from '../reservations/book-reservation.ts'
import type { Change, World } from '../world.ts'
import { entryChanges } from './join-waitlist.ts'

type OfferWorld = Pick<World, 'store' | 'clock' | 'ids'>
type Done = { readonly changes: readonly Change[]; readonly result: 'offered' | 'taken' | 'lapsed' | 'waits' }
const actor = system('waitlist')

const ended = (entry: WaitlistEntry, status: 'taken' | 'lapsed', world: OfferWorld): Done => ({
  changes: entryChanges(entry, { ...entry, status }, `waitlist.${status}`, actor, world).changes,
  result: status,
})

/** What became of an offer. */
const followOffer = async (entry: WaitlistEntry, world: OfferWorld): Promise<Done> => {
  const { workspaceId, offer } = entry
  const held = offer && (await world.store.get('reservation', { workspaceId, id: offer.reservationId }))
  if (held?.status === 'held') return { changes: [], result: 'waits' }
  const gone = !held || held.status === 'expired' || held.status === 'cancelled'
  return ended(entry, gone ? 'lapsed' : 'taken', world)
}

/** Holds the first time that can be had for whoever waits, and tells them. */
const offerTime = async (entry: WaitlistEntry, id: ReservationId, world: OfferWorld): Promise<Done> => {
  const { workspaceId, subject, assets, durationMinutes, holdMinutes, setup, project, note } = entry
  const nowMs = world.clock.now()
  const window = { startMs: Math.max(nowMs, msOf(entry.from)), endMs: msOf(entry.to) }
  const durationMs = minutes(durationMinutes)
  if (window.endMs - window.startMs < durationMs) return ended(entry, 'lapsed', world)
  const member = await world.store.get('member', { workspaceId, subject })
  if (!member) return ended(entry, 'lapsed', world)
  const search = { workspaceId, assets, durationMs, window, most: 1, setup, subject, role: member.role }
  const [option] = (await findTimes(search, world)).options
  if (!option) return { changes: [], result: 'waits' }
  const [start, end] = [instantOf(option.startMs), instantOf(option.endMs)]
  const booked = await bookingChanges(
    {
      workspaceId,
      actor,
      subject,
      role: member.role,
      groups: member.groups,
      assets: option.parts.map(({ assetId, units }) => ({ assetId, units })),
      start,
      end,
      note,
      setup,
      project,
      holdMinutes,
    },
    id,
    world,
  )
  const expiresAt = booked.result.expiresAt ?? end
  const offer = { reservationId: id, start, end, expiresAt }
  const { changes } = entryChanges(entry, { ...entry, status: 'offered', offer }, 'waitlist.offered', actor, world)
  return {
    changes: [
      ...booked.changes,
      ...changes,
      ...notices(
        {
          workspaceId,
          to: [subject],
          event: 'waitlist.offered',
          message: `What you waited for is held for you from ${start} to ${end}. Confirm it until ${expiresAt}.`,
          about: [entry.id, id],
        },
        world,
      ),
    ],
    result: 'offered',
  }
}

const serve = (workspaceId: WorkspaceId, id: WaitlistEntryId, world: OfferWorld): Promise<Done['result']> => {
  const reservationId: ReservationId = `res_${world.ids.unique()}`
  return transact<Done['result']>(world, async () => {
    const entry = await world.store.get('waitlistEntry', { workspaceId, id })
    if (entry?.status === 'offered') return followOffer(entry, world)
    if (entry?.status !== 'waiting') return { changes: [], result: 'waits' }
    return offerTime(entry, reservationId, world).catch((error: unknown) => {
      // Against a limit of the person, or faster taken: it waits on.
      if (error instanceof Refusal && error.code !== 'unavailable') return { changes: [], result: 'waits' }
      throw error
    })
  })
}

export type Served = {
  readonly offered: number
  readonly taken: number
  readonly lapsed: number
  readonly failed: number
}

/**
 * Goes down the line, whoever asked first is served first: what has become free is held for them, with an expiry and a notice.
 * Late, twice or beside another it does no harm. `most`: so many are looked at, first in line first.
 */
export const serveWaitlist = async (
  workspaceId: WorkspaceId,
  world: OfferWorld,
  onFailure: OnFailure = () => undefined,
  most = Number.POSITIVE_INFINITY,
): Promise<Served> => {
  const served = { offered: 0, taken: 0, lapsed: 0, failed: 0 }
  let seen = 0
  let cursor: string | undefined
  do {
    const page = await world.store.waitingEntries(workspaceId, { limit: Math.min(100, most), cursor })
    for (const { id } of page.items) {
      const result = (await apart(id, () => serve(workspaceId, id, world), onFailure)) ?? 'failed'
      if (result !== 'waits') served[result] += 1
    }
    seen += page.items.length
    cursor = page.next
  } while (cursor !== undefined && seen < most)
  return served
}
