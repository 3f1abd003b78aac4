import type { Actor } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Change, Documents, Keys, World } from '../world.ts'
import { auditOf } from './audit.ts'

type PersonalKind = 'asset' | 'agent' | 'protocol' | 'schedule'
type Core = Pick<World, 'store' | 'clock' | 'ids'>

const subjectOf = (value: { id: string }): string => value.id

/** Stores a new document with its first history entry. @throws Refusal `already_exists` */
export const createDocument = async <K extends PersonalKind>(
  kind: K,
  value: Documents[K],
  actor: Actor,
  world: Core,
  more: readonly Change[] = [],
): Promise<Documents[K]> => {
  const { workspaceId } = value
  const changes = [
    { type: 'put', kind, value, expect: 'absent' } as Change,
    auditOf(world, { workspaceId, subject: subjectOf(value), action: `${kind}.created`, actor, after: value }),
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

export type PersonalChange<K extends PersonalKind> = {
  readonly workspaceId: WorkspaceId
  readonly id: string
  readonly actor: Actor
  /** The version that the person read; undefined where the change does not depend on it (pause, resume). */
  readonly version: number | undefined
  readonly action: string
  readonly note?: string | undefined
  /** The new state from the current one, without its version; the same object where nothing is to be done. */
  readonly change: (current: Documents[K]) => Promise<Documents[K]> | Documents[K]
  readonly more?: (after: Documents[K]) => Promise<readonly Change[]>
}

const stale = (kind: string, current: object): Refusal =>
  new Refusal(
    'stale_version',
    `The ${kind} changed since you read it. Look at its current state, then send your change again with its new ETag.`,
    { current },
  )

/**
 * Changes a document on behalf of a person, with a history entry, in one transaction. A stale version never overwrites (I12).
 * @throws Refusal `not_found`, `stale_version` (with the current state), `contended`
 */
export const changeDocument = async <K extends PersonalKind>(
  kind: K,
  of: PersonalChange<K>,
  world: Core,
): Promise<Documents[K]> => {
  const { workspaceId, id } = of
  for (let attempt = 1; attempt <= 8; attempt++) {
    const current = await world.store.get(kind, { workspaceId, id } as Keys[K])
    if (!current) throw notFound(kind, id)
    if (of.version !== undefined && current.version !== of.version) throw stale(kind, current)
    const wanted = await of.change(current)
    if (wanted === current) return current
    const after = { ...wanted, version: current.version + 1 }
    const changes = [
      { type: 'put', kind, value: after, expect: current.version } as Change,
      auditOf(world, {
        workspaceId,
        subject: id,
        action: of.action,
        actor: of.actor,
        before: current,
        after,
        note: of.note,
      }),
      ...((await of.more?.(after)) ?? []),
    ]
    if ((await world.store.commit(changes)).committed) return after
  }
  throw new Refusal('contended', `The ${kind} is being changed by others all the time. Nothing was changed; try again.`)
}
