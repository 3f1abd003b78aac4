import { type ParameterName, parameterSchemas } from '#contracts/http/parameters.ts'
import type { RouteShape } from '#contracts/http/route.ts'
import type { RouteId } from '#contracts/http/routes.ts'
import { Refusal } from '#domain/errors.ts'

/** Some routes by their ids: those that one function answers, and perhaps others. */
export type RouteTable = Readonly<Partial<Record<RouteId, RouteShape>>>
type Compiled = { readonly id: RouteId; readonly route: RouteShape; readonly segments: readonly string[] }

export const compile = (table: RouteTable): readonly Compiled[] =>
  Object.entries(table).map(([id, route]) => ({ id: id as RouteId, route, segments: route.path.split('/').slice(1) }))

export const nothingHere = (path: string): Refusal =>
  new Refusal('not_found', `There is nothing at ${path.slice(0, 200)}. GET /v1/openapi.json lists all paths.`)

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new Refusal('malformed_request', 'The path has a % that does not begin a percent-encoded UTF-8 character.')
  }
}

const segmentsOf = (rawPath: string): string[] => rawPath.split('/').slice(1).map(decode)

/** Routes of a path, whatever the method. Where one names a segment that another takes as an id, the name comes first. */
export const matchPath = (table: readonly Compiled[], rawPath: string): readonly Compiled[] => {
  const segments = segmentsOf(rawPath)
  const fits = table.filter(
    (candidate) =>
      candidate.segments.length === segments.length &&
      candidate.segments.every(
        (name, index) => name === segments[index] || (name.startsWith('{') && segments[index] !== ''),
      ),
  )
  const named = ({ segments: names }: Compiled): number => names.filter((name) => !name.startsWith('{')).length
  return fits.toSorted((a, b) => named(b) - named(a))
}

export type Matched = {
  readonly id: RouteId
  readonly route: RouteShape
  readonly params: Readonly<Partial<Record<ParameterName, string>>>
}

/**
 * The route of a request, with its path parameters. A text that cannot be an id answers like an id that does not exist.
 * @throws Refusal `not_found`, `malformed_request`
 */
export const matchRoute = (table: readonly Compiled[], method: string, rawPath: string): Matched => {
  const segments = segmentsOf(rawPath)
  const found = matchPath(table, rawPath).find(({ route }) => route.method === method)
  if (!found) throw nothingHere(rawPath)
  const params: Partial<Record<ParameterName, string>> = {}
  for (const [index, name] of found.segments.entries()) {
    if (!name.startsWith('{')) continue
    const parameter = name.slice(1, -1) as ParameterName
    const parsed = parameterSchemas[parameter].safeParse(segments[index])
    if (!parsed.success) throw nothingHere(rawPath)
    params[parameter] = parsed.data
  }
  return { id: found.id, route: found.route, params }
}
