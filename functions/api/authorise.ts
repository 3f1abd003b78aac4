import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda'
import type { World } from '#application/world.ts'
import type { RouteShape } from '#contracts/http/route.ts'
import type { Actor } from '#domain/audit/entry.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { type Role, roleAllows, subjectSchema } from '#domain/workspaces/workspace.ts'

export type Caller = {
  readonly subject: string
  readonly name: string
  readonly role: Role | undefined
  readonly actor: Actor
}

const nobody: Caller = { subject: '', name: '', role: undefined, actor: { kind: 'system', part: 'api' } }

const ranked = ['viewer', 'scientist', 'operator', 'manager', 'admin']

/**
 * Who calls, and whether they may. The gateway has verified the token; its claims are all that is read here. Whoever is no
 * member of a workspace gets the answer of a workspace that does not exist.
 * @throws Refusal `unauthenticated`, `not_found`, `forbidden`
 */
export const authorise = async (
  route: RouteShape,
  event: Partial<APIGatewayProxyEventV2WithJWTAuthorizer>,
  workspaceId: WorkspaceId | undefined,
  world: Pick<World, 'store'>,
): Promise<Caller> => {
  if (route.access === 'public') return nobody
  const claims = event.requestContext?.authorizer?.jwt?.claims ?? {}
  const parsed = subjectSchema.safeParse(claims.sub)
  if (!parsed.success)
    throw new Refusal(
      'unauthenticated',
      'This needs a token. Send Authorization: Bearer … with one that has not expired.',
    )
  const subject = parsed.data
  const name = String(claims.name ?? claims['cognito:username'] ?? subject).slice(0, 120)
  const actor: Actor = { kind: 'person', subject }
  if (route.access === 'authenticated' || workspaceId === undefined) return { subject, name, role: undefined, actor }
  const member = await world.store.get('member', { workspaceId, subject })
  if (!member) throw notFound('workspace', workspaceId)
  if (!ranked.includes(route.access) || !roleAllows(member.role, route.access))
    throw new Refusal(
      'forbidden',
      `This needs the role ${route.access}; you are ${member.role} here. Ask an admin of the workspace.`,
    )
  return { subject, name, role: member.role, actor }
}
