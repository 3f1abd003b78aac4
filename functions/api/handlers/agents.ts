import { issueCertificate, revokeCertificate } from '#application/agents/certificates.ts'
import { changeAgent } from '#application/agents/change-agent.ts'
import { enrolAgent } from '#application/agents/enrol-agent.ts'
import type { agentRoutes } from '#contracts/http/routes/agents.ts'
import type { EnrolmentHandlersOf } from './request.ts'

/** What is done by the function that enrols agents. */
export const agentHandlers: EnrolmentHandlersOf<typeof agentRoutes> = {
  enrolAgent: ({ params, body, caller }, world) => enrolAgent({ ...params, ...body, actor: caller.actor }, world),
  changeAgent: ({ params: { workspaceId, agentId }, body, version, caller }, world) =>
    changeAgent({ workspaceId, id: agentId, actor: caller.actor, version, patch: body }, world),
  disableAgent: async ({ params: { workspaceId, agentId }, version, caller }, world) => {
    const patch = { status: 'disabled' } as const
    await changeAgent({ workspaceId, id: agentId, actor: caller.actor, version, patch }, world)
    return undefined
  },
  issueCertificate: ({ params, body, caller }, world) =>
    issueCertificate({ ...params, ...body, actor: caller.actor }, world),
  revokeCertificate: async ({ params, caller }, world) => {
    await revokeCertificate({ ...params, actor: caller.actor }, world)
    return undefined
  },
}
