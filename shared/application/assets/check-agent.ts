import type { AssetKind } from '#domain/assets/asset.ts'
import { Refusal } from '#domain/errors.ts'
import type { AgentId, WorkspaceId } from '#domain/ids.ts'
import type { World } from '../world.ts'

/** The agent that an asset names must be there, and drive a machine. @throws Refusal `invalid` */
export const checkAgent = async (
  of: { readonly workspaceId: WorkspaceId; readonly agentId: AgentId | undefined; readonly kind: AssetKind },
  world: Pick<World, 'store'>,
): Promise<void> => {
  const { workspaceId, agentId, kind } = of
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
