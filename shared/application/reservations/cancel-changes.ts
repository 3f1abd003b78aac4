import { type Actor, actorName } from '#domain/audit/entry.ts'
import { type endReasons, ownerOf, type Reservation } from '#domain/reservations/reservation.ts'
import { instantOf } from '#domain/time.ts'
import { notices } from '../notices/notify.ts'
import type { World } from '../world.ts'
import { next, reservationChanges } from './store-reservation.ts'

/** Gives back what lies ahead: the changes, and what becomes of it. */
export const cancelChanges = (
  current: Reservation,
  of: { readonly actor: Actor; readonly note: string; readonly because?: keyof typeof endReasons },
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
