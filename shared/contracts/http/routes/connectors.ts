import * as z from 'zod'
import { connectorSchema } from '#domain/proposals/connector.ts'
import { pageOf, pageQuery, route } from '../route.ts'

const connectors = '/v1/workspaces/{workspaceId}/connectors'
const shown = connectorSchema
  .omit({ secret: true })
  .meta({ id: 'Connector', description: 'An outside system that is told what was approved' })
const toldOnce = shown.extend({
  secret: z.string().meta({ description: 'Signs what is sent there. Told this once' }),
})
const { name, kind, url, status } = connectorSchema.shape

/** Outside systems that are told what was approved. */
export const connectorRoutes = {
  createConnector: route({
    method: 'POST',
    path: connectors,
    access: 'manager',
    summary: 'Make an outside system known that is told what was approved; one is active at a time',
    body: z.strictObject({ name, kind: kind.default('webhook'), url, status: status.default('active') }),
    response: toldOnce,
    status: 201,
    refusals: ['invalid', 'invalid_state', 'limit_exceeded'],
  }),
  listConnectors: route({
    method: 'GET',
    path: connectors,
    access: 'manager',
    summary: 'List connectors',
    query: pageQuery,
    response: pageOf(shown),
    status: 200,
  }),
  getConnector: route({
    method: 'GET',
    path: `${connectors}/{connectorId}`,
    access: 'manager',
    summary: 'Get a connector',
    response: shown,
    status: 200,
  }),
  changeConnector: route({
    method: 'PATCH',
    path: `${connectors}/{connectorId}`,
    access: 'manager',
    summary: 'Rename, pause, resume or move a connector',
    body: z
      .strictObject({ name, url, status })
      .partial()
      .refine((body) => Object.keys(body).length > 0, { error: 'send name, url or status' }),
    response: shown,
    status: 200,
    ifMatch: 'required',
    refusals: ['invalid', 'invalid_state'],
  }),
  rotateConnectorSecret: route({
    method: 'POST',
    path: `${connectors}/{connectorId}/rotate-secret`,
    access: 'manager',
    summary: 'Sign with another secret from now on',
    body: z.strictObject({}).default({}),
    response: toldOnce,
    status: 200,
    ifMatch: 'optional',
  }),
  removeConnector: route({
    method: 'DELETE',
    path: `${connectors}/{connectorId}`,
    access: 'manager',
    summary: 'Submit nothing there any more',
    status: 204,
    ifMatch: 'required',
  }),
} as const
