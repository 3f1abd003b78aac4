import type { Agent } from '#domain/agents/agent.ts'
import type { Actor } from '#domain/audit/entry.ts'
import type { AgentId, WorkspaceId } from '#domain/ids.ts'
import { changeDocument, type Expected } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import type { World } from '../world.ts'
import { settleCertificates } from './certificates.ts'

/**
 * A disabled agent is not answered, and its certificates let nobody in until it is enabled again. Where the broker could not
 * be told, the agent is disabled nevertheless; asking once more tells the broker.
 * @throws Refusal `not_found`, `stale_version`, `unavailable`
 */
export const changeAgent = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: AgentId
    readonly actor: Actor
    readonly version: Expected
    readonly patch: Patch<Pick<Agent, 'name' | 'status' | 'maxConcurrentRuns'>>
  },
  world: Pick<World, 'store' | 'clock' | 'ids' | 'gatekeeper'>,
): Promise<Agent> => {
  const agent = await changeDocument(
    'agent',
    {
      ...input,
      action: input.patch.status === 'disabled' ? 'agent.disabled' : 'agent.changed',
      change: (current) => applied<Agent>(current, input.patch),
    },
    world,
  )
  if (input.patch.status !== undefined) await settleCertificates(agent, world)
  return agent
}
