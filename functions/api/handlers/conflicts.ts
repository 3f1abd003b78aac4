import { resolveConflict } from '#application/conflicts/resolve-conflict.ts'
import type { conflictRoutes } from '#contracts/http/routes/conflicts.ts'
import { Refusal } from '#domain/errors.ts'
import { roleAllows } from '#domain/workspaces/workspace.ts'
import type { BookingHandlersOf } from './request.ts'

export const conflictHandlers: BookingHandlersOf<typeof conflictRoutes> = {
  resolveConflict: ({ params: { workspaceId, conflictId }, body, caller: { actor, role } }, world) => {
    if (body.resolution.kind === 'accept' && !(role && roleAllows(role, 'manager')))
      throw new Refusal(
        'forbidden',
        'A manager accepts a conflict as it is. Move or cancel your reservation, or ask one.',
      )
    return resolveConflict({ workspaceId, id: conflictId, actor, role, ...body }, world)
  },
}
