import type { Agent, Presence } from '#domain/agents/agent.ts'
import type { World } from '../world.ts'

/** When each of some agents was heard last, in their order; undefined for one that never was. */
export const presencesOf = async (
  agents: readonly Agent[],
  { store }: Pick<World, 'store'>,
): Promise<readonly (Presence | undefined)[]> =>
  agents.length === 0
    ? []
    : store.getMany(
        'presence',
        agents.map(({ workspaceId, id }) => ({ workspaceId, agentId: id })),
      )
