import { changeAgent } from '#application/agents/change-agent.ts'
import { enrolAgent } from '#application/agents/enrol-agent.ts'
import type { agentRoutes } from '#contracts/http/routes/agents.ts'
import type { Agent } from '#domain/agents/agent.ts'
import { found, page } from './reading.ts'
import type { ApiWorld, HandlersOf } from './request.ts'

const withPresence = async (agents: readonly Agent[], world: ApiWorld) => {
  const names = agents.map(({ workspaceId, id }) => ({ workspaceId, agentId: id }))
  const seen = names.length > 0 ? await world.store.getMany('presence', names) : []
  return agents.map((agent, index) => {
    const { lastSeenAt, software } = seen[index] ?? {}
    return { ...agent, ...(lastSeenAt && { lastSeenAt, software }) }
  })
}

export const agentHandlers: HandlersOf<typeof agentRoutes> = {
  enrolAgent: ({ params, body, caller }, world) => enrolAgent({ ...params, ...body, actor: caller.actor }, world),
  listAgents: async ({ params, query }, world) => {
    const agents = await world.store.list('agent', params.workspaceId, query)
    return page({ ...agents, items: await withPresence(agents.items, world) })
  },
  getAgent: async ({ params }, world) => {
    const agent = await found('agent', params.workspaceId, params.agentId, world)
    const [detail = agent] = await withPresence([agent], world)
    return detail
  },
  changeAgent: ({ params: { workspaceId, agentId }, body, version, caller }, world) =>
    changeAgent({ workspaceId, id: agentId, actor: caller.actor, version, patch: body }, world),
  disableAgent: async ({ params: { workspaceId, agentId }, version, caller }, world) => {
    const patch = { status: 'disabled' } as const
    await changeAgent({ workspaceId, id: agentId, actor: caller.actor, version, patch }, world)
    return undefined
  },
}
