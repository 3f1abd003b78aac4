import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { ReservationId, WorkspaceId } from '#domain/ids.ts'
import { ownerOf, type Reservation } from '#domain/reservations/reservation.ts'
import { type Role, roleAllows } from '#domain/workspaces/workspace.ts'
import { type Expected, staleVersion } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'

/** Which reservation, by whom, and what of it the person had read. */
export type Address = {
  readonly workspaceId: WorkspaceId
  readonly id: ReservationId
  readonly actor: Actor
  /** What the person may do; undefined for Benchtime itself, which may all. */
  readonly role?: Role | undefined
  readonly version?: Expected | undefined
}

/** Whose it is may change it; so may whoever has the role. @throws Refusal `forbidden`, `invalid_state` */
export const checkRight = (current: Reservation, { actor, role }: Address, needed: Role, what: string): void => {
  if (actor.kind !== 'person') return
  const owner = ownerOf(current.source)
  if (owner === undefined) {
    const { runId, slotId } = current.source as { runId?: string; slotId?: string }
    throw new Refusal(
      'invalid_state',
      runId
        ? `It belongs to run ${runId}. Abort the run instead.`
        : slotId
          ? `It belongs to slot ${slotId}. POST …/slots/${slotId}/cancel instead.`
          : 'It is held for a schedule. Skip or move the time of the schedule instead.',
      { current },
    )
  }
  if (owner !== actorName(actor) && !(role && roleAllows(role, needed)))
    throw new Refusal('forbidden', `${owner} made this booking. Ask them, or a ${needed}, to ${what} it.`)
}

export const cannot = (current: Reservation, why: string): Refusal =>
  new Refusal('invalid_state', `This reservation is ${current.status}; ${why}.`, { current })

type Decision = { readonly changes: readonly Change[]; readonly result: Reservation } | 'nothing'

/**
 * Reads a reservation, decides, commits; where others were faster, again. A stale version never overwrites (I12).
 * @throws Refusal `not_found`, `stale_version`, `contended`
 */
export const changeOne = (
  { workspaceId, id, version }: Address,
  decide: (current: Reservation) => Promise<Decision> | Decision,
  world: Pick<World, 'store'>,
): Promise<Reservation> =>
  transact(world, async () => {
    const current = await world.store.get('reservation', { workspaceId, id })
    if (!current) throw notFound('reservation', id)
    if (version !== undefined && version !== 'any' && version !== current.version)
      throw staleVersion('reservation', current)
    const decided = await decide(current)
    return decided === 'nothing' ? { changes: [], result: current } : decided
  })
