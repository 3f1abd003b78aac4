import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import type { Change, Documents, Keys, World } from '../world.ts'
import { auditOf } from './audit.ts'

type PersonalKind =
  | 'workspace'
  | 'asset'
  | 'assetType'
  | 'assetGroup'
  | 'quota'
  | 'waiver'
  | 'agent'
  | 'protocol'
  | 'schedule'
  | 'calendar'
  | 'order'
  | 'orderTemplate'
  | 'batch'
  | 'plan'
  | 'slot'
  | 'planningRoutine'
type Core = Pick<World, 'store' | 'clock' | 'ids'>

/** The version that a person read, or `any` where the change holds whatever was read. */
export type Expected = number | 'any'

/** Who made a thing and when, in the way every thing says it. */
export const made = (actor: Actor, world: Pick<World, 'clock'>) => {
  const at = instantOf(world.clock.now())
  const by = actorName(actor)
  return { version: 1, createdAt: at, createdBy: by, updatedAt: at, updatedBy: by }
}

/** Who changed a thing last and when. */
export const touched = (actor: Actor, world: Pick<World, 'clock'>) => ({
  updatedAt: instantOf(world.clock.now()),
  updatedBy: actorName(actor),
})

/** Stores a new document with its first history entry. @throws Refusal `already_exists` */
export const createDocument = async <K extends Exclude<PersonalKind, 'workspace'>>(
  kind: K,
  value: Documents[K],
  actor: Actor,
  world: Core,
  more: readonly Change[] = [],
): Promise<Documents[K]> => {
  const { workspaceId, id } = value
  const changes = [
    { type: 'put', kind, value, expect: 'absent' } as Change,
    auditOf(world, { workspaceId, subject: id, action: `${kind}.created`, actor, after: value }),
    ...more,
  ]
  const committed = await world.store.commit(changes)
  if (!committed.committed)
    throw new Refusal(
      'already_exists',
      `A ${kind} of this id exists, or what it rests on changed meanwhile. Nothing was stored; try again.`,
    )
  return value
}

export const staleVersion = (kind: string, current: object): Refusal =>
  new Refusal(
    'stale_version',
    `The ${kind} changed since you read it. Look at its current state, then send your change again with its new ETag.`,
    { current },
  )

export type PersonalChange<K extends PersonalKind> = {
  readonly workspaceId: WorkspaceId
  readonly id: string
  readonly actor: Actor
  readonly version: Expected
  readonly action: string
  readonly note?: string | undefined
  /** The new state from the current one, its version left as it is; the same object where nothing is to be done. */
  readonly change: (current: Documents[K]) => Promise<Documents[K]> | Documents[K]
  /** What else belongs into the transaction. */
  readonly more?: (before: Documents[K], after: Documents[K]) => Promise<readonly Change[]>
}

const tries = 8

/**
 * Changes a document on behalf of a person, with a history entry, in one transaction. A stale version never overwrites (I12).
 * @throws Refusal `not_found`, `stale_version` (with the current state), `contended`
 */
export const changeDocument = async <K extends PersonalKind>(
  kind: K,
  of: PersonalChange<K>,
  world: Core,
): Promise<Documents[K]> => {
  const { workspaceId, id, action, actor, note } = of
  const key = (kind === 'workspace' ? { id } : { workspaceId, id }) as Keys[K]
  for (let attempt = 1; attempt <= tries; attempt++) {
    const before = await world.store.get(kind, key)
    if (!before) throw notFound(kind, id)
    if (of.version !== 'any' && before.version !== of.version) throw staleVersion(kind, before)
    const wanted = await of.change(before)
    if (wanted === before) return before
    const after = { ...wanted, version: before.version + 1 }
    const changes = [
      { type: 'put', kind, value: after, expect: before.version } as Change,
      auditOf(world, { workspaceId, subject: id, action, actor, before, after, note, tellsBefore: true }),
      ...((await of.more?.(before, after)) ?? []),
    ]
    if ((await world.store.commit(changes)).committed) return after
  }
  throw new Refusal('contended', `The ${kind} is being changed by others all the time. Nothing was changed; try again.`)
}
