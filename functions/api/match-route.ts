import { type ParameterName, parameterSchemas } from '#contracts/http/route.ts'
import { type RouteId, routes } from '#contracts/http/routes.ts'
import { Refusal } from '#domain/errors.ts'

type Compiled = { readonly id: RouteId; readonly method: string; readonly segments: readonly string[] }

const compiled: readonly Compiled[] = Object.entries(routes).map(([id, { method, path }]) => ({
  id: id as RouteId,
  method,
  segments: path.split('/').slice(1),
}))

const nothingHere = (path: string): Refusal =>
  new Refusal('not_found', `There is nothing at ${path.slice(0, 200)}. GET /v1/openapi.json lists all paths.`)

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new Refusal('malformed_request', 'The path has a % that is not followed by two hexadecimal digits.')
  }
}

const fits = (segments: readonly string[], wanted: readonly string[]): boolean =>
  segments.length === wanted.length && wanted.every((name, index) => name.startsWith('{') || name === segments[index])

export type Matched = { readonly id: RouteId; readonly params: Readonly<Partial<Record<ParameterName, string>>> }

/**
 * The route of a request, with its path parameters. An id that cannot be one answers like an id that does not exist.
 * @throws Refusal `not_found`, `method_not_allowed` (the message names those that are), `malformed_request`
 */
export const matchRoute = (method: string, rawPath: string): Matched => {
  const segments = rawPath.split('/').slice(1).map(decode)
  const candidates = compiled.filter((route) => fits(segments, route.segments))
  if (candidates.length === 0) throw nothingHere(rawPath)
  const route = candidates.find((candidate) => candidate.method === method)
  if (!route)
    throw new Refusal(
      'method_not_allowed',
      `${method} is not possible here; ${candidates.map((candidate) => candidate.method).join(', ')} is.`,
    )
  const params: Partial<Record<ParameterName, string>> = {}
  for (const [index, name] of route.segments.entries()) {
    if (!name.startsWith('{')) continue
    const parameter = name.slice(1, -1) as ParameterName
    const parsed = parameterSchemas[parameter].safeParse(segments[index])
    if (!parsed.success) throw nothingHere(rawPath)
    params[parameter] = parsed.data
  }
  return { id: route.id, params }
}
