import { type Agent, thingNameOf } from '#domain/agents/agent.ts'
import { type Actor, actorName } from '#domain/audit/entry.ts'
import type { AgentId, WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import { createDocument } from '../common/change-document.ts'
import type { World } from '../world.ts'

/** Makes the agent known; its credentials at the broker are made by whoever runs the account, for its thing name. */
export const enrolAgent = (
  input: { readonly workspaceId: WorkspaceId; readonly actor: Actor; readonly name: string },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Agent> => {
  const { workspaceId, actor, name } = input
  const id: AgentId = `agt_${world.ids.unique()}`
  const value: Agent = {
    workspaceId,
    id,
    name,
    thingName: thingNameOf(workspaceId, id),
    status: 'enrolled',
    version: 1,
    createdAt: instantOf(world.clock.now()),
    createdBy: actorName(actor),
  }
  return createDocument('agent', value, actor, world)
}
