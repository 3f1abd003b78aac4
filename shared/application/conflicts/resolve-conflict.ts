import type { Actor } from '#domain/audit/entry.ts'
import type { Conflict, Resolution } from '#domain/conflicts/conflict.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { ConflictId, WorkspaceId } from '#domain/ids.ts'
import { isAhead } from '#domain/reservations/reservation.ts'
import type { Role } from '#domain/workspaces/workspace.ts'
import { transact } from '../common/transact.ts'
import { cancelChanges } from '../reservations/cancel-changes.ts'
import { cannot, checkRight } from '../reservations/change-one.ts'
import { changingChanges } from '../reservations/change-reservation.ts'
import type { Change, World } from '../world.ts'
import { resolvedChanges, settleConflicts } from './settle-conflicts.ts'

export type Resolving = {
  readonly workspaceId: WorkspaceId
  readonly id: ConflictId
  readonly actor: Actor
  readonly role: Role | undefined
  readonly resolution: Resolution
  readonly note: string
}

const kinds = { accept: 'accepted', cancel: 'cancelled', move: 'moved' } as const

/** What is done to the calendar, in the transaction that resolves the conflict. */
const deed = async (
  conflict: Conflict,
  { workspaceId, actor, role, resolution, note }: Resolving,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<readonly Change[]> => {
  if (resolution.kind === 'accept') return []
  const { reservationId } = resolution
  if (!conflict.reservationIds.includes(reservationId))
    throw new Refusal('invalid', `Reservation ${reservationId} is not part of this conflict.`, {
      reasons: [{ code: 'not-in-conflict', message: 'not part of this conflict', path: '/resolution/reservationId' }],
    })
  const current = await world.store.get('reservation', { workspaceId, id: reservationId })
  if (!current) throw notFound('reservation', reservationId)
  const address = { workspaceId, id: reservationId, actor, role }
  checkRight(current, address, 'manager', resolution.kind)
  if (!isAhead(current)) throw cannot(current, 'it cannot be changed any more')
  if (resolution.kind === 'cancel') return cancelChanges(current, { actor, note, because: 'moved' }, world).changes
  const { start, end, assetId } = resolution
  const assets = current.assets.map((one) =>
    assetId !== undefined && one.assetId === conflict.assetId ? { ...one, assetId } : one,
  )
  return (await changingChanges(current, { ...address, patch: { start, end, assets } }, world)).changes
}

/**
 * Resolves a conflict in one call: accepted as it is, or by moving or cancelling one of its reservations, all or nothing.
 * Resolving twice in the same way is success.
 * @throws Refusal `not_found`, `forbidden`, `invalid`, `invalid_state`, and whatever the rules say to a move
 */
export const resolveConflict = async (
  input: Resolving,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Conflict> => {
  const { workspaceId, id, actor, resolution, note } = input
  const resolved = await transact(world, async () => {
    const conflict = await world.store.get('conflict', { workspaceId, id })
    if (!conflict) throw notFound('conflict', id)
    const kind = kinds[resolution.kind]
    if (conflict.status === 'resolved' && conflict.resolution?.kind === kind) return { changes: [], result: conflict }
    if (conflict.status === 'resolved')
      throw new Refusal('invalid_state', `This conflict is resolved already: ${conflict.resolution?.note ?? ''}`, {
        current: conflict,
      })
    const done = await deed(conflict, input, world)
    const { after, changes } = resolvedChanges(conflict, { kind, note }, actor, world)
    return { changes: [...done, ...changes], result: after }
  })
  // What was moved away may have been part of others.
  if (resolution.kind !== 'accept') await settleConflicts({ workspaceId, assetIds: [resolved.assetId] }, world)
  return resolved
}
