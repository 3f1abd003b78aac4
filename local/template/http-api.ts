/** HTTP APIs: routes joined with their integrations and authorizers. */
import type { HttpApiView, HttpRouteView, JwtAuthorizerView } from '../cloud-types.ts'
import { account, region } from './names.ts'
import { BadTemplate, type Reader } from './read.ts'

export type Found = {
  readonly logicalId: string
  readonly ref: string
  readonly arn: string
  readonly properties: Reader
}

const authorizerOf = (found: Found, scopes: readonly string[]): JwtAuthorizerView => {
  const type = found.properties.text('AuthorizerType')
  if (type !== 'JWT')
    throw new BadTemplate(`${found.properties.where}: the laptop cloud has JWT authorizers only, not ${type}.`)
  const jwt = found.properties.object('JwtConfiguration')
  return {
    logicalId: found.logicalId,
    issuer: jwt.text('Issuer'),
    audience: jwt.texts('Audience'),
    identitySource: found.properties.texts('IdentitySource')[0] ?? '$request.header.Authorization',
    scopes,
  }
}

/** `integrations/<ref>` or, as CDK writes it, a join that ends in the integration's ref. */
const afterSlash = (target: string): string => target.slice(target.lastIndexOf('/') + 1)

/** A function's ARN out of an integration URI, which may be the ARN itself or API Gateway's path form around it. */
const functionArnOf = (uri: string): string => /(arn:[^/]*:lambda:[^/]*:function:[^/]+)/.exec(uri)?.[1] ?? uri

export const httpApiOf = (
  api: Found,
  routes: readonly Found[],
  integrations: readonly Found[],
  authorizers: readonly Found[],
): HttpApiView => {
  const own = (found: Found) => found.properties.text('ApiId') === api.ref
  const routeOf = (route: Found): HttpRouteView => {
    const integrationRef = afterSlash(route.properties.text('Target'))
    const integration = integrations.find((candidate) => own(candidate) && candidate.ref === integrationRef)
    if (!integration)
      throw new BadTemplate(`${route.properties.where}: its integration ${integrationRef} is not in the template.`)
    const kind = route.properties.optionalText('AuthorizationType') ?? 'NONE'
    if (kind !== 'NONE' && kind !== 'JWT')
      throw new BadTemplate(`${route.properties.where}: the laptop cloud does not know authorization by ${kind}.`)
    const authorizerRef = route.properties.optionalText('AuthorizerId')
    const authorizer = authorizers.find((candidate) => own(candidate) && candidate.ref === authorizerRef)
    if (kind === 'JWT' && !authorizer)
      throw new BadTemplate(`${route.properties.where}: its authorizer ${authorizerRef} is not in the template.`)
    return {
      logicalId: route.logicalId,
      routeKey: route.properties.text('RouteKey'),
      functionArn: functionArnOf(integration.properties.text('IntegrationUri')),
      payloadFormatVersion: integration.properties.optionalText('PayloadFormatVersion') ?? '1.0',
      timeoutMs: integration.properties.number('TimeoutInMillis', 30_000),
      jwt:
        kind === 'JWT' && authorizer
          ? authorizerOf(authorizer, route.properties.texts('AuthorizationScopes'))
          : undefined,
    }
  }
  return {
    logicalId: api.logicalId,
    id: api.ref,
    name: api.properties.optionalText('Name') ?? api.logicalId,
    executeArn: `arn:aws:execute-api:${region}:${account}:${api.ref}`,
    cors: api.properties.optionalObject('CorsConfiguration')?.raw,
    routes: routes.filter(own).map(routeOf),
  }
}
