import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { Feed } from '#domain/feeds/feed.ts'
import type { FeedId, WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import { type Role, roleAllows } from '#domain/workspaces/workspace.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'

type Told = Omit<Feed, 'digest'>
const told = ({ digest: _digest, ...feed }: Feed): Told => feed

/**
 * Makes an address to subscribe to. The secret in it is told once and not kept.
 * @throws Refusal `invalid` (an asset that is not there), `forbidden` (somebody else's calendar, without being a manager)
 */
export const makeFeed = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly role: Role | undefined
    readonly name: string
    readonly of: Feed['of']
  },
  world: Pick<World, 'store' | 'clock' | 'ids' | 'secrets'>,
): Promise<Told & { readonly path: string }> => {
  const { workspaceId, actor, role, name, of } = input
  const by = actorName(actor)
  if (of.kind === 'person' && of.subject !== by && !(role && roleAllows(role, 'manager')))
    throw new Refusal('forbidden', `Only ${of.subject}, or a manager, makes a feed of what they booked.`)
  if (of.kind === 'asset' && !(await world.store.get('asset', { workspaceId, id: of.assetId })))
    throw new Refusal('invalid', `There is no asset ${of.assetId} in this workspace.`, {
      reasons: [{ code: 'unknown-asset', message: 'no such asset in this workspace', path: '/of/assetId' }],
    })
  const { secret, digest } = world.secrets.make()
  const feed: Feed = {
    workspaceId,
    id: `fed_${world.ids.unique()}`,
    name,
    of,
    digest,
    status: 'active',
    version: 1,
    createdAt: instantOf(world.clock.now()),
    createdBy: by,
  }
  const committed = await world.store.commit([
    { type: 'put', kind: 'feed', value: feed, expect: 'absent' },
    auditOf(world, { workspaceId, subject: feed.id, action: 'feed.made', actor, after: feed }),
  ])
  if (!committed.committed) throw new Refusal('contended', 'Nothing was made; try again.')
  return { ...told(feed), path: `/v1/feeds/${workspaceId}.${feed.id}.${secret}.ics` }
}

/** The address answers no more. Twice is success. @throws Refusal `not_found`, `forbidden` */
export const revokeFeed = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: FeedId
    readonly actor: Actor
    readonly role: Role | undefined
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Told> =>
  transact(world, async () => {
    const { workspaceId, id, actor, role } = input
    const before = await world.store.get('feed', { workspaceId, id })
    if (!before) throw notFound('feed', id)
    if (before.createdBy !== actorName(actor) && !(role && roleAllows(role, 'manager')))
      throw new Refusal('forbidden', `${before.createdBy} made this feed. Ask them, or a manager, to revoke it.`)
    if (before.status === 'revoked') return { changes: [], result: told(before) }
    const after: Feed = { ...before, status: 'revoked', version: before.version + 1 }
    return {
      changes: [
        { type: 'put', kind: 'feed', value: after, expect: before.version },
        auditOf(world, { workspaceId, subject: id, action: 'feed.revoked', actor, before, after }),
      ],
      result: told(after),
    }
  })
