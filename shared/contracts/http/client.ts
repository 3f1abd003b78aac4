import { type Problem, type ProblemCode, problemOf, problemSchema, statusOf } from './problem.ts'
import {
  type AnswerOf,
  type ParametersIn,
  type RouteId,
  type Routes,
  routes,
  type SentBodyOf,
  type SentQueryOf,
} from './routes.ts'

type Params<K extends RouteId> = { readonly [N in ParametersIn<Routes[K]['path']>]: string }

type Call<K extends RouteId> = {
  readonly params?: Params<K>
  readonly query?: SentQueryOf<K>
  readonly body?: SentBodyOf<K>
  /** The ETag that was read: sent as If-Match. */
  readonly etag?: string
  readonly idempotencyKey?: string
}

export type Answer<K extends RouteId> = {
  readonly status: number
  readonly etag: string | undefined
  readonly body: AnswerOf<K>
}

/** The API said no. `problem` is what it said. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem'
  readonly status: number
  readonly problem: Problem

  constructor(status: number, problem: Problem) {
    super(`${status} ${problem.code}: ${problem.detail}`)
    this.status = status
    this.problem = problem
  }
}

type Fetched = { status: number; headers: { get(name: string): string | null }; text(): Promise<string> }
export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string },
) => Promise<Fetched>

export type Client = { call<K extends RouteId>(id: K, call?: Call<K>): Promise<Answer<K>> }

const pathOf = (template: string, params: Record<string, string>): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))

const queryOf = (query: object | undefined): string => {
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`],
  )
  return pairs.length > 0 ? `?${pairs.join('&')}` : ''
}

const jsonOf = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return text
  }
}

/** What stands between (a gateway, a proxy) may say no in its own words; the status then names the problem. */
const problemIn = (status: number, body: unknown): Problem => {
  const parsed = problemSchema.safeParse(body)
  if (parsed.success) return parsed.data
  const codes = Object.entries(statusOf) as [ProblemCode, number][]
  const code = codes.find(([, of]) => of === status)?.[0] ?? (status < 500 ? 'malformed_request' : 'unavailable')
  const said = typeof body === 'string' ? body : ((body as { message?: unknown } | undefined)?.message ?? '')
  return problemOf(code, `The answer was ${status}, not from Benchtime itself: ${String(said).slice(0, 200)}`, {
    status,
  })
}

/** A typed client of the API, derived from the route table. @throws ApiProblem for every answer that is not a success. */
export const createClient = (config: { baseUrl: string; token?: string; fetch: Fetch }): Client => ({
  call: async (id, call = {}) => {
    const { method, path } = routes[id]
    const { params, query, body, etag, idempotencyKey } = call
    const url = `${config.baseUrl}${pathOf(path, (params ?? {}) as Record<string, string>)}${queryOf(query as object | undefined)}`
    const answer = await config.fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(config.token !== undefined && { authorization: `Bearer ${config.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(etag !== undefined && { 'if-match': etag }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const answered = jsonOf(await answer.text())
    if (answer.status >= 300) throw new ApiProblem(answer.status, problemIn(answer.status, answered))
    return { status: answer.status, etag: answer.headers.get('etag') ?? undefined, body: answered as never }
  },
})
