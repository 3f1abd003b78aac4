import type { Reservation } from '#domain/reservations/reservation.ts'
import { isAhead } from '#domain/reservations/reservation.ts'
import type { World } from '../world.ts'
import { cancelChanges } from './cancel-changes.ts'
import { type Address, cannot, changeOne, checkRight } from './change-one.ts'
import { timeFreed } from './time-freed.ts'

type CancelWorld = Pick<World, 'store' | 'clock' | 'ids'>

/**
 * Gives a booking back, and leaves it to the caller to look at what follows from that (`timeFreed`); for many at once.
 * @throws Refusal `not_found`, `forbidden`, `invalid_state`
 */
export const giveBack = (input: Address & { readonly note: string }, world: CancelWorld): Promise<Reservation> =>
  changeOne(
    input,
    (current) => {
      if (current.status === 'cancelled') return 'nothing'
      checkRight(current, input, 'manager', 'cancel')
      if (!isAhead(current)) throw cannot(current, 'there is nothing to cancel')
      return cancelChanges(current, input, world)
    },
    world,
  )

/** Gives a booking back. Cancelling twice is success. @throws Refusal `not_found`, `forbidden`, `invalid_state` */
export const cancelReservation = async (
  input: Address & { readonly note: string },
  world: CancelWorld,
): Promise<Reservation> => {
  const cancelled = await giveBack(input, world)
  await timeFreed({ workspaceId: input.workspaceId, assetIds: cancelled.assets.map(({ assetId }) => assetId) }, world)
  return cancelled
}
