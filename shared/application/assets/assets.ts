import type { Asset } from '#domain/assets/asset.ts'
import { type Actor, actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { AgentId, WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import { changeDocument, createDocument } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import type { Change, World } from '../world.ts'

type Core = Pick<World, 'store' | 'clock' | 'ids'>

const checkAgent = async (
  workspaceId: WorkspaceId,
  agentId: AgentId | undefined,
  kind: Asset['kind'],
  world: Core,
): Promise<void> => {
  if (agentId === undefined) return
  if (kind !== 'machine')
    throw new Refusal('invalid', `Only a machine is driven by an agent; this is a ${kind}.`, {
      reasons: [{ code: 'agent-not-allowed', message: 'only machines have an agent', path: '/agentId' }],
    })
  if (!(await world.store.get('agent', { workspaceId, id: agentId })))
    throw new Refusal('invalid', `There is no agent ${agentId} in this workspace. Enrol it first with POST …/agents.`, {
      reasons: [{ code: 'unknown-agent', message: 'no such agent in this workspace', path: '/agentId' }],
    })
}

type NewAsset = Pick<Asset, 'name' | 'kind' | 'capacity' | 'capabilities' | 'tags'> & {
  readonly agentId?: AgentId | undefined
}

/** @throws Refusal `invalid` (an agent that is not there, or on something that is no machine) */
export const createAsset = async (
  input: { workspaceId: WorkspaceId; actor: Actor; asset: NewAsset },
  world: Core,
): Promise<Asset> => {
  const { workspaceId, actor, asset } = input
  await checkAgent(workspaceId, asset.agentId, asset.kind, world)
  const at = instantOf(world.clock.now())
  const by = actorName(actor)
  const { agentId, ...rest } = asset
  const value: Asset = {
    workspaceId,
    id: `ast_${world.ids.unique()}`,
    ...rest,
    ...(agentId && { agentId }),
    status: 'available',
    version: 1,
    createdAt: at,
    createdBy: by,
    updatedAt: at,
    updatedBy: by,
  }
  return createDocument('asset', value, actor, world)
}

export type AssetPatch = Patch<Pick<Asset, 'name' | 'capacity' | 'capabilities' | 'tags' | 'status' | 'statusNote'>> & {
  readonly agentId?: AgentId | null | undefined
}

const inUse = async (workspaceId: WorkspaceId, id: Asset['id'], world: Core) => {
  const [ledger] = await world.store.ledger(workspaceId, [{ assetId: id, days: [] }])
  const claims = Object.entries(ledger?.open.claims ?? {})
  return {
    units: claims.reduce((sum, [, claim]) => sum + claim.units, 0),
    holders: claims.map(([id]) => id),
    version: ledger?.open.version ?? 0,
  }
}

/** A lowered capacity must leave room for what is in use now; bookings ahead are checked when they start (I1). */
const ledgerGuard = async (before: Asset, after: Asset, world: Core): Promise<Change[]> => {
  const retiring = after.status === 'retired' && before.status !== 'retired'
  if (after.capacity >= before.capacity && !retiring) return []
  const { units, holders, version } = await inUse(after.workspaceId, after.id, world)
  if (retiring ? units > 0 : units > after.capacity)
    throw new Refusal(
      'invalid_state',
      `${units} unit(s) of "${before.name}" are in use by ${holders.join(', ')}. Wait until they are released, or abort those runs.`,
      { current: before },
    )
  return [{ type: 'check-ledger', workspaceId: after.workspaceId, assetId: after.id, item: 'OPEN', expect: version }]
}

/** @throws Refusal `not_found`, `stale_version`, `invalid`, `invalid_state` (in use beyond the new capacity) */
export const changeAsset = async (
  input: { workspaceId: WorkspaceId; id: Asset['id']; actor: Actor; version: number | undefined; patch: AssetPatch },
  world: Core,
): Promise<Asset> => {
  const { workspaceId, id, actor, version, patch } = input
  let before: Asset | undefined
  return changeDocument(
    'asset',
    {
      workspaceId,
      id,
      actor,
      version,
      action: patch.status === undefined ? 'asset.changed' : `asset.${patch.status}`,
      note: patch.statusNote,
      change: async (current) => {
        before = current
        const { agentId, ...fields } = patch
        await checkAgent(workspaceId, agentId ?? undefined, current.kind, world)
        const { agentId: old, ...rest } = current
        const kept = agentId === undefined ? old : (agentId ?? undefined)
        const stamps = { updatedAt: instantOf(world.clock.now()), updatedBy: actorName(actor) }
        return { ...applied(rest, fields), ...(kept && { agentId: kept }), ...stamps }
      },
      more: async (after) => (before ? ledgerGuard(before, after, world) : []),
    },
    world,
  )
}
