import { notFound } from '#domain/errors.ts'
import type { SnapshotId, WorkspaceId } from '#domain/ids.ts'
import { partIdOf } from '#domain/plans/parts.ts'
import type { Snapshot, SnapshotSlot } from '#domain/plans/snapshot.ts'
import type { World } from '../world.ts'

/** One part of the slots of a snapshot. @throws Refusal `not_found` */
export const readSnapshotPart = async (
  workspaceId: WorkspaceId,
  id: SnapshotId,
  part: number,
  world: Pick<World, 'store'>,
): Promise<{ readonly slots: readonly SnapshotSlot[]; readonly parts: number }> => {
  const [snapshot, found] = await Promise.all([
    world.store.get('snapshot', { workspaceId, id }),
    world.store.get('snapshotPart', { workspaceId, id: partIdOf(id, part) }),
  ])
  if (snapshot?.state !== 'taken') throw notFound('snapshot', id)
  return { slots: found?.slots ?? [], parts: snapshot.parts }
}

/** A snapshot with its slots, in the order of their start. @throws Refusal `not_found` */
export const readSnapshot = async (
  workspaceId: WorkspaceId,
  id: SnapshotId,
  world: Pick<World, 'store'>,
): Promise<{ readonly snapshot: Snapshot; readonly slots: readonly SnapshotSlot[] }> => {
  const snapshot = await world.store.get('snapshot', { workspaceId, id })
  if (snapshot?.state !== 'taken') throw notFound('snapshot', id)
  const keys = Array.from({ length: snapshot.parts }, (_, part) => ({ workspaceId, id: partIdOf(id, part) }))
  const slots: SnapshotSlot[] = []
  for (let at = 0; at < keys.length; at += 20)
    for (const part of await world.store.getMany('snapshotPart', keys.slice(at, at + 20))) {
      // It is being forgotten this very moment: to go back to half of it would take back the other half.
      if (!part) throw notFound('snapshot', id)
      slots.push(...part.slots)
    }
  return { snapshot, slots }
}
