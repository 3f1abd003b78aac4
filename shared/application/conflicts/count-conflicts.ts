import type { WorkspaceId } from '#domain/ids.ts'
import type { World } from '../world.ts'

/** A workspace with more open conflicts has other worries than their number. */
const mostPages = 20

/** How many conflicts are open, by type, by severity and by asset; reads grow with what is open. */
export const countConflicts = async (
  { workspaceId }: { readonly workspaceId: WorkspaceId },
  world: Pick<World, 'store'>,
) => {
  const [byType, bySeverity, byAsset]: Record<string, number>[] = [{}, {}, {}]
  const add = (counts: Record<string, number> = {}, name: string): void => {
    counts[name] = (counts[name] ?? 0) + 1
  }
  let open = 0
  let cursor: string | undefined
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await world.store.openConflicts(workspaceId, { limit: 100, cursor })
    for (const { type, severity, assetId } of page.items) {
      open += 1
      add(byType, type)
      add(bySeverity, severity)
      add(byAsset, assetId)
    }
    cursor = page.next
    if (cursor === undefined) break
  }
  return {
    open,
    byType: byType ?? {},
    bySeverity: bySeverity ?? {},
    byAsset: byAsset ?? {},
    truncated: cursor !== undefined,
  }
}
