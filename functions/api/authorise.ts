import type { World } from '#application/world.ts'
import type { RouteShape } from '#contracts/http/route.ts'
import type { Actor } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { type Role, roleAllows, subjectSchema } from '#domain/workspaces/workspace.ts'
import type { HttpEvent } from '../runtime/http-function.ts'

export type Caller = {
  readonly subject: string
  readonly name: string
  /** In the workspace of the request; undefined outside of any. */
  readonly role: Role | undefined
  readonly actor: Actor
  /** Groups of people that the caller belongs to, in the workspace of the request. */
  readonly groups?: readonly string[] | undefined
}

const nobody: Caller = { subject: '', name: '', role: undefined, actor: { kind: 'system', part: 'api' } }

const claimsOf = (event: HttpEvent): Readonly<Record<string, unknown>> =>
  event.requestContext.authorizer?.jwt?.claims ?? {}

/**
 * Who calls, and whether they may. The gateway has verified the token; its claims are all that is read here. Whoever is no
 * member of a workspace gets the answer of a workspace that does not exist.
 * @throws Refusal `unauthenticated`, `not_found`, `forbidden`
 */
export const authorise = async (
  { access }: RouteShape,
  event: HttpEvent,
  workspaceId: WorkspaceId | undefined,
  world: Pick<World, 'store'>,
): Promise<Caller> => {
  if (access === 'public') return nobody
  const claims = claimsOf(event)
  const parsed = subjectSchema.safeParse(claims.sub)
  if (!parsed.success)
    throw new Refusal(
      'unauthenticated',
      'This needs a token. Send Authorization: Bearer … with one that has not expired.',
    )
  const subject = parsed.data
  const name = String(claims.name ?? claims['cognito:username'] ?? subject).slice(0, 120) || subject
  const actor: Actor = { kind: 'person', subject }
  if (access === 'authenticated') return { subject, name, role: undefined, actor }
  if (workspaceId === undefined) throw new Error(`a route that needs the role ${access} has no workspace in its path`)
  const member = await world.store.get('member', { workspaceId, subject })
  if (!member) throw notFound('workspace', workspaceId)
  if (!roleAllows(member.role, access))
    throw new Refusal(
      'forbidden',
      `This needs the role ${access}; you are ${member.role} here. Ask an admin of the workspace.`,
    )
  return { subject, name, role: member.role, actor, groups: member.groups }
}
