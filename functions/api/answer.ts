import type { RouteShape } from '#contracts/http/route.ts'
import { type RouteId, routes } from '#contracts/http/routes.ts'
import type { HttpEvent, HttpResult } from '../runtime/http-function.ts'
import { authorise, hasToken } from './authorise.ts'
import { type ApiWorld, type Handler, handlers } from './handlers.ts'
import { matchRoute, methodNotAllowed, methodsAt } from './match-route.ts'
import { once } from './once.ts'
import { readBody } from './read-body.ts'
import { readIdempotencyKey, readQuery, readVersion } from './read-request.ts'
import { respond } from './respond.ts'

const options = (rawPath: string): HttpResult => ({
  statusCode: 204,
  headers: { allow: methodsAt(rawPath).join(', '), 'cache-control': 'no-store' },
})

/**
 * HEAD is GET without the body. The gateway has no routes for it, so it comes by the catch-all route and with no token: it is
 * answered where none is needed, and elsewhere refused in a way that says what is possible.
 */
const head = async (event: HttpEvent, world: ApiWorld): Promise<HttpResult> => {
  const { id } = matchRoute('GET', event.rawPath)
  if (routes[id].access !== 'public' && !hasToken(event)) throw methodNotAllowed('HEAD', event.rawPath)
  const { body: _body, ...rest } = await serve('GET', event, world)
  return rest
}

const serve = async (method: string, event: HttpEvent, world: ApiWorld): Promise<HttpResult> => {
  const { rawPath, headers = {} } = event
  const { id, params } = matchRoute(method, rawPath)
  const route: RouteShape = routes[id]
  const { workspaceId } = params as { workspaceId?: `ws_${string}` }
  const caller = await authorise(route, event, workspaceId, world)
  const version = readVersion(route, headers)
  const key = readIdempotencyKey(route, headers)
  const query = readQuery(route, event)
  const body = readBody(route, event)
  const handle = handlers[id] as Handler<RouteId>
  const work = (within: ApiWorld): Promise<unknown> => handle({ params, query, body, version, caller } as never, within)
  const done =
    key === undefined
      ? await work(world)
      : await once(
          { workspaceId: workspaceId ?? 'ws_none', subject: caller.subject, key, request: [id, params, body] },
          world,
          work,
        )
  return respond(route, rawPath, done)
}

/**
 * Answers one HTTP request: find the route, ask who calls, read the request, do it, respond. The caller's right comes
 * before the request is read, so that nobody learns by errors what they may not see.
 * @throws Refusal whatever the reason is not to do it
 */
export const answer = async (event: HttpEvent, world: ApiWorld): Promise<HttpResult> => {
  const { method } = event.requestContext.http
  if (method === 'OPTIONS') return options(event.rawPath)
  return method === 'HEAD' ? head(event, world) : serve(method, event, world)
}
