/** The HTTP API through the gateway of the template: tokens, routing, sizes. */
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { problemSchema } from '#contracts/http/problem.ts'
import { routes } from '#contracts/http/routes.ts'
import { audienceOf } from '#local/processes/laboratory.ts'
import { laptop } from './laptop.ts'

const { laboratory } = laptop()
const ask = async (path: string, token?: string, init: RequestInit = {}) => {
  const headers = { ...(token !== undefined && { authorization: token }), ...(init.headers as object) }
  const answer = await fetch(`${laboratory().url}${path}`, { ...init, headers })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}
const bearer = async () => `Bearer ${await laboratory().tokenFor('manager')}`

describe('a token', () => {
  const forged = async (change: 'expired' | 'audience' | 'issuer' | 'key' | 'none'): Promise<string> => {
    const { issuer, audience } = audienceOf(laboratory().cloud.template)
    const claims = { sub: 'demo-manager' }
    const { privateKey } = await generateKeyPair('RS256')
    if (change === 'none')
      return new UnsecuredJWT(claims).setIssuer(issuer).setAudience(audience).setExpirationTime('1h').encode()
    if (change === 'expired') return laboratory().tokenFor('manager', -60)
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'x' })
      .setIssuer(change === 'issuer' ? 'https://elsewhere.example' : issuer)
      .setAudience(change === 'audience' ? 'another' : audience)
      .setExpirationTime('1h')
      .sign(privateKey)
  }

  test('that is right is let in', async () => {
    expect((await ask('/v1/workspaces', await bearer())).status).toBe(200)
  })
  test('is asked for everywhere but at the public routes', async () => {
    for (const { method, path, access } of Object.values(routes)) {
      const { status, headers } = await ask(path.replace(/\{\w+\}/g, 'x'), undefined, { method })
      // A calendar behind a secret address asks for the secret instead.
      const open = path.startsWith('/v1/feeds/') ? 404 : 200
      expect(status, `${method} ${path}`).toBe(access === 'public' ? open : 401)
      if (access !== 'public') expect(headers.get('www-authenticate')).toBe('Bearer')
    }
  })
  test.for(['expired', 'audience', 'issuer', 'key', 'none'] as const)(
    'that is forged (%s) is refused',
    async (change) => {
      const { status, headers } = await ask('/v1/workspaces', `Bearer ${await forged(change)}`)
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toMatch(/error="invalid_token" error_description="the \w+/)
    },
  )
  test.for(['Bearer', 'Bearer ', 'Basic abc', 'Bearer a b', 'bearer x.y.z', 'Bearer ☂'.replace('☂', '%E2')])(
    'that is none (%j) is refused',
    async (header) => {
      expect((await ask('/v1/workspaces', header)).status).toBe(401)
    },
  )
  test('that was changed by one letter is refused', async () => {
    const token = await bearer()
    const [head, body, signature = ''] = token.split('.')
    const other = signature[10] === 'A' ? 'B' : 'A'
    const changed = [head, body, `${signature.slice(0, 10)}${other}${signature.slice(11)}`].join('.')
    expect((await ask('/v1/workspaces', changed)).status).toBe(401)
  })
})

describe('what is no route', () => {
  test.for([
    '/',
    '/v1',
    '/v2/workspaces',
    '/v1/workspaces/',
    '/v1/workspaces/ws_demo/nothing',
    '//v1/workspaces',
    '/v1/workspaces/..%2f..%2fetc',
    '/%',
    '/v1/%E0%A4%A',
  ])('%s is told as a problem', async (path) => {
    const { status, text } = await ask(path, await bearer(), { method: 'POST' })
    expect([400, 404, 405]).toContain(status)
    expect(problemSchema.safeParse(JSON.parse(text))).toMatchObject({ success: true })
  })
})

describe('a body', () => {
  const post = async (body: string | Buffer, type = 'application/json') =>
    ask('/v1/workspaces', await bearer(), { method: 'POST', headers: { 'content-type': type }, body: body as never })

  test('beyond what the API takes is refused by the API', async () => {
    const { status, text } = await post(JSON.stringify({ name: 'x'.repeat(2_000_000) }))
    expect(status).toBe(413)
    expect(JSON.parse(text)).toMatchObject({ code: 'payload_too_large' })
  })
  test('beyond what the gateway takes is refused by the gateway', async () => {
    expect((await post(Buffer.alloc(11_000_000, 0x20))).status).toBe(413)
  })
  test('that is not text is refused', async () => {
    const { status, text } = await post(Buffer.from([0xff, 0xfe, 0x00, 0x80]))
    expect(status).toBe(400)
    expect(JSON.parse(text)).toMatchObject({ code: 'malformed_request' })
  })
  test('of another type is refused', async () => {
    expect((await post('name=x', 'application/x-www-form-urlencoded')).status).toBe(415)
  })
})

test('somebody who sends garbage instead of HTTP harms nobody else', async () => {
  const { port } = new URL(laboratory().url)
  for (const garbage of [
    '\u0000\u0001\u0002\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'POST /v1/workspaces HTTP/1.1\r\ncontent-length: -5\r\n\r\n',
  ])
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(garbage))
      socket.on('data', () => undefined)
      socket.on('error', () => undefined)
      socket.on('close', () => resolve())
    })
  expect((await ask('/v1/health')).status).toBe(200)
})

test('a port that is taken is told before anything starts', async () => {
  const squatter = createServer()
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
  const { port } = squatter.address() as { port: number }
  const { runCommand } = await import('./laptop-process.ts')
  const { temporaryDirectory } = await import('./bench.ts')
  const directory = temporaryDirectory()
  const others = ['--mqtt-port', '0', '--mqtts-port', '0', '--data', `${directory.path}/d`]
  const { code, err } = await runCommand('local/start.ts', ['--port', String(port), ...others])
  expect(code).toBe(1)
  expect(err).toContain(`Port ${port} is taken`)
  squatter.close()
  directory.remove()
})
