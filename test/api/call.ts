import type { Context } from 'aws-lambda'
import { expect } from 'vitest'
import { refusalsOf } from '#contracts/http/openapi.ts'
import { type Problem, problemSchema } from '#contracts/http/problem.ts'
import type { RouteShape } from '#contracts/http/route.ts'
import { type RouteId, routes } from '#contracts/http/routes.ts'
import type { HttpEvent } from '#functions/runtime/http-function.ts'
import { answerAll } from './all-functions.ts'
import type { Laboratory } from './laboratory.ts'

export type Sent = {
  readonly method: string
  readonly path: string
  /** Subject of the token; none is sent where it is undefined. */
  readonly as?: string | undefined
  readonly query?: Readonly<Record<string, string>> | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent as JSON, or as it is where it is a text. */
  readonly body?: unknown
  readonly base64?: boolean | undefined
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape; their schemas are checked below
export type Answered = { status: number; headers: Record<string, string>; body: any; text: string | undefined }

/** What API Gateway hands to the function: payload format 2.0 with the claims of a verified token. */
export const eventOf = (sent: Sent): HttpEvent => {
  const { method, path, as, query, headers = {}, body, base64 = false } = sent
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(query && { queryStringParameters: query }),
    ...(text !== undefined && { body: text }),
    isBase64Encoded: base64,
    requestContext: {
      requestId: 'request-1',
      http: { method, path },
      ...(as !== undefined && { authorizer: { jwt: { claims: { sub: as, name: `Name of ${as}` }, scopes: [] } } }),
    },
  } as unknown as HttpEvent
}

const routeOf = (method: string, path: string): RouteShape | undefined =>
  Object.values(routes).find(
    (route) => route.method === method && new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  )

/** A sentence for a tired person: it begins like one, ends like one and says more than a word. */
const isSentence = (text: string): boolean => /^\S.{15,}[.?!]$/s.test(text)

const checkProblem = (answered: Answered, route: RouteShape | undefined): void => {
  expect(answered.headers['content-type']).toBe('application/problem+json')
  const problem: Problem = problemSchema.parse(answered.body)
  expect(problem.status).toBe(answered.status)
  expect(isSentence(problem.detail), problem.detail).toBe(true)
  // What a route says no with is in its OpenAPI description.
  if (route) expect([...refusalsOf(route), 'method_not_allowed']).toContain(problem.code)
}

const checkSuccess = (answered: Answered, route: RouteShape | undefined): void => {
  if (!route) return
  expect(answered.status).toBe(route.status)
  if (!route.response) {
    expect(answered.text).toBeUndefined()
    return
  }
  expect(answered.headers['content-type']).toBe(route.produces ?? 'application/json')
  const parsed = route.response.safeParse(answered.body)
  expect(parsed.error?.issues ?? [], 'the answer fits its schema').toEqual([])
  // Nothing is answered that the schema would change: what is stored is what is told.
  expect(parsed.data).toEqual(answered.body)
  if (route.creates) expect(answered.headers.location).toMatch(/^\/v1\/workspaces\//)
}

/** Sends a request through the real function and checks the answer against its contract, whatever it is. */
export const send = async ({ world }: Laboratory, sent: Sent): Promise<Answered> => {
  const result = await answerAll(world)(eventOf(sent), {} as Context)
  const { statusCode = 0, headers = {}, body: text } = result
  const isText = String(headers['content-type'] ?? '').startsWith('text/')
  const body: unknown = text === undefined ? undefined : isText ? text : JSON.parse(text)
  const answered = { status: statusCode, headers: headers as Record<string, string>, body, text }
  const route = routeOf(sent.method, sent.path)
  if (route !== routes.readFeed) expect(answered.headers['cache-control']).toBe('no-store')
  if (statusCode >= 400) checkProblem(answered, route)
  else checkSuccess(answered, route)
  return answered
}

export const pathOf = (id: RouteId, params: Readonly<Record<string, string>>): string =>
  routes[id].path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? `no-${name}`))
