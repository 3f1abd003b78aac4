import { changeProtocol } from '#application/protocols/change-protocol.ts'
import { createProtocol } from '#application/protocols/create-protocol.ts'
import type { protocolRoutes } from '#contracts/http/routes/protocols.ts'
import type { HandlersOf } from './request.ts'

export const protocolHandlers: HandlersOf<typeof protocolRoutes> = {
  createProtocol: ({ params, body, caller }, world) =>
    createProtocol({ ...params, actor: caller.actor, protocol: body }, world),
  changeProtocol: ({ params: { workspaceId, protocolId }, body, version, caller }, world) =>
    changeProtocol({ workspaceId, id: protocolId, actor: caller.actor, version, patch: body }, world),
  archiveProtocol: async ({ params: { workspaceId, protocolId }, version, caller }, world) => {
    const patch = { status: 'archived' } as const
    await changeProtocol({ workspaceId, id: protocolId, actor: caller.actor, version, patch }, world)
    return undefined
  },
}
