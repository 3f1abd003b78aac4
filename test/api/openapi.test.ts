import { Validator } from '@cfworker/json-schema'
import { describe, expect, test } from 'vitest'
import { openApiDocument } from '#contracts/http/openapi.ts'
import type { RouteShape } from '#contracts/http/route.ts'
import { routes } from '#contracts/http/routes.ts'
import { send } from './call.ts'
import { furnish, routeIds, successOf } from './furnished.ts'

// biome-ignore lint/suspicious/noExplicitAny: the document is read as the plain JSON that it is
const document = JSON.parse(JSON.stringify(openApiDocument())) as any

const walk = function* (value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield value as Record<string, unknown>
  for (const inner of Object.values(value)) yield* walk(inner)
}

describe('the OpenAPI document', () => {
  test('is OpenAPI 3.1 with the parts that it must have', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/)
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) })
    expect(document.security).toEqual([{ token: [] }])
    expect(document.components.securitySchemes.token).toMatchObject({ type: 'http', scheme: 'bearer' })
    for (const name of Object.keys(document.components.schemas)) expect(name).toMatch(/^[a-zA-Z0-9._-]+$/)
  })

  test('has each route, once, with its parameters, body, answer and refusals', () => {
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item as object))
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual([...routeIds].sort())
    for (const id of routeIds) {
      const route: RouteShape = routes[id]
      const operation = document.paths[route.path][route.method.toLowerCase()]
      const inPath = operation.parameters.filter((parameter: { in: string }) => parameter.in === 'path')
      expect(inPath.map(({ name }: { name: string }) => `{${name}}`)).toEqual(route.path.match(/\{\w+\}/g) ?? [])
      expect(operation.requestBody !== undefined).toBe(route.body !== undefined)
      expect(operation.responses[String(route.status)]).toBeDefined()
      expect(operation.security).toEqual(route.access === 'public' ? [] : undefined)
      for (const [status, response] of Object.entries(operation.responses)) {
        expect((response as { description: string }).description).not.toBe('')
        if (Number(status) >= 400)
          expect(Object.keys((response as { content: object }).content)).toEqual(['application/problem+json'])
      }
    }
  })

  test('refers to nothing that is not there, keeps nothing that is not referred to, and leaves no schema empty', () => {
    const refs = new Set([...walk(document)].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : [])))
    for (const ref of refs) {
      const found = ref
        .slice(2)
        .split('/')
        .reduce((at, step) => at?.[step], document)
      expect(found, ref).toBeDefined()
    }
    const kept = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`)
    expect([...refs].sort()).toEqual(kept.sort())
    for (const [name, schema] of Object.entries(document.components.schemas))
      for (const part of walk(schema)) {
        expect(part.$defs, name).toBeUndefined()
        for (const [field, of] of Object.entries((part.properties ?? {}) as Record<string, Record<string, unknown>>))
          if (!(name === 'Problem' && field === 'current'))
            expect(of.type ?? of.$ref ?? of.anyOf ?? of.oneOf ?? of.enum ?? of.const, `${name}.${field}`).toBeDefined()
      }
  })

  test.each(routeIds)('%s: requests and answers fit the schemas that the document gives', async (id) => {
    const route: RouteShape = routes[id]
    const operation = document.paths[route.path][route.method.toLowerCase()]
    const schemaAt = (holder: { content: Record<string, { schema: object }> }, type: string) =>
      new Validator({ ...holder.content[type]?.schema, components: document.components } as never, '2020-12')
    const { lab, things } = await furnish()
    const sent = successOf(id, things)
    const check = (validator: Validator, value: unknown) => {
      const { errors } = validator.validate(value)
      expect(errors).toEqual([])
    }
    if (route.body && sent.body !== undefined) check(schemaAt(operation.requestBody, 'application/json'), sent.body)
    const { status, body } = await send(lab, sent)
    const response = operation.responses[String(status)]
    if (body !== undefined)
      check(schemaAt(response, status < 400 ? 'application/json' : 'application/problem+json'), body)
  })

  test('is served as it is', async () => {
    const { lab, things } = await furnish()
    expect((await send(lab, successOf('getOpenApi', things))).body).toEqual(document)
  })
})
