import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import type { Member, Role } from '#domain/workspaces/workspace.ts'
import { auditOf } from '../common/audit.ts'
import { type Expected, staleVersion } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import { guardLastAdmin } from './guard-last-admin.ts'

/**
 * Adds a member, or changes name and role of one; putting what is there already is success. `version` is undefined where the
 * caller read none, which is right for adding and not enough for changing.
 * @throws Refusal `stale_version`, `precondition_required`, `invalid_state` (the last admin)
 */
export const putMember = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly subject: string
    readonly actor: Actor
    readonly version: Expected | undefined
    readonly name: string
    readonly role: Role
    readonly groups?: readonly string[] | undefined
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Member> =>
  transact(world, async () => {
    const { workspaceId, subject, actor, name, role, groups, version } = input
    const current = await world.store.get('member', { workspaceId, subject })
    if (typeof version === 'number' && version !== current?.version) throw staleVersion('member', current ?? {})
    if (current?.role === role && current.name === name && JSON.stringify(current.groups) === JSON.stringify(groups))
      return { changes: [], result: current }
    if (current && version === undefined)
      throw new Refusal(
        'precondition_required',
        `${subject} is ${current.role} here already. To change that, send If-Match with the ETag that GET gives, or * to insist.`,
        { current },
      )
    const createdAt = current?.createdAt ?? instantOf(world.clock.now())
    const after: Member = {
      workspaceId,
      subject,
      name,
      role,
      ...(groups && { groups: [...groups] }),
      version: (current?.version ?? 0) + 1,
      createdAt,
    }
    const demoted = current?.role === 'admin' && role !== 'admin'
    return {
      changes: [
        { type: 'put', kind: 'member', value: after, expect: current?.version ?? 'absent' },
        auditOf(world, {
          workspaceId,
          subject,
          action: current ? 'member.changed' : 'member.added',
          actor,
          before: current,
          after,
        }),
        ...(demoted ? [await guardLastAdmin(workspaceId, subject, world)] : []),
      ],
      result: after,
    }
  })
