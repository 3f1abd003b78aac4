import type { Actor } from '#domain/audit/entry.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import type { ArmWorld } from '../schedules/change-and-arm.ts'
import { requireRecovery } from './require-recovery.ts'

/**
 * After the table was restored to an earlier moment: whatever was in use then may have moved since, so its assets go into
 * recovery, and a person looks. What is in recovery or out of use already stays as it is. @returns the assets
 */
export const afterRestore = async (
  of: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly note: string },
  world: ArmWorld,
  onFailure: OnFailure = () => undefined,
): Promise<AssetId[]> => {
  const { workspaceId } = of
  const open = (await world.store.horizon(workspaceId, [])).filter(
    ({ item, claims }) => item === 'OPEN' && Object.keys(claims).length > 0,
  )
  const held: AssetId[] = []
  for (const { assetId } of open) {
    const asset = await world.store.get('asset', { workspaceId, id: assetId })
    if (asset?.status !== 'available') continue
    await apart(
      assetId,
      async () => {
        await requireRecovery({ ...of, assetId }, world)
        held.push(assetId)
      },
      onFailure,
    )
  }
  return held
}
