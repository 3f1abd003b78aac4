import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Member } from '#domain/workspaces/workspace.ts'
import type { Change, World } from '../world.ts'

/** All members; a laboratory has few. */
const allMembers = async (workspaceId: WorkspaceId, world: Pick<World, 'store'>): Promise<Member[]> => {
  const members: Member[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.list('member', workspaceId, { limit: 100, cursor })
    members.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return members
}

/**
 * Part of the transaction in which `subject` stops being admin: some other admin is one still, so that two admins cannot
 * remove each other at once.
 * @throws Refusal `invalid_state` where there is no other
 */
export const guardLastAdmin = async (
  workspaceId: WorkspaceId,
  subject: string,
  world: Pick<World, 'store'>,
): Promise<Change> => {
  const others = (await allMembers(workspaceId, world)).filter((member) => member.subject !== subject)
  const other = others.find((member) => member.role === 'admin')
  if (!other)
    throw new Refusal(
      'invalid_state',
      `${subject} is the last admin of this workspace. Make somebody else admin first.`,
    )
  return { type: 'check', kind: 'member', key: { workspaceId, subject: other.subject }, expect: other.version }
}
