import type { Documents, Page, RuleKind } from '#application/world.ts'
import { notFound } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { ReadWorld } from './request.ts'

type Readable =
  | 'asset'
  | 'agent'
  | 'protocol'
  | 'schedule'
  | 'calendar'
  | 'run'
  | 'contact'
  | 'connector'
  | 'subscription'
  | 'delivery'
  | 'artifact'
  | 'recovery'
  | 'reservation'
  | 'conflict'
  | 'waitlistEntry'
  | 'series'
  | 'outage'
  | 'order'
  | 'batch'
  | 'plan'
  | 'slot'
  | 'dutyException'
  | 'verification'
  | RuleKind

/** @throws Refusal `not_found` */
export const found = async <K extends Readable>(
  kind: K,
  workspaceId: WorkspaceId,
  id: string,
  world: ReadWorld,
): Promise<Documents[K]> => {
  const value = await world.store.get<Readable>(kind, { workspaceId, id })
  if (!value) throw notFound(kind, id)
  return value as Documents[K]
}

/**
 * A page as it is answered, without the items that are not asked for. The answer types of zod are mutable, the world's are
 * not; they are the same values.
 */
export const page = <T>({ items, next }: Page<T>, keep: (item: T) => boolean = () => true) => ({
  items: items.filter(keep),
  ...(next !== undefined && { next }),
})

/** What was deleted softly is left out, unless it is asked for. */
export const unlessDeleted =
  (archived: boolean | undefined) =>
  ({ status }: { readonly status: string }): boolean =>
    archived === true || (status !== 'retired' && status !== 'archived')
