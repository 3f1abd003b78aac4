import type { Asset } from '#domain/assets/asset.ts'
import type { Actor } from '#domain/audit/entry.ts'
import type { AgentId, WorkspaceId } from '#domain/ids.ts'
import { createDocument, made } from '../common/change-document.ts'
import type { World } from '../world.ts'
import { checkAgent } from './check-agent.ts'

type NewAsset = Pick<Asset, 'name' | 'kind' | 'capacity' | 'capabilities' | 'tags'> & {
  readonly agentId?: AgentId | undefined
}

/** @throws Refusal `invalid` (an agent that is not there, or on something that is no machine) */
export const createAsset = async (
  input: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly asset: NewAsset },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Asset> => {
  const { workspaceId, actor, asset } = input
  const { agentId, ...rest } = asset
  await checkAgent({ workspaceId, agentId, kind: asset.kind }, world)
  const value: Asset = {
    workspaceId,
    id: `ast_${world.ids.unique()}`,
    ...rest,
    ...(agentId && { agentId }),
    status: 'available',
    ...made(actor, world),
  }
  return createDocument('asset', value, actor, world)
}
