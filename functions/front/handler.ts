import { openApiDocument } from '#contracts/http/openapi.ts'
import type { RouteShape } from '#contracts/http/route.ts'
import { type RouteId, routes } from '#contracts/http/routes.ts'
import { type RoutesOf, servedBy } from '#contracts/http/served-by.ts'
import { Refusal } from '#domain/errors.ts'
import { compile, matchPath, nothingHere } from '../api/match-route.ts'
import { respond } from '../api/respond.ts'
import { type HttpEvent, type HttpResult, httpFunction } from '../runtime/http-function.ts'
import { allowedMethods } from '../runtime/problem-response.ts'

/** The same for everybody, and anybody may ask: made once. */
let described: ReturnType<typeof openApiDocument> | undefined

/** What is open to everybody, by route. */
const answers: { readonly [K in keyof RoutesOf<'front'>]: () => unknown } = {
  getHealth: () => ({ status: 'ok' }),
  getOpenApi: () => {
    described ??= openApiDocument()
    return described
  },
}

const table = compile(routes)

/** Methods that a path knows. @throws Refusal `not_found`, `malformed_request` */
const methodsAt = (rawPath: string): string[] => {
  const candidates = matchPath(table, rawPath)
  if (candidates.length === 0) throw nothingHere(rawPath)
  return [...candidates.map(({ route }) => route.method), 'OPTIONS']
}

const methodNotAllowed = (method: string, rawPath: string): Refusal => {
  const methods = methodsAt(rawPath)
  const message = methods.join(', ')
  return new Refusal(
    'method_not_allowed',
    `The method "${method.slice(0, 20)}" is not possible here; ${message} are.`,
    { reasons: [{ code: allowedMethods, message, facts: { methods } }] },
  )
}

const answerOf = (id: RouteId, route: RouteShape, rawPath: string): HttpResult =>
  respond(route, rawPath, answers[id as keyof typeof answers]())

/** HEAD is GET without the body; the gateway has no routes for it, so it is answered for what is open to everybody. */
const answer = async ({ rawPath, requestContext }: HttpEvent): Promise<HttpResult> => {
  const { method } = requestContext.http
  const methods = methodsAt(rawPath)
  if (method === 'OPTIONS')
    return { statusCode: 204, headers: { allow: methods.join(', '), 'cache-control': 'no-store' } }
  const wanted = method === 'HEAD' ? 'GET' : method
  const found = matchPath(table, rawPath).find(({ route }) => route.method === wanted)
  if (!found || servedBy(found.id) !== 'front') throw methodNotAllowed(method, rawPath)
  const { body, ...rest } = answerOf(found.id, found.route, rawPath)
  return method === 'HEAD' ? rest : { ...rest, ...(body !== undefined && { body }) }
}

/**
 * What is open to everybody, and whatever is asked for that is no route: it needs nothing, no table and no grant, and what
 * describes the API would make the other functions slower to start.
 */
export const handler = httpFunction('front', answer)
