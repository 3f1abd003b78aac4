import type { BatchId, WorkspaceId } from '#domain/ids.ts'
import { type Batch, isOpenBatch } from '#domain/orders/batch.ts'
import type { World } from '../world.ts'

/** Batches by their names: those that are open, or else those that were. */
export const batchesByName = async (
  workspaceId: WorkspaceId,
  world: Pick<World, 'store'>,
): Promise<ReadonlyMap<string, readonly BatchId[]>> => {
  const all: Batch[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.list('batch', workspaceId, { limit: 100, cursor })
    all.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  const named = Map.groupBy(all, ({ name }) => name)
  return new Map(
    [...named].map(([name, batches]) => {
      const open = batches.filter(isOpenBatch)
      return [name, (open.length > 0 ? open : batches).map(({ id }) => id)] as const
    }),
  )
}
