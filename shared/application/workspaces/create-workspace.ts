import { type Actor, actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import type { Member, Workspace } from '#domain/workspaces/workspace.ts'
import { auditOf } from '../common/audit.ts'
import type { World } from '../world.ts'

/** Creates a workspace with its creator as admin. @throws Refusal `already_exists` */
export const createWorkspace = async (
  input: {
    readonly actor: Actor
    readonly name: string
    readonly personName: string
    readonly id?: WorkspaceId | undefined
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
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
