import { changeProtocol } from '#application/protocols/change-protocol.ts'
import { createProtocol } from '#application/protocols/create-protocol.ts'
import type { protocolRoutes } from '#contracts/http/routes/protocols.ts'
import { found, page, unlessDeleted } from './reading.ts'
import type { HandlersOf } from './request.ts'

export const protocolHandlers: HandlersOf<typeof protocolRoutes> = {
  createProtocol: ({ params, body, caller }, world) =>
    createProtocol({ ...params, actor: caller.actor, protocol: body }, world),
  listProtocols: async ({ params, query: { archived, ...query } }, world) =>
    page(await world.store.list('protocol', params.workspaceId, query), unlessDeleted(archived)),
  getProtocol: ({ params }, world) => found('protocol', params.workspaceId, params.protocolId, world),
  changeProtocol: ({ params: { workspaceId, protocolId }, body, version, caller }, world) =>
    changeProtocol({ workspaceId, id: protocolId, actor: caller.actor, version, patch: body }, world),
  archiveProtocol: async ({ params: { workspaceId, protocolId }, version, caller }, world) => {
    const patch = { status: 'archived' } as const
    await changeProtocol({ workspaceId, id: protocolId, actor: caller.actor, version, patch }, world)
    return undefined
  },
}
