import { actorName } from '#domain/audit/entry.ts'
import type { endReasons, Reservation } from '#domain/reservations/reservation.ts'
import { isAhead, ownerOf } from '#domain/reservations/reservation.ts'
import { instantOf } from '#domain/time.ts'
import { notices } from '../notices/notify.ts'
import type { World } from '../world.ts'
import { type Address, cannot, changeOne, checkRight } from './change-one.ts'
import { next, reservationChanges } from './store-reservation.ts'
import { timeFreed } from './time-freed.ts'

type CancelWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** Gives back what lies ahead: the changes, and what becomes of it. */
export const cancelChanges = (
  current: Reservation,
  of: { readonly actor: Address['actor']; readonly note: string; readonly because?: keyof typeof endReasons },
  world: Pick<World, 'clock' | 'ids'>,
) => {
  const { actor, note, because } = of
  const after = next(current, {
    ...current,
    status: 'cancelled',
    endedAt: instantOf(world.clock.now()),
    ...(because && { endedBecause: because }),
  })
  const owner = ownerOf(current.source)
  const told = owner !== undefined && owner !== actorName(actor) ? [owner] : []
  return {
    result: after,
    changes: [
      ...reservationChanges({ before: current, after, action: 'reservation.cancelled', actor, note }, world),
      ...notices(
        {
          workspaceId: current.workspaceId,
          to: told,
          event: 'reservation.cancelled',
          message: `${actorName(actor)} cancelled your booking from ${current.start} to ${current.end}: ${note}`,
          about: [current.id],
        },
        world,
      ),
    ],
  }
}

/** Gives a booking back. Cancelling twice is success. @throws Refusal `not_found`, `forbidden`, `invalid_state` */
export const cancelReservation = async (
  input: Address & { readonly note: string },
  world: CancelWorld,
): Promise<Reservation> => {
  const cancelled = await changeOne(
    input,
    (current) => {
      if (current.status === 'cancelled') return 'nothing'
      checkRight(current, input, 'manager', 'cancel')
      if (!isAhead(current)) throw cannot(current, 'there is nothing to cancel')
      return cancelChanges(current, input, world)
    },
    world,
  )
  await timeFreed({ workspaceId: input.workspaceId, assetIds: cancelled.assets.map(({ assetId }) => assetId) }, world)
  return cancelled
}
