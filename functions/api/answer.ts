import type { RouteShape } from '#contracts/http/route.ts'
import { type RouteId, routes } from '#contracts/http/routes.ts'
import type { HttpEvent, HttpResult } from '../runtime/http-function.ts'
import { authorise } from './authorise.ts'
import type { ReadWorld } from './handlers/request.ts'
import { matchRoute, methodNotAllowed, methodsAt } from './match-route.ts'
import { once } from './once.ts'
import { readBody } from './read-body.ts'
import { readIdempotencyKey, readQuery, readVersion } from './read-request.ts'
import { respond } from './respond.ts'

/** Handlers of some routes; which ones, the gateway decides. */
type Some<W> = Readonly<Partial<Record<RouteId, (request: never, world: W) => Promise<unknown>>>>

const options = (rawPath: string): HttpResult => ({
  statusCode: 204,
  headers: { allow: methodsAt(rawPath).join(', '), 'cache-control': 'no-store' },
})

/**
 * HEAD is GET without the body. The gateway has no routes for it, so it comes by the catch-all route and with no token: it is
 * answered where none is needed and the function has the route, and elsewhere refused in a way that says what is possible.
 */
const head = async <W extends ReadWorld>(event: HttpEvent, handlers: Some<W>, world: W): Promise<HttpResult> => {
  const { id } = matchRoute('GET', event.rawPath)
  if (routes[id].access !== 'public' || !handlers[id]) throw methodNotAllowed('HEAD', event.rawPath)
  const { body: _body, ...rest } = await serve('GET', event, handlers, world)
  return rest
}

const serve = async <W extends ReadWorld>(
  method: string,
  event: HttpEvent,
  handlers: Some<W>,
  world: W,
): Promise<HttpResult> => {
  const { rawPath, headers = {} } = event
  const { id, params } = matchRoute(method, rawPath)
  const route: RouteShape = routes[id]
  const { workspaceId } = params as { workspaceId?: `ws_${string}` }
  const caller = await authorise(route, event, workspaceId, world)
  const version = readVersion(route, headers)
  const key = readIdempotencyKey(route, headers)
  const query = readQuery(route, event)
  const body = readBody(route, event)
  const handle = handlers[id]
  if (!handle) throw new Error(`the gateway sent ${id} to a function that does not answer it`)
  const work = (within: W): Promise<unknown> => handle({ params, query, body, version, caller } as never, within)
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
export const answer = async <W extends ReadWorld>(
  event: HttpEvent,
  handlers: Some<W>,
  world: W,
): Promise<HttpResult> => {
  const { method } = event.requestContext.http
  if (method === 'OPTIONS') return options(event.rawPath)
  return method === 'HEAD' ? head(event, handlers, world) : serve(method, event, handlers, world)
}
