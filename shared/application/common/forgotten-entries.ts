import type { WorkspaceId } from '#domain/ids.ts'
import type { Change, World } from '../world.ts'
import { allPages } from './all-pages.ts'

/** What forgets the history of one thing. */
export const forgottenEntries = async (
  workspaceId: WorkspaceId,
  subject: string,
  world: Pick<World, 'store'>,
): Promise<Change[]> => {
  const entries = await allPages((page) => world.store.history(workspaceId, subject, page))
  return entries.map(({ id }) => ({ type: 'forget', workspaceId, subject, id }))
}
