import * as z from 'zod'
import { agentSchema, presenceSchema } from '#domain/agents/agent.ts'
import { agentCertificateSchema, certificateRequestSchema } from '#domain/agents/certificate.ts'
import { pageOf, pageQuery, route } from '../route.ts'

/** An agent as it is answered: with when it was last heard, if ever. */
export const agentDetailSchema = agentSchema
  .extend({
    lastSeenAt: presenceSchema.shape.lastSeenAt.optional().meta({
      description: 'When its last poll was heard, to the minute; absent where it never spoke',
    }),
    software: presenceSchema.shape.software.optional(),
    instruments: presenceSchema.shape.instruments,
    clockAheadSeconds: presenceSchema.shape.clockAheadSeconds,
    rivals: presenceSchema.shape.rivals,
  })
  .meta({ id: 'AgentDetail', description: 'An agent, and when it was last heard' })

/** What an agent needs to connect, beside the private key that it made itself. */
export const issuedCertificateSchema = agentCertificateSchema
  .extend({
    pem: z.string().meta({ description: 'The certificate in PEM' }),
    thingName: agentSchema.shape.thingName,
    broker: z.string().meta({ description: 'mqtts://host:port' }),
    stage: z.string(),
  })
  .meta({ id: 'IssuedCertificate', description: 'A new certificate of an agent, and where to connect with it' })

export const agentRoutes = {
  enrolAgent: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/agents',
    access: 'manager',
    summary: 'Enrol an agent; the answer has its thing name',
    body: z.strictObject({ name: agentSchema.shape.name }),
    response: agentSchema,
    status: 201,
    creates: true,
  }),
  listAgents: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/agents',
    access: 'viewer',
    summary: 'List agents',
    query: pageQuery,
    response: pageOf(agentDetailSchema),
    status: 200,
  }),
  getAgent: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/agents/{agentId}',
    access: 'viewer',
    summary: 'Get an agent',
    response: agentDetailSchema,
    status: 200,
  }),
  changeAgent: route({
    method: 'PATCH',
    path: '/v1/workspaces/{workspaceId}/agents/{agentId}',
    access: 'manager',
    summary: 'Rename, disable or enable an agent',
    body: z
      .strictObject({
        name: agentSchema.shape.name,
        status: agentSchema.shape.status,
        maxConcurrentRuns: agentSchema.shape.maxConcurrentRuns.unwrap().nullable(),
      })
      .partial(),
    response: agentSchema,
    status: 200,
    ifMatch: 'required',
  }),
  disableAgent: route({
    method: 'DELETE',
    path: '/v1/workspaces/{workspaceId}/agents/{agentId}',
    access: 'manager',
    summary: 'Disable an agent: it is not answered and not let in any more; PATCH its status to enable it again',
    status: 204,
    ifMatch: 'required',
  }),
  issueCertificate: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/agents/{agentId}/certificates',
    access: 'manager',
    summary: 'Sign the certificate request of an agent; others that it has stay in force until they are revoked',
    body: z.strictObject({ request: certificateRequestSchema }),
    response: issuedCertificateSchema,
    status: 201,
    refusals: ['invalid', 'invalid_state', 'limit_exceeded'],
  }),
  revokeCertificate: route({
    method: 'DELETE',
    path: '/v1/workspaces/{workspaceId}/agents/{agentId}/certificates/{certificateId}',
    access: 'manager',
    summary: 'Revoke a certificate for good; who is connected by it is put out within minutes',
    status: 204,
  }),
} as const
