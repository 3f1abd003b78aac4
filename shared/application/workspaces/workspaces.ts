import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import type { Member, Role, Workspace } from '#domain/workspaces/workspace.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'

type Core = Pick<World, 'store' | 'clock' | 'ids'>

/** Creates a workspace with its creator as admin. @throws Refusal `already_exists` */
export const createWorkspace = async (
  input: {
    readonly actor: Actor
    readonly name: string
    readonly personName: string
    readonly id?: WorkspaceId | undefined
  },
  world: Core,
): Promise<Workspace> => {
  const { actor } = input
  const at = instantOf(world.clock.now())
  const id = input.id ?? (`ws_${world.ids.unique()}` as const)
  const workspace: Workspace = { id, name: input.name, version: 1, createdAt: at, createdBy: actorName(actor) }
  const admin: Member = {
    workspaceId: id,
    subject: actorName(actor),
    name: input.personName,
    role: 'admin',
    version: 1,
    createdAt: at,
  }
  const committed = await world.store.commit([
    { type: 'put', kind: 'workspace', value: workspace, expect: 'absent' },
    { type: 'put', kind: 'member', value: admin, expect: 'absent' },
    auditOf(world, { workspaceId: id, subject: id, action: 'workspace.created', actor, after: workspace }),
    auditOf(world, { workspaceId: id, subject: admin.subject, action: 'member.added', actor, after: admin }),
  ])
  if (!committed.committed) throw new Refusal('already_exists', `The id ${id} is taken. Leave it out to get a new one.`)
  return workspace
}

/** @throws Refusal `not_found`, `stale_version` */
export const renameWorkspace = (
  input: {
    readonly id: WorkspaceId
    readonly actor: Actor
    readonly version: number | undefined
    readonly name: string
  },
  world: Core,
): Promise<Workspace> =>
  transact(world, async () => {
    const current = await world.store.get('workspace', { id: input.id })
    if (!current) throw notFound('workspace', input.id)
    if (input.version !== undefined && input.version !== current.version)
      throw new Refusal(
        'stale_version',
        'The workspace changed since you read it. Read it again, then send your change with its new ETag.',
        { current },
      )
    const after = { ...current, name: input.name, version: current.version + 1 }
    return {
      changes: [
        { type: 'put', kind: 'workspace', value: after, expect: current.version },
        auditOf(world, {
          workspaceId: input.id,
          subject: input.id,
          action: 'workspace.renamed',
          actor: input.actor,
          before: current,
          after,
        }),
      ],
      result: after,
    }
  })

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

/** Some other admin, whose membership the transaction checks: so that two admins cannot remove each other at once. */
const otherAdmin = async (workspaceId: WorkspaceId, subject: string, world: Pick<World, 'store'>): Promise<Member> => {
  const other = (await allMembers(workspaceId, world)).find(
    (member) => member.role === 'admin' && member.subject !== subject,
  )
  if (!other)
    throw new Refusal(
      'invalid_state',
      `${subject} is the last admin of this workspace. Make somebody else admin first.`,
    )
  return other
}

type MemberInput = { readonly workspaceId: WorkspaceId; readonly subject: string; readonly actor: Actor }

/** Adds a member or changes name and role; the same twice is success. @throws Refusal `invalid_state` (the last admin) */
export const putMember = (
  input: MemberInput & { readonly name: string; readonly role: Role },
  world: Core,
): Promise<Member> =>
  transact(world, async () => {
    const { workspaceId, subject, actor, name, role } = input
    const current = await world.store.get('member', { workspaceId, subject })
    if (current?.role === role && current.name === name) return { changes: [], result: current }
    const createdAt = current?.createdAt ?? instantOf(world.clock.now())
    const after: Member = { workspaceId, subject, name, role, version: (current?.version ?? 0) + 1, createdAt }
    const guard =
      current?.role === 'admin' && role !== 'admin' ? await otherAdmin(workspaceId, subject, world) : undefined
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
        ...(guard
          ? [
              {
                type: 'check' as const,
                kind: 'member' as const,
                key: { workspaceId, subject: guard.subject },
                expect: guard.version,
              },
            ]
          : []),
      ],
      result: after,
    }
  })

/** @throws Refusal `not_found`, `invalid_state` (the last admin) */
export const removeMember = (input: MemberInput, world: Core): Promise<void> =>
  transact<void>(world, async () => {
    const { workspaceId, subject, actor } = input
    const current = await world.store.get('member', { workspaceId, subject })
    if (!current) throw notFound('member', subject)
    const guard = current.role === 'admin' ? await otherAdmin(workspaceId, subject, world) : undefined
    return {
      changes: [
        { type: 'remove', kind: 'member', key: { workspaceId, subject }, expect: current.version },
        auditOf(world, { workspaceId, subject, action: 'member.removed', actor, before: current, after: {} }),
        ...(guard
          ? [
              {
                type: 'check' as const,
                kind: 'member' as const,
                key: { workspaceId, subject: guard.subject },
                expect: guard.version,
              },
            ]
          : []),
      ],
      result: undefined,
    }
  })
