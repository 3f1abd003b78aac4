import type { WorkspaceId } from '#domain/ids.ts'
import { dayMs, instantOf } from '#domain/time.ts'
import type { Documents, World } from '../world.ts'

/** What nobody keeps is kept for so long, where the workspace keeps its history for ever. Days. */
const usualDays = 30
/** Where history is kept for ever, what is older by this is history, or went before. Days. */
const lookedDays = 30
const mostPages = 50

type Aging = 'plan' | 'planningRun'

/** What was made longer ago than it is kept, at least for things that are no history. */
export type Aged<K extends Aging> = {
  readonly items: readonly Documents[K][]
  /** How long such things are kept. Days. */
  readonly keptDays: number
  /** Before this the history goes; nothing where it is kept for ever. */
  readonly historyFrom: string | undefined
}

/**
 * Looks for old documents of a kind: from the oldest on, where the oldest go with the history; else among those that have come of age
 * lately, and the very oldest.
 */
export const aged = async <K extends Aging>(
  kind: K,
  workspaceId: WorkspaceId,
  world: Pick<World, 'store' | 'clock'>,
): Promise<Aged<K>> => {
  const workspace = await world.store.get('workspace', { id: workspaceId })
  const retentionDays = workspace?.retentionDays
  const keptDays = retentionDays ?? usualDays
  const before = (days: number): string => instantOf(world.clock.now() - days * dayMs)
  const cutoff = before(keptDays)
  const found = new Map<string, Documents[K]>()
  const take = async (newestFirst: boolean, until: (createdAt: string) => boolean, pages: number): Promise<void> => {
    let cursor: string | undefined
    for (let page = 0; page < pages; page++) {
      const { items, next } = await world.store.list(kind, workspaceId, { limit: 100, cursor, newestFirst })
      for (const item of items) if (item.createdAt < cutoff) found.set(item.id, item as Documents[K])
      cursor = next
      const last = items.at(-1)
      if (cursor === undefined || (last && until(last.createdAt))) return
    }
  }
  const isForEver = retentionDays === undefined
  await take(false, (createdAt) => createdAt >= cutoff, isForEver ? 1 : mostPages)
  if (isForEver) await take(true, (createdAt) => createdAt < before(keptDays + lookedDays), mostPages)
  return { items: [...found.values()], keptDays, historyFrom: isForEver ? undefined : cutoff }
}
