import type { WorkspaceId } from '#domain/ids.ts'
import type { Change, World } from '../world.ts'

/** What forgets the history of one thing. */
export const forgottenEntries = async (
  workspaceId: WorkspaceId,
  subject: string,
  world: Pick<World, 'store'>,
): Promise<Change[]> => {
  const changes: Change[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.history(workspaceId, subject, { limit: 100, cursor })
    changes.push(...page.items.map(({ id }): Change => ({ type: 'forget', workspaceId, subject, id })))
    cursor = page.next
  } while (cursor !== undefined)
  return changes
}
