import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errors } from 'jose'
import type { Cloud, HttpRouteView, Json } from '../../cloud-types.ts'
import type { Issuer } from '../issuer/issuer.ts'
import { createMatcher, type MatchedRoute } from './match.ts'

/** API Gateway's own limit; the product's is smaller. */
const payloadLimit = 10 * 1024 * 1024

type Answer = { readonly status: number; readonly headers: Record<string, string>; readonly body: string }

const gatewayAnswer = (status: number, message: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ message }),
})

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= payloadLimit) chunks.push(chunk)
  }
  return size > payloadLimit ? undefined : Buffer.concat(chunks)
}

const isText = (type: string): boolean =>
  type === '' || /^(text\/|application\/(json|.*\+json|xml|x-www-form-urlencoded))/.test(type)

/** The event of payload format 2.0. */
const eventOf = (
  request: IncomingMessage,
  matched: MatchedRoute,
  path: string,
  query: string,
  body: Buffer,
  claims: object | undefined,
  requestId: string,
): Json => {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  )
  const parameters: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(query))
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value
  const base64 = !isText(headers['content-type'] ?? '')
  return {
    version: '2.0',
    routeKey: matched.route.routeKey,
    rawPath: path,
    rawQueryString: query,
    headers,
    ...(query !== '' && { queryStringParameters: parameters }),
    ...(Object.keys(matched.pathParameters).length > 0 && { pathParameters: matched.pathParameters }),
    ...(body.length > 0 && { body: body.toString(base64 ? 'base64' : 'utf8') }),
    isBase64Encoded: body.length > 0 && base64,
    requestContext: {
      accountId: '000000000000',
      apiId: 'laptop',
      domainName: headers.host ?? '127.0.0.1',
      domainPrefix: 'laptop',
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: matched.route.routeKey,
      stage: '$default',
      time: new Date().toISOString(),
      timeEpoch: Date.now(),
      ...(claims && { authorizer: { jwt: { claims, scopes: null } } }),
    },
  } as unknown as Json
}

export type HttpApi = { readonly url: string; readonly port: number; stop(): Promise<void> }

export type HttpApiOptions = {
  readonly cloud: Cloud
  readonly issuer: Issuer
  readonly port: number
  /** Pages of the laptop itself, which are not part of the deployed API: the landing page, the issuer's keys. */
  readonly extra?: (path: string) => Answer | undefined
}

/** The authorizer says no; the challenge tells why, as API Gateway's does. */
class Unauthorised extends Error {
  readonly challenge: string
  constructor(challenge: string) {
    super(challenge)
    this.challenge = challenge
  }
}

const describe = (error: unknown): string => {
  if (error instanceof errors.JWTExpired) return 'the token has expired'
  if (error instanceof errors.JWTClaimValidationFailed)
    return `the token has another ${error.claim === 'aud' ? 'audience' : error.claim === 'iss' ? 'issuer' : error.claim}`
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey)
    return 'the signature of the token is not of this issuer'
  return 'the token is malformed'
}

/**
 * The HTTP API of the template: its routes, its JWT authorizer, its integrations. What the gateway itself answers (a bad
 * token, a body beyond its limit) looks as API Gateway's answers look, because nobody can change them there either.
 */
export const startHttpApi = async ({ cloud, issuer, port, extra }: HttpApiOptions): Promise<HttpApi> => {
  const [api] = cloud.template.httpApis
  if (!api) throw new Error('The template has no HTTP API.')
  const match = createMatcher(api)

  const claimsOf = async (route: HttpRouteView, request: IncomingMessage): Promise<object | undefined> => {
    if (!route.jwt) return undefined
    const token = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (!token) throw new Unauthorised('Bearer')
    try {
      const claims = await issuer.verify(token, { issuer: route.jwt.issuer, audience: route.jwt.audience })
      // API Gateway hands every claim on as text.
      return Object.fromEntries(
        Object.entries(claims).map(([name, value]) => [
          name,
          typeof value === 'string' ? value : JSON.stringify(value),
        ]),
      )
    } catch (error) {
      throw new Unauthorised(`Bearer scope="" error="invalid_token" error_description="${describe(error)}"`)
    }
  }

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s)
    const own = request.method === 'GET' ? extra?.(path) : undefined
    if (own) return own
    const body = await readBody(request)
    if (!body) return gatewayAnswer(413, 'Request Entity Too Large')
    const matched = match(request.method ?? 'GET', path)
    if (!matched) return gatewayAnswer(404, 'Not Found')
    const claims = await claimsOf(matched.route, request)
    cloud.meter.count('httpRequests')
    const requestId = randomUUID()
    const event = eventOf(request, matched, path, query, body, claims, requestId)
    const sourceArn = `${api.executeArn}/$default/${(matched.route.routeKey.split(' ')[0] ?? '').replace('$default', 'ANY')}/`
    const result = await cloud.invokeAsService({
      service: 'apigateway.amazonaws.com',
      sourceArn,
      function: matched.route.functionArn,
      event,
    })
    if (!result.ok) {
      cloud.log('http', `${request.method} ${path}: the function failed: ${result.errorType}: ${result.errorMessage}`)
      return gatewayAnswer(500, 'Internal Server Error')
    }
    const given = result.payload as {
      statusCode: number
      headers?: Record<string, string>
      body?: string
      isBase64Encoded?: boolean
    }
    return {
      status: given.statusCode,
      headers: Object.fromEntries(Object.entries(given.headers ?? {}).map(([name, value]) => [name, String(value)])),
      body: given.isBase64Encoded ? Buffer.from(given.body ?? '', 'base64').toString('utf8') : (given.body ?? ''),
    }
  }

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request)
      .catch((error: unknown): Answer => {
        if (error instanceof Unauthorised)
          return gatewayAnswer(401, 'Unauthorized', { 'www-authenticate': error.challenge })
        cloud.log('http', `${request.method} ${request.url}: ${String(error)}`)
        return gatewayAnswer(500, 'Internal Server Error')
      })
      .then(({ status, headers, body }) => {
        response.writeHead(status, headers)
        response.end(request.method === 'HEAD' ? '' : body)
      })
      .catch(() => response.destroy())
  }

  const server: Server = createServer(handle)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
