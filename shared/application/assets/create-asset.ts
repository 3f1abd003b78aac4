import type { Asset } from '#domain/assets/asset.ts'
import type { Actor } from '#domain/audit/entry.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { createDocument, made } from '../common/change-document.ts'
import type { World } from '../world.ts'
import { checkAgent } from './check-agent.ts'
import { checkType } from './check-type.ts'

type Optional = 'agentId' | 'location' | 'typeId' | 'openingHours' | 'bookingRules' | 'changeovers' | 'agility'
type NewAsset = Pick<Asset, 'name' | 'kind' | 'capacity' | 'capabilities' | 'tags'> & {
  readonly [K in Optional]?: Asset[K] | undefined
}

/** @throws Refusal `invalid` (an agent that is not there, or on something that is no machine) */
export const createAsset = async (
  input: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly asset: NewAsset },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Asset> => {
  const { workspaceId, actor, asset } = input
  await checkAgent({ workspaceId, agentId: asset.agentId, kind: asset.kind }, world)
  await checkType({ workspaceId, typeId: asset.typeId }, world)
  const given = Object.entries(asset).filter(([, field]) => field !== undefined)
  const value: Asset = {
    workspaceId,
    id: `ast_${world.ids.unique()}`,
    ...(Object.fromEntries(given) as NewAsset & { [K in Optional]: never }),
    status: 'available',
    ...made(actor, world),
  }
  return createDocument('asset', value, actor, world)
}
