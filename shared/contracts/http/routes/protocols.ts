import * as z from 'zod'
import { protocolSchema } from '#domain/protocols/protocol.ts'
import { pageOf, pageWithArchivedQuery, route } from '../route.ts'

const {
  name,
  driver,
  path,
  payload,
  parametersSchema,
  requirements,
  setup,
  expectedDurationSeconds,
  timeLimitSeconds,
  heartbeatSeconds,
  tags,
} = protocolSchema.shape

export const protocolRoutes = {
  createProtocol: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/protocols',
    access: 'manager',
    summary: 'Describe something that can be executed',
    body: z.strictObject({
      name,
      driver,
      path,
      payload,
      parametersSchema,
      requirements,
      setup,
      expectedDurationSeconds,
      timeLimitSeconds,
      heartbeatSeconds,
      tags: tags.default([]),
    }),
    response: protocolSchema,
    status: 201,
    creates: true,
    refusals: ['invalid'],
  }),
  listProtocols: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/protocols',
    access: 'viewer',
    summary: 'List protocols',
    query: pageWithArchivedQuery,
    response: pageOf(protocolSchema),
    status: 200,
  }),
  getProtocol: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/protocols/{protocolId}',
    access: 'viewer',
    summary: 'Get a protocol',
    response: protocolSchema,
    status: 200,
  }),
  changeProtocol: route({
    method: 'PATCH',
    path: '/v1/workspaces/{workspaceId}/protocols/{protocolId}',
    access: 'manager',
    summary: 'Change a protocol; runs that are open keep what they were opened with',
    description:
      'null takes path, payload, parametersSchema or timeLimitSeconds away. Objects and lists are replaced whole.',
    body: z
      .strictObject({
        name,
        driver,
        path: path.unwrap().nullable(),
        payload: payload.unwrap().nullable(),
        parametersSchema: parametersSchema.unwrap().nullable(),
        requirements,
        expectedDurationSeconds,
        timeLimitSeconds: timeLimitSeconds.unwrap().nullable(),
        heartbeatSeconds: heartbeatSeconds.unwrap(),
        tags,
        status: protocolSchema.shape.status,
      })
      .partial(),
    response: protocolSchema,
    status: 200,
    ifMatch: 'required',
    refusals: ['invalid'],
  }),
  archiveProtocol: route({
    method: 'DELETE',
    path: '/v1/workspaces/{workspaceId}/protocols/{protocolId}',
    access: 'manager',
    summary: 'Archive a protocol; schedules of it start nothing any more',
    status: 204,
    ifMatch: 'required',
  }),
} as const
