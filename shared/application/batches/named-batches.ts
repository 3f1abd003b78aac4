import { fingerprint } from '#domain/fingerprint.ts'
import type { BatchId, WorkspaceId } from '#domain/ids.ts'
import { isOpenBatch } from '#domain/orders/batch-status.ts'
import { allPages } from '../common/all-pages.ts'
import type { World } from '../world.ts'

export type NamedBatches = {
  /** Those that are open under a name, or else those that were. */
  readonly idsOf: (name: string) => readonly BatchId[]
  /** The batch that a file makes by a name: the same however often that is. */
  readonly newIdOf: (name: string) => BatchId
}

/** Batches of a workspace by their names. */
export const namedBatches = async (workspaceId: WorkspaceId, world: Pick<World, 'store'>): Promise<NamedBatches> => {
  const all = await allPages((page) => world.store.list('batch', workspaceId, page))
  const byName = Map.groupBy(all, ({ name }) => name)
  const taken = new Set(all.map(({ id }) => id))
  return {
    idsOf: (name) => {
      const batches = byName.get(name) ?? []
      const open = batches.filter(isOpenBatch)
      return (open.length > 0 ? open : batches).map(({ id }) => id)
    },
    newIdOf: (name) => {
      // One that was made by this name and is called otherwise by now is another batch.
      for (let count = 1; ; count++) {
        const id: BatchId = `bat_${fingerprint([name, count])}`
        if (!taken.has(id)) return id
      }
    },
  }
}
