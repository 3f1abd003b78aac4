import type { RouteId } from '#contracts/http/routes.ts'
import type { HttpEvent, HttpResult } from '../runtime/http-function.ts'
import { authorise } from './authorise.ts'
import type { FirstUse } from './first-use.ts'
import type { ReadWorld } from './handlers/request.ts'
import { compile, matchRoute, type RouteTable } from './match-route.ts'
import { once } from './once.ts'
import { readBody } from './read-body.ts'
import { readIdempotencyKey, readQuery, readVersion } from './read-request.ts'
import { respond } from './respond.ts'

/** Handlers of some routes; which ones, the gateway decides. */
type Some<W> = Readonly<Partial<Record<RouteId, (request: never, world: W) => Promise<unknown>>>>

/**
 * Answers HTTP requests: find the route, ask who calls, read the request, do it, respond. The caller's right comes
 * before the request is read, so that nobody learns by errors what they may not see.
 * @throws Refusal whatever the reason is not to do it
 */
export const answering = <W extends ReadWorld>(
  routes: RouteTable,
  handlers: Some<W>,
  world: W,
  firstUse?: FirstUse<W>,
) => {
  const table = compile(routes)
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { rawPath, headers = {}, requestContext } = event
    const { id, route, params } = matchRoute(table, requestContext.http.method, rawPath)
    const { workspaceId } = params as { workspaceId?: `ws_${string}` }
    const caller = await authorise(route, event, workspaceId, world)
    const version = readVersion(route, headers)
    const key = readIdempotencyKey(route, headers)
    const query = readQuery(route, event)
    const body = readBody(route, event)
    const handle = handlers[id]
    if (!handle) throw new Error(`the gateway sent ${id} to a function that does not answer it`)
    if (workspaceId !== undefined) await firstUse?.(id, workspaceId, world)
    const lastEventId = headers['last-event-id']
    const work = (within: W): Promise<unknown> =>
      handle({ params, query, body, version, caller, lastEventId } as never, within)
    const done =
      key === undefined
        ? await work(world)
        : await once(
            {
              workspaceId: workspaceId ?? 'ws_none',
              subject: caller.subject,
              key,
              request: [id, params, body],
              makes: route.makes,
            },
            world,
            work,
          )
    return respond(route, rawPath, done)
  }
}
