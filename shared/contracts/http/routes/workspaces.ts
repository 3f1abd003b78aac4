import * as z from 'zod'
import { workspaceIdSchema } from '#domain/ids.ts'
import { memberSchema, roleSchema, workspaceSchema } from '#domain/workspaces/workspace.ts'
import { pageOf, pageQuery, route } from '../route.ts'

const name = workspaceSchema.shape.name

export const workspaceRoutes = {
  createWorkspace: route({
    method: 'POST',
    path: '/v1/workspaces',
    access: 'authenticated',
    summary: 'Create a workspace; the creator becomes its admin',
    body: z.strictObject({ name, id: workspaceIdSchema.optional() }),
    response: workspaceSchema,
    status: 201,
    creates: true,
    refusals: ['already_exists'],
  }),
  listWorkspaces: route({
    method: 'GET',
    path: '/v1/workspaces',
    access: 'authenticated',
    summary: 'List the workspaces you are a member of, with your role',
    query: pageQuery,
    response: pageOf(memberSchema),
    status: 200,
  }),
  getWorkspace: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}',
    access: 'viewer',
    summary: 'Get a workspace',
    response: workspaceSchema,
    status: 200,
  }),
  changeWorkspace: route({
    method: 'PATCH',
    path: '/v1/workspaces/{workspaceId}',
    access: 'admin',
    summary: 'Rename a workspace',
    body: z.strictObject({ name }),
    response: workspaceSchema,
    status: 200,
    ifMatch: 'required',
  }),
  listMembers: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/members',
    access: 'viewer',
    summary: 'List the members and their roles',
    query: pageQuery,
    response: pageOf(memberSchema),
    status: 200,
  }),
  getMember: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/members/{subject}',
    access: 'viewer',
    summary: 'Get a member',
    response: memberSchema,
    status: 200,
  }),
  putMember: route({
    method: 'PUT',
    path: '/v1/workspaces/{workspaceId}/members/{subject}',
    access: 'admin',
    summary: 'Add a member, or change name and role',
    description: 'Adding needs no If-Match; changing somebody who is a member already does.',
    body: z.strictObject({ name: memberSchema.shape.name, role: roleSchema }),
    response: memberSchema,
    status: 200,
    ifMatch: 'optional',
    refusals: ['invalid_state', 'precondition_required'],
  }),
  removeMember: route({
    method: 'DELETE',
    path: '/v1/workspaces/{workspaceId}/members/{subject}',
    access: 'admin',
    summary: 'Remove a member; never the last admin',
    status: 204,
    ifMatch: 'required',
    refusals: ['invalid_state'],
  }),
} as const
