import { type ParameterName, parameterSchemas } from '#contracts/http/parameters.ts'
import { type RouteId, routes } from '#contracts/http/routes.ts'
import { Refusal } from '#domain/errors.ts'
import { allowedMethods } from '../runtime/problem-response.ts'

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
    throw new Refusal('malformed_request', 'The path has a % that does not begin a percent-encoded UTF-8 character.')
  }
}

const segmentsOf = (rawPath: string): string[] => rawPath.split('/').slice(1).map(decode)

const candidatesAt = (segments: readonly string[]): readonly Compiled[] =>
  compiled.filter(
    (route) =>
      route.segments.length === segments.length &&
      route.segments.every((name, index) => name.startsWith('{') || name === segments[index]),
  )

/** Methods that a path knows. @throws Refusal `not_found`, `malformed_request` */
export const methodsAt = (rawPath: string): string[] => {
  const candidates = candidatesAt(segmentsOf(rawPath))
  if (candidates.length === 0) throw nothingHere(rawPath)
  return [...candidates.map(({ method }) => method), 'OPTIONS']
}

export const methodNotAllowed = (method: string, rawPath: string): Refusal => {
  const methods = methodsAt(rawPath)
  const message = methods.join(', ')
  return new Refusal(
    'method_not_allowed',
    `The method "${method.slice(0, 20)}" is not possible here; ${message} are.`,
    {
      reasons: [{ code: allowedMethods, message, facts: { methods } }],
    },
  )
}

export type Matched = { readonly id: RouteId; readonly params: Readonly<Partial<Record<ParameterName, string>>> }

/**
 * The route of a request, with its path parameters. A text that cannot be an id answers like an id that does not exist.
 * @throws Refusal `not_found`, `method_not_allowed` (naming those that are), `malformed_request`
 */
export const matchRoute = (method: string, rawPath: string): Matched => {
  const segments = segmentsOf(rawPath)
  const candidates = candidatesAt(segments)
  if (candidates.length === 0) throw nothingHere(rawPath)
  const route = candidates.find((candidate) => candidate.method === method)
  if (!route) throw methodNotAllowed(method, rawPath)
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
