import type { Agent } from '#domain/agents/agent.ts'
import type { Actor } from '#domain/audit/entry.ts'
import type { AgentId, WorkspaceId } from '#domain/ids.ts'
import { changeDocument, type Expected } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import type { World } from '../world.ts'

/** A disabled agent is not answered. @throws Refusal `not_found`, `stale_version` */
export const changeAgent = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: AgentId
    readonly actor: Actor
    readonly version: Expected
    readonly patch: Patch<Pick<Agent, 'name' | 'status' | 'maxConcurrentRuns'>>
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Agent> =>
  changeDocument(
    'agent',
    {
      ...input,
      action: input.patch.status === 'disabled' ? 'agent.disabled' : 'agent.changed',
      change: (current) => applied<Agent>(current, input.patch),
    },
    world,
  )
