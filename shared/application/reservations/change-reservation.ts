import { actorName } from '#domain/audit/entry.ts'
import type { AccountId } from '#domain/reservations/account.ts'
import { isAhead, isOpenReservation, ownerOf, type Reservation } from '#domain/reservations/reservation.ts'
import { instantOf } from '#domain/time.ts'
import { conflictsOfForce } from '../conflicts/conflicts-of-force.ts'
import { notices } from '../notices/notify.ts'
import type { World } from '../world.ts'
import { checkInByOf, type Override, overrideOf, ownOf, spanOf, usedOverrides } from './book-reservation.ts'
import { type Address, cannot, changeOne, checkRight } from './change-one.ts'
import { withNextOption } from './next-option.ts'
import { type Asking, type Judged, readAsk } from './read-ask.ts'
import { refusalFor } from './refuse.ts'
import { steadily } from './steadily.ts'
import { next, reservationChanges } from './store-reservation.ts'
import { timeFreed } from './time-freed.ts'
import type { Wanted } from './wanted.ts'

/** What may be changed: extend and shorten give another end, move another start or other assets. */
export type ReservationPatch = {
  readonly start?: string | undefined
  readonly end?: string | undefined
  readonly assets?: readonly Wanted[] | undefined
  readonly note?: string | undefined
}

export type Changing = Address & {
  readonly patch: ReservationPatch
  readonly override?: Override | undefined
}

const askingOf = (current: Reservation, { workspaceId, actor, role, patch, override }: Changing): Asking => ({
  workspaceId,
  // What is in use already is judged by what lies ahead of it.
  operation: current.source.kind === 'maintenance' ? 'block' : 'change',
  wanted: patch.assets ?? current.assets,
  span: spanOf({ start: patch.start ?? current.start, end: patch.end ?? current.end }),
  setup: current.setup,
  own: ownOf(current),
  subject: ownerOf(current.source),
  role,
  project: current.project,
  accounts: (current.accounts ?? []) as AccountId[],
  override: overrideOf({ actor, role, override }),
})

/** What the rules say to a change, without making it. */
export const judgeChange = (
  current: Reservation,
  changing: Changing,
  world: Pick<World, 'store' | 'clock'>,
): Promise<Judged> => readAsk(askingOf(current, changing), world)

const actionOf = (before: Reservation, after: Reservation): string => {
  if (JSON.stringify(before.assets) !== JSON.stringify(after.assets) || before.start !== after.start)
    return 'reservation.moved'
  if (before.end === after.end) return 'reservation.changed'
  return before.end < after.end ? 'reservation.extended' : 'reservation.shortened'
}

const checkState = (current: Reservation, { patch }: Changing): void => {
  if (!isAhead(current) && current.status !== 'active') throw cannot(current, 'it cannot be changed any more')
  if (isOpenReservation(current) && (patch.start !== undefined || patch.assets !== undefined))
    throw cannot(current, 'only its end can be changed while it is in use')
}

/** The changes that bring a reservation to another time or other assets. @throws Refusal */
export const changingChanges = async (
  current: Reservation,
  input: Changing,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
) => {
  const { patch, actor, override } = input
  checkState(current, input)
  const judged = await steadily(() => judgeChange(current, input, world))
  const refusal = refusalFor(judged.violations, current)
  if (refusal) throw await withNextOption(refusal, askingOf(current, input), world)
  const { ask, picked, violations } = judged
  const checkInMs = isAhead(current) ? checkInByOf(judged) : undefined
  const overrides = [...(current.overrides ?? []), ...usedOverrides(input, violations, instantOf(ask.nowMs))]
  const { checkInBy: _old, picked: _picked, ...rest } = current
  const kept = patch.assets === undefined ? current.picked : undefined
  const picks = picked.length > 0 ? [...picked] : kept
  const after = next(
    current,
    {
      ...rest,
      assets: ask.parts.map(({ assetId, units }) => ({ assetId, units })),
      start: instantOf(ask.span.startMs),
      end: instantOf(ask.span.endMs),
      ...(patch.note !== undefined && { note: patch.note }),
      ...(picks && { picked: picks }),
      ...(checkInMs !== undefined && { checkInBy: instantOf(checkInMs) }),
      ...(overrides.length > 0 && { overrides }),
    },
    ask,
  )
  const action = actionOf(current, after)
  const owner = ownerOf(current.source)
  const told = owner !== undefined && owner !== actorName(actor) ? [owner] : []
  const note =
    override && overrides.length > (current.overrides?.length ?? 0) ? `Override: ${override.reason}` : undefined
  return {
    result: after,
    changes: [
      ...reservationChanges({ before: current, after, ask, action, actor, note }, world),
      ...(await conflictsOfForce(after, judged, actor, world)),
      ...notices(
        {
          workspaceId: current.workspaceId,
          to: told,
          event: 'reservation.moved',
          message: `${actorName(actor)} changed your booking of ${current.start} to ${current.end}; it is now from ${after.start} to ${after.end}.`,
          about: [current.id],
        },
        world,
      ),
    ],
  }
}

const sameAs = (current: Reservation, { patch }: Changing): boolean =>
  (patch.start ?? current.start) === current.start &&
  (patch.end ?? current.end) === current.end &&
  (patch.note ?? current.note) === current.note &&
  patch.assets === undefined

/**
 * Extends, shortens or moves a reservation; all of it, or nothing.
 * @throws Refusal `not_found`, `stale_version`, `forbidden`, `invalid_state`, and whatever the rules say
 */
export const changeReservation = async (
  input: Changing,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Reservation> => {
  let before: Reservation | undefined
  const changed = await changeOne(
    input,
    (current) => {
      before = current
      checkRight(current, input, 'manager', 'change')
      checkState(current, input)
      return sameAs(current, input) ? 'nothing' : changingChanges(current, input, world)
    },
    world,
  )
  const assetIds = [...new Set([...(before?.assets ?? []), ...changed.assets].map(({ assetId }) => assetId))]
  await timeFreed({ workspaceId: input.workspaceId, assetIds }, world)
  return changed
}
