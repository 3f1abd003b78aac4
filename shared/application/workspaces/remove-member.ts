import type { Actor } from '#domain/audit/entry.ts'
import { notFound } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { auditOf } from '../common/audit.ts'
import { type Expected, staleVersion } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import { guardLastAdmin } from './guard-last-admin.ts'

/** @throws Refusal `not_found`, `stale_version`, `invalid_state` (the last admin) */
export const removeMember = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly subject: string
    readonly actor: Actor
    readonly version: Expected
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<void> =>
  transact<void>(world, async () => {
    const { workspaceId, subject, actor, version } = input
    const current = await world.store.get('member', { workspaceId, subject })
    if (!current) throw notFound('member', subject)
    if (version !== 'any' && version !== current.version) throw staleVersion('member', current)
    return {
      changes: [
        { type: 'remove', kind: 'member', key: { workspaceId, subject }, expect: current.version },
        auditOf(world, { workspaceId, subject, action: 'member.removed', actor, before: current, after: {} }),
        ...(current.role === 'admin' ? [await guardLastAdmin(workspaceId, subject, world)] : []),
      ],
      result: undefined,
    }
  })
