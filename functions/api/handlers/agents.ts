import { changeAgent } from '#application/agents/change-agent.ts'
import { enrolAgent } from '#application/agents/enrol-agent.ts'
import type { agentRoutes } from '#contracts/http/routes/agents.ts'
import type { HandlersOf } from './request.ts'

export const agentHandlers: HandlersOf<typeof agentRoutes> = {
  enrolAgent: ({ params, body, caller }, world) => enrolAgent({ ...params, ...body, actor: caller.actor }, world),
  changeAgent: ({ params: { workspaceId, agentId }, body, version, caller }, world) =>
    changeAgent({ workspaceId, id: agentId, actor: caller.actor, version, patch: body }, world),
  disableAgent: async ({ params: { workspaceId, agentId }, version, caller }, world) => {
    const patch = { status: 'disabled' } as const
    await changeAgent({ workspaceId, id: agentId, actor: caller.actor, version, patch }, world)
    return undefined
  },
}
