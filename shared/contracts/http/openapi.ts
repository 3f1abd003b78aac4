import * as z from 'zod'
import { limits } from './limits.ts'
import { parameterSchemas } from './parameters.ts'
import { type ProblemCode, problemSchema, statusOf } from './problem.ts'
import type { RouteShape } from './route.ts'
import { type RouteId, routes } from './routes.ts'
import { type Json, jsonSchemaOf } from './schema.ts'

const pathParameters = (path: string, components: Json): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: jsonSchemaOf(parameterSchemas[name as keyof typeof parameterSchemas], 'input', components),
  }))

const queryParameters = (route: RouteShape, components: Json): Json[] =>
  Object.entries(route.query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !(schema as z.ZodType).safeParse(undefined).success,
    schema: jsonSchemaOf(schema as z.ZodType, 'input', components),
  }))

const headerParameters = (route: RouteShape): Json[] => {
  const header = (name: string, required: boolean, description: string, schema: Json): Json => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string', ...schema },
  })
  return [
    ...(route.ifMatch
      ? [
          header(
            'If-Match',
            route.ifMatch === 'required',
            'The ETag of what you read, so that nobody’s change is lost; or * to insist',
            { examples: ['"3"'] },
          ),
        ]
      : []),
    ...(route.produces === 'text/event-stream'
      ? [header('Last-Event-ID', false, 'The id of the event that was seen last', {})]
      : []),
    ...(route.creates
      ? [
          header(
            'Idempotency-Key',
            false,
            `The same key with the same request gives the same answer for ${limits.idempotencyDays} days and has one effect`,
            { maxLength: limits.idempotencyKey },
          ),
        ]
      : []),
  ]
}

/** Every way in which a route can say no, beyond what it declares itself. */
export const refusalsOf = (route: RouteShape): ReadonlySet<ProblemCode> => {
  const codes = new Set<ProblemCode>(['malformed_request', 'invalid', 'payload_too_large', 'internal', 'unavailable'])
  for (const code of route.refusals ?? []) codes.add(code)
  const add = (when: unknown, ...more: ProblemCode[]) => {
    if (when) for (const code of more) codes.add(code)
  }
  add(route.access !== 'public', 'unauthenticated')
  add(route.path.includes('{'), 'not_found', 'forbidden')
  add(route.body, 'unsupported_media_type')
  add(route.method !== 'GET', 'contended')
  add(route.ifMatch, 'stale_version')
  add(route.ifMatch === 'required', 'precondition_required')
  add(route.creates, 'idempotency_key_reused')
  return codes
}

const refusalResponses = (route: RouteShape): Json => {
  const byStatus = Map.groupBy(refusalsOf(route), (code) => statusOf[code])
  const described = [...byStatus].sort(([a], [b]) => a - b)
  return Object.fromEntries(
    described.map(([status, codes]) => [
      String(status),
      {
        description: `Code ${codes.join(' or ')}`,
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    ]),
  )
}

const responseHeaders = (route: RouteShape): Json => {
  const string = { schema: { type: 'string' } }
  const shape = route.response instanceof z.ZodObject ? route.response.shape : undefined
  const versioned = shape ? 'version' in shape || 'schedule' in shape : route.response !== undefined
  return {
    ...(versioned && { ETag: { description: 'Version, for If-Match', ...string } }),
    ...(route.creates && { Location: { description: 'Path of what was made', ...string } }),
  }
}

const operationOf = (id: string, route: RouteShape, components: Json): Json => {
  const headers = responseHeaders(route)
  return {
    operationId: id,
    summary: route.summary,
    ...(route.description && { description: route.description }),
    tags: [route.path.split('/')[4] ?? route.path.split('/')[2]],
    ...(route.access === 'public' && { security: [] }),
    'x-access': route.access,
    parameters: [
      ...pathParameters(route.path, components),
      ...queryParameters(route, components),
      ...headerParameters(route),
    ],
    ...(route.body && {
      requestBody: {
        required: !route.body.safeParse({}).success,
        content: { 'application/json': { schema: jsonSchemaOf(route.body, 'input', components) } },
      },
    }),
    responses: {
      [String(route.status)]: {
        description: 'Done',
        ...(Object.keys(headers).length > 0 && { headers }),
        ...(route.response && {
          content: {
            [route.produces ?? 'application/json']: { schema: jsonSchemaOf(route.response, 'output', components) },
          },
        }),
      },
      ...refusalResponses(route),
    },
  }
}

/** What is the same whether sent or answered needs one name only. */
const shareEqual = (document: Json, components: Json): Json => {
  let text = JSON.stringify(document)
  for (const name of Object.keys(components)) {
    const plain = name.replace(/Input$/, '')
    if (plain === name) continue
    const alike = JSON.stringify(components[name]).replaceAll(/(#\/components\/schemas\/\w+?)Input"/g, '$1"')
    if (components[plain] !== undefined && alike !== JSON.stringify(components[plain])) continue
    text = text.replaceAll(`"#/components/schemas/${name}"`, `"#/components/schemas/${plain}"`)
    text = text.replace(`"${name}":`, `"${plain}":`)
  }
  return JSON.parse(text) as Json
}

let made: Json | undefined

/** The OpenAPI 3.1 document of the API, made from the route table at the first call. */
export const openApiDocument = (): Json => {
  if (made) return made
  const components: Json = {}
  jsonSchemaOf(problemSchema, 'output', components)
  const paths: Record<string, Json> = {}
  for (const [id, route] of Object.entries(routes) as [RouteId, RouteShape][]) {
    const item = paths[route.path] ?? {}
    item[route.method.toLowerCase()] = operationOf(id, route, components)
    paths[route.path] = item
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'Benchtime',
      version: '1',
      description:
        'Schedules experiments on shared instruments, reserves what they need, drives them through an on-prem agent and keeps the record. Times are ISO-8601 with Z or an offset and are answered in UTC. Errors are problem+json (RFC 9457) with a closed set of codes. Lists come in pages: pass `next` on as `cursor`; a page may hold fewer items than `limit`, and the last one has no `next`.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
  made = shareEqual(document, components)
  return made
}
