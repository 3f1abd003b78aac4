import { countConflicts } from '#application/conflicts/count-conflicts.ts'
import { suggestResolutions } from '#application/conflicts/suggest.ts'
import type { conflictRoutes } from '#contracts/http/routes/conflicts.ts'
import { Refusal } from '#domain/errors.ts'
import { managers } from '#domain/notices/notice.ts'
import { roleAllows } from '#domain/workspaces/workspace.ts'
import { found, page } from './reading.ts'
import type { AvailabilityReadersOf } from './request.ts'

/** What is told of conflicts, and to whom. */
export const conflictReaders: AvailabilityReadersOf<typeof conflictRoutes> = {
  listConflicts: async ({ params: { workspaceId }, query }, { store }) => {
    const { status, assetId, type, ...rest } = query
    const listed = await (status === 'open'
      ? store.openConflicts(workspaceId, rest, assetId)
      : store.list('conflict', workspaceId, { ...rest, newestFirst: true }))
    return page(
      listed,
      (one) =>
        (status === 'all' || one.status === status) &&
        (assetId === undefined || one.assetId === assetId) &&
        (type === undefined || one.type === type),
    )
  },
  countConflicts: ({ params }, world) => countConflicts(params, world),
  getConflict: async ({ params: { workspaceId, conflictId } }, world) => {
    const conflict = await found('conflict', workspaceId, conflictId, world)
    return { ...conflict, suggestions: await suggestResolutions(conflict, world) }
  },
  listNotices: async ({ params, query, caller: { subject, role } }, { store }) => {
    const { for: whom, ...rest } = query
    if (whom === 'managers' && !(role && roleAllows(role, 'manager')))
      throw new Refusal('forbidden', 'What managers were told is told to managers. Leave `for` out to see your own.')
    return page(
      await store.notices(params.workspaceId, whom === 'me' ? subject : managers, { ...rest, newestFirst: true }),
    )
  },
}
