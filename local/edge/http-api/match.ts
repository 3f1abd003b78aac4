import type { HttpApiView, HttpRouteView } from '../../cloud-types.ts'

export type MatchedRoute = { readonly route: HttpRouteView; readonly pathParameters: Readonly<Record<string, string>> }

type Compiled = { readonly route: HttpRouteView; readonly method: string; readonly segments: readonly string[] }

const bind = (segments: readonly string[], wanted: readonly string[]): Record<string, string> | undefined => {
  const found: Record<string, string> = {}
  for (const [index, name] of wanted.entries()) {
    if (name.startsWith('{') && name.endsWith('+}')) {
      found[name.slice(1, -2)] = segments.slice(index).join('/')
      return found
    }
    const given = segments[index]
    if (given === undefined) return undefined
    if (name.startsWith('{')) found[name.slice(1, -1)] = given
    else if (name !== given) return undefined
  }
  return segments.length === wanted.length ? found : undefined
}

/** Literal segments before parameters, parameters before `{proxy+}`, a method before ANY: as API Gateway chooses. */
const weight = ({ method, segments }: Compiled): string =>
  `${segments.map((name) => (name.endsWith('+}') ? '2' : name.startsWith('{') ? '1' : '0')).join('')}${method === 'ANY' ? '1' : '0'}`

/** The route that API Gateway would choose, `$default` where there is no other. */
export const createMatcher = (api: HttpApiView): ((method: string, path: string) => MatchedRoute | undefined) => {
  const otherwise = api.routes.find(({ routeKey }) => routeKey === '$default')
  const compiled = api.routes
    .filter(({ routeKey }) => routeKey !== '$default')
    .map((route): Compiled => {
      const [method = '', path = ''] = route.routeKey.split(' ')
      return { route, method, segments: path.split('/').slice(1) }
    })
    .sort((a, b) => weight(a).localeCompare(weight(b)))
  return (method, path) => {
    const segments = path.split('/').slice(1)
    for (const candidate of compiled) {
      if (candidate.method !== method && candidate.method !== 'ANY') continue
      const pathParameters = bind(segments, candidate.segments)
      if (pathParameters) return { route: candidate.route, pathParameters }
    }
    return otherwise && { route: otherwise, pathParameters: {} }
  }
}
