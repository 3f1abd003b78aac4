import type { Actor } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { ConnectorId, WorkspaceId } from '#domain/ids.ts'
import { type Connector, mostConnectors } from '#domain/proposals/connector.ts'
import { auditOf } from '../common/audit.ts'
import { type Expected, made, staleVersion, touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'

type KeepWorld = Pick<World, 'store' | 'clock' | 'ids' | 'secrets' | 'hooks'>
type Of = { readonly workspaceId: WorkspaceId; readonly actor: Actor }
type Named = Of & { readonly id: ConnectorId; readonly version: Expected }
export type ShownConnector = Omit<Connector, 'secret'>
type Told = ShownConnector & { readonly secret: string }

/** A connector as anybody may see it: what signs its messages is told once. */
export const withoutSecret = ({ secret: _secret, ...shown }: Connector): ShownConnector => shown

const checkAddress = (url: string, world: Pick<World, 'hooks'>): void => {
  const why = world.hooks.refusal(url)
  if (why !== undefined)
    throw new Refusal('invalid', `Nothing is sent to this address: ${why}.`, {
      reasons: [{ code: 'address-refused', message: why, path: '/url' }],
    })
}

/** One outside system is told at a time: two would both act on what is approved. @returns what says that the others stay as they are */
const checkAlone = async (
  workspaceId: WorkspaceId,
  but: ConnectorId | undefined,
  world: Pick<World, 'store'>,
): Promise<Change[]> => {
  const { items } = await world.store.list('connector', workspaceId, { limit: 2 * mostConnectors })
  const others = items.filter(({ id }) => id !== but)
  const active = others.find(({ status }) => status === 'active')
  if (active)
    throw new Refusal('invalid_state', `Connector "${active.name}" (${active.id}) is active. Pause it first.`, {
      current: withoutSecret(active),
    })
  return others.map(({ id, version: expect }) => ({
    type: 'check',
    kind: 'connector',
    key: { workspaceId, id },
    expect,
  }))
}

const stored = async ({ workspaceId, id, version }: Named, world: Pick<World, 'store'>): Promise<Connector> => {
  const before = await world.store.get('connector', { workspaceId, id })
  if (!before) throw notFound('connector', id)
  if (version !== 'any' && before.version !== version) throw staleVersion('connector', withoutSecret(before))
  return before
}

const changes = (before: Connector, after: Connector, action: string, actor: Actor, world: KeepWorld): Change[] => [
  { type: 'put', kind: 'connector', value: after, expect: before.version },
  auditOf(world, {
    workspaceId: after.workspaceId,
    subject: after.id,
    action,
    actor,
    before: withoutSecret(before),
    after: withoutSecret(after),
    tellsBefore: true,
  }),
]

/** Makes an outside system known; the secret that signs what it is told is told this once. @throws Refusal `invalid`, `invalid_state`, `limit_exceeded` */
export const createConnector = (
  of: Of & Pick<Connector, 'name' | 'kind' | 'url' | 'status'>,
  world: KeepWorld,
): Promise<Told> =>
  transact<Told>(world, async () => {
    const { workspaceId, actor, name, kind, url, status } = of
    checkAddress(url, world)
    const alone = status === 'active' ? await checkAlone(workspaceId, undefined, world) : []
    const { items } = await world.store.list('connector', workspaceId, { limit: mostConnectors })
    if (items.length >= mostConnectors)
      throw new Refusal('limit_exceeded', `A workspace has ${mostConnectors} connectors at most. Remove one first.`)
    const { secret } = world.secrets.make()
    const id: ConnectorId = `con_${world.ids.unique()}`
    const value: Connector = { workspaceId, id, name, kind, url, status, secret, ...made(actor, world) }
    const after = withoutSecret(value)
    return {
      changes: [
        ...alone,
        { type: 'put', kind: 'connector', value, expect: 'absent' },
        auditOf(world, { workspaceId, subject: id, action: 'connector.created', actor, after }),
      ],
      result: { ...after, secret },
    }
  })

/** @throws Refusal `not_found`, `stale_version`, `invalid`, `invalid_state` (another is active) */
export const changeConnector = (
  of: Named & { readonly [K in 'name' | 'url' | 'status']?: Connector[K] | undefined },
  world: KeepWorld,
): Promise<ShownConnector> =>
  transact<ShownConnector>(world, async () => {
    const { actor, name, url, status } = of
    const before = await stored(of, world)
    if (url !== undefined) checkAddress(url, world)
    const alone = status === 'active' ? await checkAlone(before.workspaceId, before.id, world) : []
    const patch = { ...(name !== undefined && { name }), ...(url !== undefined && { url }), ...(status && { status }) }
    const after = { ...before, ...patch, ...touched(actor, world), version: before.version + 1 }
    const changed = changes(before, after, 'connector.changed', actor, world)
    return { changes: [...alone, ...changed], result: withoutSecret(after) }
  })

/** Another secret from now on; what is sent after this is signed with it. @throws Refusal `not_found`, `stale_version` */
export const rotateSecret = (of: Named, world: KeepWorld): Promise<Told> =>
  transact<Told>(world, async () => {
    const { actor } = of
    const before = await stored(of, world)
    const { secret } = world.secrets.make()
    const after = { ...before, secret, ...touched(actor, world), version: before.version + 1 }
    const result = { ...withoutSecret(after), secret }
    return { changes: changes(before, after, 'connector.secret-rotated', actor, world), result }
  })

/** Nothing is submitted to it any more. @throws Refusal `not_found`, `stale_version` */
export const removeConnector = (of: Named, world: KeepWorld): Promise<void> =>
  transact(world, async () => {
    const { workspaceId, id, actor } = of
    const before = await stored(of, world)
    const entry = { workspaceId, subject: id, action: 'connector.removed', actor }
    return {
      changes: [
        { type: 'remove', kind: 'connector', key: { workspaceId, id }, expect: before.version },
        auditOf(world, { ...entry, before: withoutSecret(before), after: {} }),
      ],
      result: undefined,
    }
  })
