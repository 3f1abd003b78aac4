import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { AssetId, SeriesId, WorkspaceId } from '#domain/ids.ts'
import type { Series } from '#domain/series/series.ts'
import { msOf } from '#domain/time.ts'
import { type Role, roleAllows } from '#domain/workspaces/workspace.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { giveBack } from '../reservations/cancel-reservation.ts'
import { timeFreed } from '../reservations/time-freed.ts'
import type { World } from '../world.ts'

/**
 * Gives back the times of a series that lie ahead, all or from one on; what has begun stays. Each is given back by itself, so
 * that after a crash the same request goes on where it stopped.
 * @throws Refusal `not_found`, `forbidden`
 */
export const cancelSeries = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: SeriesId
    readonly actor: Actor
    readonly role: Role | undefined
    readonly from?: string | undefined
    readonly note: string
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Series> => {
  const { workspaceId, id, actor, role, note, from } = input
  const series = await world.store.get('series', { workspaceId, id })
  if (!series) throw notFound('series', id)
  if (series.subject !== actorName(actor) && !(role && roleAllows(role, 'manager')))
    throw new Refusal('forbidden', `${series.subject} made this series. Ask them, or a manager, to cancel it.`)
  const fromMs = Math.max(world.clock.now(), from === undefined ? 0 : msOf(from))
  const freed = new Set<AssetId>()
  for (const { start, reservationId } of series.times) {
    if (!reservationId || msOf(start) < fromMs) continue
    const given = await giveBack({ workspaceId, id: reservationId, actor, role, note }, world).catch(
      (error: unknown) => {
        // It is over, or in use, or its owner gave it to somebody else.
        if (!(error instanceof Refusal) || (error.code !== 'invalid_state' && error.code !== 'forbidden')) throw error
        return undefined
      },
    )
    for (const { assetId } of given?.assets ?? []) freed.add(assetId)
  }
  await timeFreed({ workspaceId, assetIds: [...freed] }, world)
  return transact(world, async () => {
    const before = await world.store.get('series', { workspaceId, id })
    if (!before) throw notFound('series', id)
    if (before.status === 'cancelled' || from !== undefined) return { changes: [], result: before }
    const after: Series = { ...before, status: 'cancelled', version: before.version + 1 }
    return {
      changes: [
        { type: 'put', kind: 'series', value: after, expect: before.version },
        auditOf(world, { workspaceId, subject: id, action: 'series.cancelled', actor, before, after, note }),
      ],
      result: after,
    }
  })
}
