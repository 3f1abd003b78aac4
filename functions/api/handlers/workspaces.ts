import { createWorkspace } from '#application/workspaces/create-workspace.ts'
import { putMember } from '#application/workspaces/put-member.ts'
import { removeMember } from '#application/workspaces/remove-member.ts'
import { renameWorkspace } from '#application/workspaces/rename-workspace.ts'
import type { workspaceRoutes } from '#contracts/http/routes/workspaces.ts'
import { notFound } from '#domain/errors.ts'
import { page } from './reading.ts'
import type { HandlersOf } from './request.ts'

export const workspaceHandlers: HandlersOf<typeof workspaceRoutes> = {
  createWorkspace: ({ body, caller }, world) =>
    createWorkspace({ actor: caller.actor, personName: caller.name, ...body }, world),
  listWorkspaces: async ({ query, caller }, world) => page(await world.store.membershipsOf(caller.subject, query)),
  getWorkspace: async ({ params }, world) => {
    const workspace = await world.store.get('workspace', { id: params.workspaceId })
    if (!workspace) throw notFound('workspace', params.workspaceId)
    return workspace
  },
  changeWorkspace: ({ params, body, version, caller }, world) =>
    renameWorkspace({ ...params, ...body, actor: caller.actor, version }, world),
  listMembers: async ({ params, query }, world) => page(await world.store.list('member', params.workspaceId, query)),
  getMember: async ({ params }, world) => {
    const member = await world.store.get('member', params)
    if (!member) throw notFound('member', params.subject)
    return member
  },
  putMember: ({ params, body, version, caller }, world) =>
    putMember({ ...params, ...body, actor: caller.actor, version }, world),
  removeMember: async ({ params, version, caller }, world) => {
    await removeMember({ ...params, actor: caller.actor, version }, world)
    return undefined
  },
}
