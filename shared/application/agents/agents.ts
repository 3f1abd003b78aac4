import { type Agent, thingNameOf } from '#domain/agents/agent.ts'
import { type Actor, actorName } from '#domain/audit/entry.ts'
import type { AgentId, WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import { changeDocument, createDocument } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import type { World } from '../world.ts'

type Core = Pick<World, 'store' | 'clock' | 'ids'>

/** Makes the agent known; its credentials at the broker are made by whoever runs the account, for its thing name. */
export const enrolAgent = (
  input: { workspaceId: WorkspaceId; actor: Actor; name: string },
  world: Core,
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

/** A disabled agent is not answered. @throws Refusal `not_found`, `stale_version` */
export const changeAgent = (
  input: {
    workspaceId: WorkspaceId
    id: AgentId
    actor: Actor
    version: number | undefined
    patch: Patch<Pick<Agent, 'name' | 'status'>>
  },
  world: Core,
): Promise<Agent> =>
  changeDocument(
    'agent',
    { ...input, action: 'agent.changed', change: (current) => applied(current, input.patch) },
    world,
  )
