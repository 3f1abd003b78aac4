import type { Asset } from '#domain/assets/asset.ts'
import { type AssetHealth, healthAt } from '#domain/assets/health.ts'
import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import type { Run } from '#domain/runs/run.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf, system } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { runChange } from '../runs/record.ts'
import type { World } from '../world.ts'
import { openCheck } from './due-check.ts'

type HealthWorld = Pick<World, 'store' | 'clock' | 'ids'>
type StartWorld = HealthWorld & Pick<World, 'workflows'>

const start = async (asset: Asset, actor: Actor, world: StartWorld): Promise<Run | undefined> => {
  const run = await openCheck(asset, world)
  if (!run) return undefined
  const opened = await world.store.commit(runChange(world, undefined, run, 'run.opened', actor))
  if (!opened.committed) return undefined
  // Lost here, the sweeper starts it.
  await world.workflows.startRun(run.id, run.workspaceId, run.id).catch(() => undefined)
  return run
}

/** Starts the checks of all assets that are due for one, so that nobody has to wait for them. @returns how many */
export const checkDueAssets = async (workspaceId: WorkspaceId, world: StartWorld): Promise<number> => {
  let started = 0
  let cursor: string | undefined
  do {
    const page = await world.store.list('asset', workspaceId, { limit: 100, cursor })
    for (const asset of page.items) {
      if (!asset.healthCheck || asset.status !== 'available') continue
      const health = await world.store.get('assetHealth', { workspaceId, assetId: asset.id })
      if (healthAt(asset.healthCheck, health, world.clock.now()) !== 'unknown') continue
      if (await start(asset, system('health'), world)) started += 1
    }
    cursor = page.next
  } while (cursor !== undefined)
  return started
}

type OfAsset = { readonly workspaceId: WorkspaceId; readonly assetId: AssetId; readonly actor: Actor }

const assetOf = async ({ workspaceId, assetId }: OfAsset, world: Pick<World, 'store'>): Promise<Asset> => {
  const asset = await world.store.get('asset', { workspaceId, id: assetId })
  if (!asset) throw notFound('asset', assetId)
  if (!asset.healthCheck)
    throw new Refusal(
      'invalid_state',
      `"${asset.name}" has no health check. PATCH the asset with "healthCheck" to give it one.`,
    )
  return asset
}

/** A person wants it checked now. @throws Refusal `not_found`, `invalid_state` (no check, or one is on its way) */
export const checkAssetNow = async (of: OfAsset, world: StartWorld): Promise<Run> => {
  const asset = await assetOf(of, world)
  const run = await start(asset, of.actor, world)
  if (!run)
    throw new Refusal(
      'invalid_state',
      `A check of "${asset.name}" is on its way or was within this minute, or its protocol is archived.`,
    )
  return run
}

/** A person has found out in another way how it is. @throws Refusal `not_found`, `invalid_state` (no check) */
export const setHealth = async (
  of: OfAsset & { readonly state: 'good' | 'bad'; readonly note: string },
  world: HealthWorld,
): Promise<AssetHealth> => {
  await assetOf(of, world)
  return transact(world, async () => {
    const { workspaceId, assetId, actor, state } = of
    const before = await world.store.get('assetHealth', { workspaceId, assetId })
    const value: AssetHealth = {
      workspaceId,
      assetId,
      state,
      note: `${actorName(actor)}: ${of.note}`.slice(0, 500),
      checkedAt: instantOf(world.clock.now()),
      runsSince: 0,
      version: (before?.version ?? 0) + 1,
    }
    return {
      changes: [
        { type: 'put', kind: 'assetHealth', value, expect: before?.version ?? 'absent' },
        auditOf(world, {
          workspaceId,
          subject: assetId,
          action: `asset.health-${state}`,
          actor,
          after: {},
          note: value.note,
        }),
      ],
      result: value,
    }
  })
}
