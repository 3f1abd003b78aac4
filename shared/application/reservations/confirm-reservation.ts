import { actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { AccountId } from '#domain/reservations/account.ts'
import { ownerOf, type Reservation } from '#domain/reservations/reservation.ts'
import { msOf } from '#domain/time.ts'
import { roleAllows } from '#domain/workspaces/workspace.ts'
import { notices } from '../notices/notify.ts'
import type { World } from '../world.ts'
import { ownOf, spanOf } from './book-reservation.ts'
import { type Address, cannot, changeOne, checkRight } from './change-one.ts'
import { readAsk } from './read-ask.ts'
import { next, reservationChanges } from './store-reservation.ts'

/**
 * Makes a hold stand. Who may: its owner, or whoever has the role that must confirm it. Its time is its own already, so no
 * rule is asked again. Confirming twice is success.
 * @throws Refusal `not_found`, `forbidden`, `invalid_state` (expired, or no hold)
 */
export const confirmReservation = (
  input: Address & { readonly note?: string | undefined },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Reservation> =>
  changeOne(
    input,
    async (current) => {
      const { actor, role, note } = input
      if (current.status === 'confirmed') return 'nothing'
      checkRight(current, input, current.needsApprovalBy ?? 'manager', 'confirm')
      const { needsApprovalBy } = current
      if (needsApprovalBy !== undefined && !(role && roleAllows(role, needsApprovalBy)))
        throw new Refusal('forbidden', `A ${needsApprovalBy} must confirm this booking. Ask one of them.`)
      if (current.status !== 'held') throw cannot(current, 'there is nothing to confirm')
      if (current.expiresAt !== undefined && msOf(current.expiresAt) <= world.clock.now())
        throw cannot(current, `it expired at ${current.expiresAt}. Book again`)
      const { ask } = await readAsk(
        {
          workspaceId: current.workspaceId,
          operation: 'change',
          wanted: current.assets,
          span: spanOf(current),
          setup: current.setup,
          own: ownOf(current),
          accounts: (current.accounts ?? []) as AccountId[],
        },
        world,
      )
      const { expiresAt: _expires, ...rest } = current
      const by = actorName(actor)
      const after = next(current, { ...rest, status: 'confirmed', confirmedBy: by }, ask)
      const owner = ownerOf(current.source)
      return {
        result: after,
        changes: [
          ...reservationChanges({ before: current, after, ask, action: 'reservation.confirmed', actor, note }, world),
          ...notices(
            {
              workspaceId: current.workspaceId,
              to: owner !== undefined && owner !== by ? [owner] : [],
              event: 'reservation.confirmed',
              message: `${by} confirmed your booking from ${after.start} to ${after.end}.`,
              about: [current.id],
            },
            world,
          ),
        ],
      }
    },
    world,
  )
