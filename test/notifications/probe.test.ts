/** An interlock that a webhook answers: whatever is no clear yes keeps the run waiting. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProbe } from '#adapters/webhooks/probe.ts'

let answer: { status?: number; body: string }
const asked: unknown[] = []
const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  asked.push(JSON.parse(body))
  response.statusCode = answer.status ?? 200
  response.end(answer.body)
})
let url: string
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/door`
})
afterAll(() => server.close())
const question = { workspaceId: 'ws_a', assetId: 'ast_a', condition: 'door', runId: 'run_a' } as never

test.for<[string, { status?: number; body: string }, boolean]>([
  ['a clear yes', { body: '{"ok": true}' }, true],
  ['a no with its reason', { body: '{"ok": false, "message": "The door is open."}' }, false],
  ['something like a yes', { body: '{"ok": "true"}' }, false],
  ['an empty answer', { body: '' }, false],
  ['null', { body: 'null' }, false],
  ['a page', { body: '<html>ok</html>' }, false],
  ['a yes that has failed', { status: 500, body: '{"ok": true}' }, false],
  ['a redirect', { status: 302, body: '{"ok": true}' }, false],
  ['more than anybody reads', { body: `{"ok": true, "message": "${'x'.repeat(100_000)}"}` }, false],
])('%s', async ([, given, ok]) => {
  answer = given
  const heard = await createProbe(true).ask(url, question)
  expect(heard.ok).toBe(ok)
  expect(heard.message.length).toBeGreaterThan(5)
  expect(heard.message.length).toBeLessThanOrEqual(300)
  expect(asked.at(-1)).toEqual(question)
})

test('nobody there, or an address inside the network, is a no', async () => {
  expect(await createProbe(true).ask('http://127.0.0.1:1/', question)).toMatchObject({ ok: false })
  const before = asked.length
  expect(await createProbe(false).ask(url, question)).toMatchObject({
    ok: false,
    message: expect.stringMatching(/not encrypted|private network/),
  })
  expect(asked.length).toBe(before)
})
