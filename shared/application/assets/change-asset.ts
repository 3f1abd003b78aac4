import type { Asset } from '#domain/assets/asset.ts'
import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { apart } from '../common/apart.ts'
import { changeDocument, type Expected, touched } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import { detectConflicts } from '../conflicts/detect-conflicts.ts'
import { settleConflicts } from '../conflicts/settle-conflicts.ts'
import type { World } from '../world.ts'
import { checkAgent } from './check-agent.ts'
import { checkHealthCheck } from './check-health.ts'
import { checkType } from './check-type.ts'
import { guardClaims } from './guard-claims.ts'

export type AssetPatch = Patch<
  Pick<
    Asset,
    | 'name'
    | 'capacity'
    | 'capabilities'
    | 'tags'
    | 'agentId'
    | 'status'
    | 'statusNote'
    | 'location'
    | 'typeId'
    | 'openingHours'
    | 'bookingRules'
    | 'changeovers'
    | 'agility'
    | 'interlocks'
    | 'healthCheck'
  >
>

/** A change of these may make conflicts, or do away with them. */
const telling = ['status', 'capacity', 'openingHours', 'typeId'] as const

/** What fails here is found by the sweeper within the hour, so the change stands all the same. */
const lookAgain = async ({ workspaceId, id }: Asset, world: Pick<World, 'store' | 'clock' | 'ids'>): Promise<void> => {
  const ignore = () => undefined
  await apart(id, () => detectConflicts({ workspaceId, assetId: id }, world), ignore)
  await apart(id, () => settleConflicts({ workspaceId, assetIds: [id] }, world), ignore)
}

/**
 * Changes an asset; status `retired` is its soft delete.
 * @throws Refusal `not_found`, `stale_version`, `invalid`, `invalid_state` (claimed beyond the new capacity)
 */
export const changeAsset = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: AssetId
    readonly actor: Actor
    readonly version: Expected
    readonly patch: AssetPatch
    /** What stands in the way of less capacity becomes conflicts, instead of a refusal. */
    readonly force?: boolean | undefined
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Asset> => {
  const { workspaceId, actor, patch, force } = input
  let before: Asset | undefined
  const changed = await changeDocument(
    'asset',
    {
      ...input,
      action: patch.status === undefined ? 'asset.changed' : `asset.${patch.status}`,
      note: patch.statusNote ?? undefined,
      change: async (current) => {
        before = current
        const after = applied<Asset>(current, patch)
        if (after === current) return current
        if (current.status === 'retired' && after.status === 'retired')
          throw new Refusal(
            'invalid_state',
            `"${current.name}" is retired. Set its status to available before you change it.`,
            { current },
          )
        await checkAgent({ workspaceId, agentId: patch.agentId ?? undefined, kind: current.kind }, world)
        await checkHealthCheck(workspaceId, patch.healthCheck ?? undefined, world)
        await checkType({ workspaceId, typeId: patch.typeId ?? undefined }, world)
        const stamp = touched(actor, world)
        const setNow = after.status !== current.status || after.statusNote !== current.statusNote
        return { ...after, ...(setNow && { statusBy: stamp.updatedBy, statusAt: stamp.updatedAt }), ...stamp }
      },
      more: async (old, after) => (force && after.status !== 'retired' ? [] : guardClaims(old, after, world)),
    },
    world,
  )
  if (before && telling.some((field) => JSON.stringify(before?.[field]) !== JSON.stringify(changed[field])))
    await lookAgain(changed, world)
  return changed
}
