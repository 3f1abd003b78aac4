import { actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { isAhead, ownerOf, type Reservation } from '#domain/reservations/reservation.ts'
import type { RuleCode } from '#domain/rules/violation.ts'
import { instantOf } from '#domain/time.ts'
import { notices } from '../notices/notify.ts'
import type { World } from '../world.ts'
import { type Override, overrideOf, ownOf, spanOf } from './book-reservation.ts'
import { type Address, cannot, changeOne, checkRight } from './change-one.ts'
import { accountsFor, readAsk } from './read-ask.ts'
import { refusalFor } from './refuse.ts'
import { next, reservationChanges } from './store-reservation.ts'

/** Its time and assets stay as they are; what is asked anew is whether they may have it. */
const ofPeople: ReadonlySet<RuleCode> = new Set(['too-many-open', 'week-used-up', 'quota-exceeded', 'needs-approval'])

/**
 * Gives a booking to another member. It counts against their limits from then on; whose it was stays with it.
 * @throws Refusal `not_found`, `forbidden`, `invalid` (no such member), `invalid_state`, `against_rules` (their limits)
 */
export const transferReservation = (
  input: Address & { readonly to: string; readonly note: string; readonly override?: Override | undefined },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Reservation> =>
  changeOne(
    input,
    async (current) => {
      const { workspaceId, actor, to, note } = input
      const from = ownerOf(current.source)
      checkRight(current, input, 'manager', 'transfer')
      if (from === undefined || current.source.kind !== 'person')
        throw cannot(current, 'only bookings of people can be transferred')
      if (from === to) return 'nothing'
      if (!isAhead(current)) throw cannot(current, 'only what lies ahead can be transferred')
      const member = await world.store.get('member', { workspaceId, subject: to })
      if (!member)
        throw new Refusal('invalid', `${to} is no member of this workspace.`, {
          reasons: [{ code: 'unknown-member', message: 'no such member', path: '/to' }],
        })
      const accounts = accountsFor(to, { project: current.project, groups: member.groups })
      const judged = await readAsk(
        {
          workspaceId,
          operation: 'book',
          wanted: current.assets,
          span: spanOf(current),
          setup: current.setup,
          own: ownOf(current),
          subject: to,
          role: member.role,
          project: current.project,
          accounts,
          override: overrideOf(input),
        },
        world,
      )
      const refusal = refusalFor(
        judged.violations.filter(({ code }) => ofPeople.has(code)),
        current,
      )
      if (refusal) throw refusal
      const by = actorName(actor)
      const transfer = { from, to, by, at: instantOf(judged.ask.nowMs), note }
      const after = next(
        current,
        {
          ...current,
          source: { kind: 'person', subject: to },
          accounts,
          transfers: [...(current.transfers ?? []), transfer],
        },
        judged.ask,
      )
      const stored = { before: current, after, ask: judged.ask, action: 'reservation.transferred', actor, note }
      return {
        result: after,
        changes: [
          ...reservationChanges(stored, world),
          ...notices(
            {
              workspaceId,
              to: [from, to].filter((name) => name !== by),
              event: 'reservation.transferred',
              message: `${by} transferred the booking from ${current.start} to ${current.end} from ${from} to ${to}: ${note}`,
              about: [current.id],
            },
            world,
          ),
        ],
      }
    },
    world,
  )
