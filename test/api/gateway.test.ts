import type { Context } from 'aws-lambda'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createClient } from '#contracts/http/client.ts'
import { routes } from '#contracts/http/routes.ts'
import { log } from '#functions/runtime/log.ts'
import { answerAll } from './all-functions.ts'
import { eventOf, send } from './call.ts'
import { furnish, successOf } from './furnished.ts'
import { createLaboratory, type Laboratory } from './laboratory.ts'

describe('what is no route', () => {
  test.each([
    '/',
    '/v1',
    '/v2/health',
    '/v1/workspaces/',
    '/v1//assets',
    '/v1/workspaces/ws_lab/assets/ast_1/2',
    '//',
    '',
  ])('%o is not found, and the answer says where to look', async (path) => {
    const answered = await send(createLaboratory(), { method: 'GET', path })
    expect(answered.body).toMatchObject({ status: 404, code: 'not_found' })
    expect(answered.body.detail).toContain('/v1/openapi.json')
  })

  test('a method that a path does not know is answered with those that it does', async () => {
    const { lab, things } = await furnish()
    const answered = await send(lab, { ...successOf('getAsset', things), method: 'PUT' })
    expect(answered.body).toMatchObject({ status: 405, code: 'method_not_allowed' })
    expect(answered.headers.allow).toBe('GET, PATCH, DELETE, OPTIONS')
    expect(answered.body.reasons[0].facts.methods).toEqual(['GET', 'PATCH', 'DELETE', 'OPTIONS'])
  })

  test('OPTIONS tells the methods', async () => {
    const answered = await send(createLaboratory(), { method: 'OPTIONS', path: '/v1/workspaces' })
    expect(answered.status).toBe(204)
    expect(answered.headers.allow).toBe('POST, GET, OPTIONS')
  })

  test('HEAD is GET without the body where no token is needed, and refused elsewhere', async () => {
    const { lab, things } = await furnish()
    const health = await send(lab, { method: 'HEAD', path: '/v1/health' })
    expect([health.status, health.text]).toEqual([200, undefined])
    const hidden = await send(lab, { ...successOf('getAsset', things, undefined), as: undefined, method: 'HEAD' })
    expect(hidden.body.code).toBe('method_not_allowed')
  })
})

describe('what breaks inside', () => {
  afterEach(() => {
    vi.restoreAllMocks()
    log.setLogLevel('SILENT')
  })

  /** Everything that is written from now on, instead of being shown. */
  const outputs = (): string[] => {
    const lines: string[] = []
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((chunk) => lines.push(String(chunk)) > 0)
    return lines
  }

  const broken = async (): Promise<{ lab: Laboratory; things: Readonly<Record<string, string>> }> => {
    const { lab, things } = await furnish()
    const store = { ...lab.world.store, list: async () => Promise.reject(new Error('secret-of-the-table at 10.0.0.1')) }
    return { lab: { ...lab, world: { ...lab.world, store } }, things }
  }

  test('is told with a reference and nothing else', async () => {
    outputs()
    const { lab, things } = await broken()
    const answered = await send(lab, successOf('listAssets', things))
    expect(answered.body).toMatchObject({ status: 500, code: 'internal', reference: 'request-1' })
    expect(answered.text).not.toContain('secret-of-the-table')
    expect(answered.body.detail).toContain('request-1')
  })

  test('is logged once with its reference, and no line holds what a person sent', async () => {
    const lines = outputs()
    log.setLogLevel('DEBUG')
    const { lab, things } = await broken()
    const canary = 'canary-5e1f'
    const event = eventOf({
      ...successOf('listAssets', things),
      headers: { authorization: `Bearer ${canary}`, 'x-secret': canary },
    })
    await answerAll(lab.world)(event, {} as Context)
    const body = { name: canary, kind: 'station' }
    await answerAll(lab.world)(eventOf({ ...successOf('createAsset', things), body }), {} as Context)
    expect(lines.filter((line) => line.includes('failed unexpectedly')).length).toBe(1)
    expect(lines.join('\n')).toContain('request-1')
    expect(lines.join('\n')).toContain('secret-of-the-table')
    expect(lines.join('\n')).not.toContain(canary)
  })
})

describe('the client', () => {
  const through = (lab: Laboratory, as: string) =>
    createClient({
      baseUrl: 'https://api.example',
      token: 'x',
      fetch: async (url, { method, headers, body }) => {
        const { pathname, searchParams } = new URL(url)
        const query = Object.fromEntries(searchParams)
        const answered = await send(lab, {
          method,
          path: pathname,
          as,
          headers,
          body,
          ...(searchParams.size > 0 && { query }),
        })
        return {
          status: answered.status,
          headers: { get: (name) => answered.headers[name] ?? null },
          text: async () => answered.text ?? '',
        }
      },
    })

  test('calls by the names of the table, and gives back bodies and ETags', async () => {
    const lab = createLaboratory()
    const client = through(lab, 'admin')
    const { body: workspace } = await client.call('createWorkspace', { body: { name: 'Lab' }, idempotencyKey: 'k' })
    const params = { workspaceId: workspace.id }
    const { body: asset, etag } = await client.call('createAsset', { params, body: { name: 'Star', kind: 'machine' } })
    const at = { ...params, assetId: asset.id }
    const changed = await client.call('changeAsset', { params: at, body: { tags: ['a'] }, ...(etag && { etag }) })
    expect([changed.status, changed.etag, changed.body.tags]).toEqual([200, '"2"', ['a']])
    const page = await client.call('listAssets', { params, query: { limit: 1 } })
    expect(page.body.items.map(({ id }) => id)).toEqual([asset.id])
    expect((await client.call('retireAsset', { params: at, etag: '*' })).body).toBeUndefined()
    expect((await client.call('listAssets', { params })).body.items).toEqual([])
    expect((await client.call('listAssets', { params, query: { archived: 'true' } })).body.items.length).toBe(1)
  })

  test('throws the problem', async () => {
    const client = through(createLaboratory(), 'admin')
    await expect(client.call('getWorkspace', { params: { workspaceId: 'ws_none' } })).rejects.toMatchObject({
      name: 'ApiProblem',
      status: 404,
      problem: { code: 'not_found' },
    })
  })

  test.each([
    [401, '{"message":"Unauthorized"}', 'unauthenticated'],
    [503, '<html>', 'unavailable'],
    [504, '', 'unavailable'],
    [429, '{"message":"Too Many Requests"}', 'malformed_request'],
  ])('understands a gateway that says %i in its own words', async (status, text, code) => {
    const fetch = async () => ({ status, headers: { get: () => null }, text: async () => text })
    const client = createClient({ baseUrl: 'https://api.example', fetch })
    await expect(client.call('getHealth')).rejects.toMatchObject({ status, problem: { status, code } })
  })
})

test('routes are told apart by method and path alone', () => {
  const keys = Object.values(routes).map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`)
  expect(new Set(keys).size).toBe(keys.length)
})
