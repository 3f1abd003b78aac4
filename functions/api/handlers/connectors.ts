import {
  changeConnector,
  createConnector,
  removeConnector,
  rotateSecret,
  withoutSecret,
} from '#application/proposals/keep-connector.ts'
import type { connectorRoutes } from '#contracts/http/routes/connectors.ts'
import { found, page } from './reading.ts'
import type { HandlersOf } from './request.ts'

export const connectorHandlers: HandlersOf<typeof connectorRoutes> = {
  createConnector: ({ params, body, caller: { actor } }, world) =>
    createConnector({ ...params, ...body, actor }, world),
  listConnectors: async ({ params, query }, { store }) => {
    const connectors = await store.list('connector', params.workspaceId, query)
    return page({ ...connectors, items: connectors.items.map(withoutSecret) })
  },
  getConnector: async ({ params }, world) =>
    withoutSecret(await found('connector', params.workspaceId, params.connectorId, world)),
  changeConnector: ({ params: { workspaceId, connectorId: id }, body, version, caller: { actor } }, world) =>
    changeConnector({ workspaceId, id, actor, version, ...body }, world),
  rotateConnectorSecret: ({ params: { workspaceId, connectorId: id }, version = 'any', caller: { actor } }, world) =>
    rotateSecret({ workspaceId, id, actor, version }, world),
  removeConnector: async ({ params: { workspaceId, connectorId: id }, version, caller: { actor } }, world) => {
    await removeConnector({ workspaceId, id, actor, version }, world)
    return undefined
  },
}
