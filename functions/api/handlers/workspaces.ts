import { changeWorkspace } from '#application/workspaces/change-workspace.ts'
import { createWorkspace } from '#application/workspaces/create-workspace.ts'
import { holdWorkspace, liftHold } from '#application/workspaces/hold-workspace.ts'
import { putMember } from '#application/workspaces/put-member.ts'
import { removeMember } from '#application/workspaces/remove-member.ts'
import { releaseSwitch, throwSwitch } from '#application/workspaces/switch-stop.ts'
import type { workspaceRoutes } from '#contracts/http/routes/workspaces.ts'
import type { HandlersOf } from './request.ts'

export const workspaceHandlers: HandlersOf<typeof workspaceRoutes> = {
  createWorkspace: ({ body, caller }, world) =>
    createWorkspace({ actor: caller.actor, personName: caller.name, ...body }, world),
  changeWorkspace: ({ params, body, version, caller }, world) =>
    changeWorkspace({ ...params, patch: body, actor: caller.actor, version }, world),
  throwSwitch: ({ params, body, version = 'any', caller }, world) =>
    throwSwitch({ ...params, ...body, actor: caller.actor, version }, world),
  releaseSwitch: ({ params, body, version = 'any', caller }, world) =>
    releaseSwitch({ ...params, ...body, actor: caller.actor, version }, world),
  holdWorkspace: ({ params, body, version = 'any', caller }, world) =>
    holdWorkspace({ ...params, ...body, actor: caller.actor, version }, world),
  liftHold: ({ params, body, version = 'any', caller }, world) =>
    liftHold({ ...params, ...body, actor: caller.actor, version }, world),
  putMember: ({ params, body, version, caller }, world) =>
    putMember({ ...params, ...body, actor: caller.actor, version }, world),
  removeMember: async ({ params, version, caller }, world) => {
    await removeMember({ ...params, actor: caller.actor, version }, world)
    return undefined
  },
}
