import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import type { RouteShape } from '#contracts/http/route.ts'
import { type RouteId, routes } from '#contracts/http/routes.ts'
import { type Sent, send } from './call.ts'
import { type Furnished, furnish, routeIds, successOf } from './furnished.ts'

/**
 * Nothing that can be sent gives a 5xx, and whatever is refused is refused with a problem that has a code and a sentence
 * (`send` checks that of every answer, and every success against its schema).
 */
// Of each route; there are a quarter of a thousand of them.
const runs = 8

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', ' ', '%', '%00', '../..', '\u0000', '\ud800', '__proto__', 'ws_lab', "' OR 1=1", '{{7*7}}', '🧪'),
  fc.string({ maxLength: 3_000 }),
)

const scalar = fc.oneof(
  nasty,
  fc.constantFrom(0, -0, -1, 1, 2.5, 1e21, -1e21, 1e-200, 5e-324, Number.MAX_SAFE_INTEGER, 101, 1e9),
  fc.constantFrom(
    '2026-02-30T00:00:00Z',
    '+275760-09-13T00:00:00.000Z',
    '2026-11-20T12:00:00+23:59',
    '9999-12-31T23:59:59Z',
  ),
  fc.boolean(),
  fc.constant(null),
)

const anything = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 5 }),
  fc.dictionary(nasty, scalar, { maxKeys: 5 }),
  fc.jsonValue({ maxDepth: 6 }),
  fc.anything({ withNullPrototype: false, maxDepth: 3 }).map((value) => {
    try {
      return JSON.parse(JSON.stringify(value) ?? 'null')
    } catch {
      return null
    }
  }),
)

const headers = fc.dictionary(
  fc.constantFrom('if-match', 'idempotency-key', 'content-type', 'accept', 'x-forwarded-for', 'authorization'),
  fc.oneof(nasty, fc.constantFrom('"1"', '*', 'W/"1"', 'application/json', 'application/json; charset=utf-16')),
)

const query = fc.dictionary(
  fc.oneof(
    fc.constantFrom('limit', 'cursor', 'archived', 'status', 'subject', 'hard', 'scheduleId', 'quarantined'),
    nasty,
  ),
  fc.oneof(nasty, fc.constantFrom('1', '100', 'true', 'live', 'eyJhIjoxfQ', 'AAAAAAAAAAAAAAAA')),
  { maxKeys: 3 },
)

/** A good body with one place in it replaced, dropped or added: gets past the first check more often than noise does. */
const spoilt = (good: unknown) =>
  fc
    .record({ field: fc.nat(12), value: anything, how: fc.constantFrom('replace', 'drop', 'add') })
    .map(({ field, value, how }) => {
      const body = structuredClone(good ?? {}) as Record<string, unknown>
      const names = Object.keys(body)
      const name = names[field % Math.max(1, names.length)] ?? 'extra'
      if (how === 'replace') body[name] = value
      else if (how === 'drop') delete body[name]
      else body[`extra${field}`] = value
      return body
    })

const notBroken = async ({ lab }: Furnished, sent: Sent): Promise<void> => {
  const answered = await send(lab, sent)
  expect(answered.status, JSON.stringify([sent, answered.body]).slice(0, 2_000)).toBeLessThan(500)
}

const withBody = routeIds.filter((id): id is RouteId => (routes[id] as RouteShape).body !== undefined)

describe('whatever is sent', () => {
  test.each(withBody)('%s: bodies', async (id) => {
    const furnished = await furnish()
    const good = successOf(id, furnished.things)
    await fc.assert(
      fc.asyncProperty(fc.oneof(anything, spoilt(good.body)), async (body) => {
        await notBroken(furnished, { ...good, body: JSON.stringify(body) ?? '' })
      }),
      { numRuns: runs },
    )
  })

  test.each(withBody)('%s: text that is no JSON, bytes that are no text', async (id) => {
    const furnished = await furnish()
    const good = successOf(id, furnished.things)
    await fc.assert(
      fc.asyncProperty(fc.oneof(nasty, fc.base64String()), fc.boolean(), async (body, base64) => {
        await notBroken(furnished, { ...good, body, base64 })
      }),
      { numRuns: runs / 2 },
    )
  })

  test.each(routeIds)('%s: paths', async (id) => {
    const furnished = await furnish()
    const good = successOf(id, furnished.things)
    const segments = good.path.split('/')
    await fc.assert(
      fc.asyncProperty(
        fc.nat(8),
        fc.oneof(
          nasty,
          nasty.map((text) => encodeURIComponent(text.toWellFormed())),
        ),
        async (at, text) => {
          const path = segments
            .map((segment, index) => (index === 1 + (at % (segments.length - 1)) ? text : segment))
            .join('/')
          await notBroken(furnished, { ...good, path })
        },
      ),
      { numRuns: runs / 2 },
    )
  })

  test.each(routeIds)('%s: queries, cursors and headers', async (id) => {
    const furnished = await furnish()
    const good = successOf(id, furnished.things)
    await fc.assert(
      fc.asyncProperty(query, headers, fc.boolean(), async (queries, more, keep) => {
        await notBroken(furnished, { ...good, query: queries, headers: { ...(keep && good.headers), ...more } })
      }),
      { numRuns: runs },
    )
  })

  test.each(routeIds)('%s: methods', async (id) => {
    const furnished = await furnish()
    const good = successOf(id, furnished.things)
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'get', ''])
      await notBroken(furnished, { ...good, method })
  })

  test('tokens with strange claims', async () => {
    const furnished = await furnish()
    await fc.assert(
      fc.asyncProperty(nasty, async (as) => {
        await notBroken(furnished, { ...successOf('createWorkspace', furnished.things), as })
        await notBroken(furnished, { ...successOf('listAssets', furnished.things), as })
      }),
      { numRuns: runs },
    )
  })
})

describe('bodies made from the schemas themselves', () => {
  /** Values that fit a JSON Schema more or less: the right kinds at the right places, at and beyond the bounds. */
  const fromSchema = (schema: Record<string, unknown>, root: Record<string, unknown>): fc.Arbitrary<unknown> => {
    const inner = (other: unknown) => fromSchema(other as Record<string, unknown>, root)
    if (typeof schema.$ref === 'string') return fc.constantFrom({}, 'x', 1, ['x'])
    const options = (schema.anyOf ?? schema.oneOf) as unknown[] | undefined
    if (options) return fc.oneof(...options.map(inner))
    if (schema.const !== undefined) return fc.constant(schema.const)
    if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum)
    switch (schema.type) {
      case 'object': {
        const known = Object.entries((schema.properties ?? {}) as Record<string, unknown>)
        const required = (schema.required ?? []) as string[]
        if (known.length === 0)
          return fc.dictionary(fc.string({ maxLength: 10 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
        return fc.record(Object.fromEntries(known.map(([name, of]) => [name, inner(of)])), { requiredKeys: required })
      }
      case 'array':
        return fc.array(inner(schema.items ?? {}), { maxLength: Number(schema.maxItems ?? 5) > 20 ? 20 : 6 })
      case 'integer':
      case 'number':
        return fc.oneof(
          fc.integer({
            min: Math.ceil(Number(schema.minimum ?? 0)),
            max: Math.min(Number(schema.maximum ?? 1_000), 1e9),
          }),
          fc.constantFrom(Number(schema.minimum ?? 0) - 1, Number(schema.maximum ?? 1e9)),
        )
      case 'boolean':
        return fc.boolean()
      case 'null':
        return fc.constant(null)
      default:
        if (schema.format === 'date-time')
          return fc
            .oneof(
              fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2300-01-01') }),
              fc.constant(new Date('2026-11-21T00:00:00Z')),
            )
            .map((date) => date.toISOString())
        if (typeof schema.pattern === 'string') return fc.constantFrom('a', 'pipetting', 'simulator', ...ids)
        return fc.string({ maxLength: Math.min(Number(schema.maxLength ?? 60), 200) })
    }
  }
  let ids: string[] = ['ast_x']

  test.each(withBody)('%s', async (id) => {
    const furnished = await furnish()
    ids = Object.values(furnished.things)
    const schema = z.toJSONSchema((routes[id] as RouteShape).body as z.ZodType, { io: 'input', unrepresentable: 'any' })
    const good = successOf(id, furnished.things)
    await fc.assert(
      fc.asyncProperty(fromSchema(schema, schema), async (body) => {
        await notBroken(furnished, { ...good, body: JSON.stringify(body) })
      }),
      { numRuns: runs },
    )
  })
})
