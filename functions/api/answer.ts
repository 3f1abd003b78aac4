import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda'
import type { RouteShape } from '#contracts/http/route.ts'
import { routes } from '#contracts/http/routes.ts'
import { authorise } from './authorise.ts'
import { type ApiWorld, handlers } from './handlers.ts'
import { matchRoute } from './match-route.ts'
import { once } from './once.ts'
import { problemResponse } from './problem-response.ts'
import { readBody, readIdempotencyKey, readQuery, readVersion } from './read-request.ts'

const versionOf = (body: unknown): number | undefined => {
  const { version, schedule } = (body ?? {}) as { version?: number; schedule?: { version: number } }
  return version ?? schedule?.version
}

const locationOf = (rawPath: string, body: unknown): string | undefined => {
  const { id } = (body ?? {}) as { id?: string }
  if (id === undefined) return undefined
  // A trigger makes a run, which lives among the runs.
  return id.startsWith('run_') ? `${rawPath.split('/').slice(0, 4).join('/')}/runs/${id}` : `${rawPath}/${id}`
}

const respond = (route: RouteShape, rawPath: string, body: unknown): Result => {
  const version = versionOf(body)
  const location = route.creates && locationOf(rawPath, body)
  return {
    statusCode: route.status,
    headers: {
      'cache-control': 'no-store',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(version !== undefined && { etag: `"${version}"` }),
      ...(location && { location }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }
}

/**
 * Answers one HTTP request: find the route, ask who calls, read the request, do it, respond. The caller's right comes
 * before the body is read, so that nobody learns by errors what they may not see.
 */
export const answer = async (event: APIGatewayProxyEventV2WithJWTAuthorizer, world: ApiWorld): Promise<Result> => {
  const { rawPath, headers, requestContext } = event
  try {
    const { id, params } = matchRoute(requestContext.http.method, rawPath)
    const route: RouteShape = routes[id]
    const caller = await authorise(route, event, params.workspaceId as never, world)
    const version = readVersion(route, headers)
    const key = readIdempotencyKey(route, headers)
    const request = { params, query: readQuery(route, event), body: readBody(route, event), version, caller }
    const handle = handlers[id] as (request: unknown, world: ApiWorld) => Promise<unknown>
    const run = (within: ApiWorld) => handle(request, within)
    const body =
      key === undefined
        ? await run(world)
        : await once(
            {
              workspaceId: (params.workspaceId as never) ?? 'ws_none',
              subject: caller.subject,
              key,
              request: [id, params, request.body],
            },
            world,
            run as (within: ApiWorld) => Promise<object>,
          )
    return respond(route, rawPath, body)
  } catch (error) {
    return problemResponse(error, requestContext.requestId)
  }
}
