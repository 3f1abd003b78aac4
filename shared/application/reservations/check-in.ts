import type { AccountId } from '#domain/reservations/account.ts'
import { ownerOf, type Reservation } from '#domain/reservations/reservation.ts'
import { instantOf, msOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { ownOf } from './book-reservation.ts'
import { type Address, cannot, changeOne, checkRight } from './change-one.ts'
import { readAsk } from './read-ask.ts'
import { refusalFor } from './refuse.ts'
import { checkInAheadMs, next, reservationChanges } from './store-reservation.ts'
import { timeFreed } from './time-freed.ts'

type UseWorld = Pick<World, 'store' | 'clock' | 'ids'>

/**
 * Somebody begins to use what they booked: from now on it counts until it is released, whatever the planned end. Refused while
 * somebody else still uses it. Checking in twice is success.
 * @throws Refusal `not_found`, `forbidden`, `invalid_state` (too soon, too late, not confirmed), `asset_busy`
 */
export const checkIn = (input: Address, world: UseWorld): Promise<Reservation> =>
  changeOne(
    input,
    async (current) => {
      if (current.status === 'active') return 'nothing'
      checkRight(current, input, 'operator', 'check in')
      if (current.status !== 'confirmed') throw cannot(current, 'only a confirmed one can be checked in')
      const nowMs = world.clock.now()
      if (nowMs < msOf(current.start) - checkInAheadMs)
        throw cannot(current, `check-in begins at ${instantOf(msOf(current.start) - checkInAheadMs)}`)
      if (nowMs >= msOf(current.end)) throw cannot(current, `its time was over at ${current.end}`)
      const judged = await readAsk(
        {
          workspaceId: current.workspaceId,
          operation: 'start',
          wanted: current.assets,
          span: { startMs: nowMs, endMs: msOf(current.end) },
          setup: current.setup,
          own: ownOf(current),
          subject: ownerOf(current.source),
          accounts: (current.accounts ?? []) as AccountId[],
        },
        world,
      )
      // It was booked under the rules; what matters now is that nobody else is at it.
      const refusal = refusalFor(
        judged.violations.filter(({ code }) => code === 'asset-busy' || code === 'asset-unavailable'),
        current,
      )
      if (refusal) throw refusal
      const { checkInBy: _by, ...rest } = current
      const after = next(current, { ...rest, status: 'active', startedAt: instantOf(nowMs) }, judged.ask)
      const stored = {
        before: current,
        after,
        ask: judged.ask,
        action: 'reservation.activated',
        actor: input.actor,
      }
      return { result: after, changes: reservationChanges(stored, world) }
    },
    world,
  )

/**
 * Gives back what is in use, or the rest of what was booked and has begun. Checking out twice is success.
 * @throws Refusal `not_found`, `forbidden`, `invalid_state`
 */
export const checkOut = async (
  input: Address & { readonly note?: string | undefined },
  world: UseWorld,
): Promise<Reservation> => {
  const released = await changeOne(
    input,
    (current) => {
      if (current.status === 'released') return 'nothing'
      checkRight(current, input, 'operator', 'release')
      const nowMs = world.clock.now()
      const begun = current.status === 'confirmed' && msOf(current.start) <= nowMs
      if (current.status === 'confirmed' && !begun) throw cannot(current, 'it has not begun; cancel it instead')
      if (current.status !== 'active' && !begun) throw cannot(current, 'there is nothing to release')
      const after = next(current, {
        ...current,
        status: 'released',
        endedAt: instantOf(nowMs),
        endedBecause: nowMs < msOf(current.end) ? 'early' : 'late',
      })
      const stored = { before: current, after, action: 'reservation.released', actor: input.actor, note: input.note }
      return { result: after, changes: reservationChanges(stored, world) }
    },
    world,
  )
  await timeFreed({ workspaceId: input.workspaceId, assetIds: released.assets.map(({ assetId }) => assetId) }, world)
  return released
}
