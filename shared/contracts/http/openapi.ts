import * as z from 'zod'
import { problemSchema, statusOf } from './problem.ts'
import { type ParameterName, parameterSchemas, type RouteShape } from './route.ts'
import { routes } from './routes.ts'

type Json = Record<string, unknown>

/** Schemas with an id become components; what is written into the registry here is shared by all routes. */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output', components: Json): Json => {
  const {
    $schema: _dialect,
    $defs,
    ...body
  } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' }) as Json
  const suffix = io === 'input' ? 'Input' : ''
  const renamed = JSON.parse(
    JSON.stringify({ body, defs: $defs ?? {} }).replaceAll(
      /"#\/\$defs\/([^"]+)"/g,
      (_, name: string) => `"#/components/schemas/${name}${suffix}"`,
    ),
  ) as { body: Json; defs: Record<string, Json> }
  for (const [name, definition] of Object.entries(renamed.defs)) {
    const { id: _id, $schema: _schema, ...plain } = definition
    components[`${name}${suffix}`] = plain
  }
  const { id, ...inline } = renamed.body
  if (typeof id !== 'string') return inline
  components[`${id}${suffix}`] = inline
  return { $ref: `#/components/schemas/${id}${suffix}` }
}

const pathParameters = (path: string, components: Json): Json[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: schemaOf(parameterSchemas[name as ParameterName], 'input', components),
  }))

const queryParameters = (route: RouteShape, components: Json): Json[] =>
  Object.entries(route.query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !(schema as z.ZodType).safeParse(undefined).success,
    schema: schemaOf(schema as z.ZodType, 'input', components),
  }))

const headerParameters = (route: RouteShape): Json[] => [
  ...(route.conditional
    ? [
        {
          name: 'If-Match',
          in: 'header',
          required: true,
          schema: { type: 'string' },
          description: 'ETag of what you read, or * to insist',
        },
      ]
    : []),
  ...(route.creates
    ? [
        {
          name: 'Idempotency-Key',
          in: 'header',
          required: false,
          schema: { type: 'string' },
          description: 'The same key and request give the same answer, once',
        },
      ]
    : []),
]

const always = ['malformed_request', 'method_not_allowed', 'internal', 'unavailable'] as const

const refusalsOf = (route: RouteShape): Json => {
  const codes = new Set<keyof typeof statusOf>([...always, ...(route.refusals ?? [])])
  if (route.access !== 'public') codes.add('unauthenticated')
  if (route.path.includes('{')) for (const code of ['not_found', 'forbidden'] as const) codes.add(code)
  if (route.body)
    for (const code of ['invalid', 'unsupported_media_type', 'payload_too_large'] as const) codes.add(code)
  if (route.query) codes.add('invalid')
  if (route.conditional) for (const code of ['stale_version', 'precondition_required'] as const) codes.add(code)
  if (route.creates) codes.add('idempotency_key_reused')
  const byStatus = Map.groupBy(codes, (code) => statusOf[code])
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, of]) => [
        String(status),
        {
          description: of.join(', '),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
  )
}

const operationOf = (id: string, route: RouteShape, components: Json): Json => ({
  operationId: id,
  summary: route.summary,
  ...(route.description && { description: route.description }),
  tags: [route.path.split('/')[4] ?? route.path.split('/')[2]],
  ...(route.access === 'public' ? { security: [] } : { 'x-role': route.access }),
  parameters: [
    ...pathParameters(route.path, components),
    ...queryParameters(route, components),
    ...headerParameters(route),
  ],
  ...(route.body && {
    requestBody: {
      required: true,
      content: { 'application/json': { schema: schemaOf(route.body, 'input', components) } },
    },
  }),
  responses: {
    [String(route.status)]: {
      description: 'Done',
      ...(route.response && {
        content: { 'application/json': { schema: schemaOf(route.response, 'output', components) } },
      }),
    },
    ...refusalsOf(route),
  },
})

let made: Json | undefined

/** The OpenAPI 3.1 document of the API, made from the route table at the first call. */
export const openApiDocument = (): Json => {
  if (made) return made
  const components: Json = {}
  schemaOf(problemSchema, 'output', components)
  const paths: Record<string, Json> = {}
  for (const [id, route] of Object.entries(routes)) {
    const item = paths[route.path] ?? {}
    item[route.method.toLowerCase()] = operationOf(id, route, components)
    paths[route.path] = item
  }
  made = {
    openapi: '3.1.0',
    info: {
      title: 'Benchtime',
      version: '1',
      description:
        'Schedules experiments on shared instruments, reserves what they need, drives them through an on-prem agent and keeps the record. Times are UTC, ISO-8601. Errors are problem+json (RFC 9457) with a closed set of codes.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  }
  return made
}
