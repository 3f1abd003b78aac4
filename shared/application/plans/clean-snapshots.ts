import type { WorkspaceId } from '#domain/ids.ts'
import { partIdOf } from '#domain/plans/parts.ts'
import type { Snapshot } from '#domain/plans/snapshot.ts'
import { dayMs, hours, instantOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { forgetHistory } from './forget-plan.ts'

type CleanWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** Snapshots are kept for so long. Days. */
const keptDays = 90
/** So many of those that people took are kept, and so many of those that were taken by commits: neither push out the others. */
const mostKept = 50
/** Snapshots forgotten in one go; the next one takes the next. */
const most = 200
/** What is not taken by then has died on the way. */
const takingMs = hours(1)

/** Marked first, so that nobody goes back to half of it; itself last. */
const forgetSnapshot = async (snapshot: Snapshot, world: CleanWorld): Promise<boolean> => {
  const { workspaceId, id, parts } = snapshot
  const value: Snapshot = { ...snapshot, state: 'going', version: snapshot.version + 1 }
  const marked = await world.store.commit([{ type: 'put', kind: 'snapshot', value, expect: snapshot.version }])
  if (!marked.committed) return false
  for (let part = 0; part < parts; part++)
    await world.store.commit([
      { type: 'remove', kind: 'snapshotPart', key: { workspaceId, id: partIdOf(id, part) }, expect: 1 },
    ])
  await forgetHistory(workspaceId, id, world)
  return (
    await world.store.commit([{ type: 'remove', kind: 'snapshot', key: { workspaceId, id }, expect: value.version }])
  ).committed
}

/**
 * Forgets snapshots beyond the newest, what is old, and what died while it was taken. Dying anywhere, or run twice, it comes to the
 * same. @returns how many were forgotten
 */
export const cleanSnapshots = async (workspaceId: WorkspaceId, world: CleanWorld): Promise<number> => {
  const nowMs = world.clock.now()
  const [oldest, died] = [instantOf(nowMs - keptDays * dayMs), instantOf(nowMs - takingMs)]
  const kept = { people: 0, commits: 0 }
  let forgotten = 0
  let cursor: string | undefined
  do {
    const page = await world.store.list('snapshot', workspaceId, { limit: 100, cursor, newestFirst: true })
    for (const snapshot of page.items) {
      const { state, createdAt, planId } = snapshot
      const by = planId === undefined ? 'people' : 'commits'
      if (state === 'taken' && createdAt >= oldest && kept[by] < mostKept) kept[by] += 1
      else if ((state !== 'taking' || createdAt < died) && (await forgetSnapshot(snapshot, world))) forgotten += 1
    }
    cursor = page.next
  } while (cursor !== undefined && forgotten < most)
  return forgotten
}
