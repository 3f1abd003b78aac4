/** A night in the laboratory: pausing, an emergency stop, the recovery desk, and who is told. On the laptop cloud with real processes. */
import { execFile, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { packAgent } from '#agent/pack.ts'
import { type Bench, until } from './bench.ts'
import { laptop } from './laptop.ts'

const { laboratory, bench } = laptop({ environment: { WEBHOOKS: 'anywhere' } })

/** An address that echoes codes and keeps what it hears; `fails` answers 500 so many times first. */
const receiver = async () => {
  const heard: { subject: string; events: { event: string }[] }[] = []
  const state = { fails: 0 }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    if (state.fails > 0) {
      state.fails -= 1
      response.statusCode = 500
      return void response.end()
    }
    const message = JSON.parse(body) as { subject: string; events: { event: string; facts: { code?: string } }[] }
    heard.push(message)
    response.end(JSON.stringify({ code: message.events[0]?.facts.code }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { heard, state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server }
}
const closers: (() => void)[] = []
afterAll(() => {
  for (const close of closers) close()
})

const call = (at: Bench, route: string, params: object = {}, body?: object, more: object = {}) =>
  (at.api.call as unknown as (route: string, of: object) => Promise<{ body: never }>)(route, {
    params: { ...at.params, ...params },
    ...(body && { body }),
    ...more,
  })

test('a contact is verified by mail and by webhook, and each is told once of a failed run', async () => {
  const at = await bench()
  const hook = await receiver()
  closers.push(() => hook.server.close())
  const address = `kim@${at.params.workspaceId.replace('_', '-')}.org`
  const channels = [
    { kind: 'email', address },
    { kind: 'webhook', url: hook.url },
  ]
  const contact = (await call(at, 'createContact', {}, { name: 'Kim', channels })).body as {
    id: string
    secrets: Record<string, string>
  }
  expect(Object.keys(contact.secrets)).toEqual([hook.url])
  const mails = () =>
    laboratory()
      .cloud.outbox.all()
      .filter(({ recipient }) => recipient === address)
  const [mail] = await until('the code', () => mails().length > 0 && mails())
  const code = /code is (\S+)\./.exec(mail?.text ?? '')?.[1] ?? ''
  await call(at, 'verifyChannel', { contactId: contact.id }, { code })
  const verified = async () =>
    ((await call(at, 'getContact', { contactId: contact.id })).body as { channels: { verifiedAt?: string }[] }).channels
  await until('the answer of the webhook', async () => (await verified()).every(({ verifiedAt }) => verifiedAt))
  await call(at, 'createSubscription', {}, { contactId: contact.id, events: ['run.failed', 'recovery.required'] })

  at.agent.start()
  const protocolId = await at.protocol('never', await at.asset('Reader'), { path: 'fail.mjs' })
  const { id } = (await call(at, 'startRun', {}, { protocolId })).body as { id: string }
  expect(await at.ended(id)).toMatchObject({ outcome: 'failed' })
  const told = await until('the mail', () => mails().find(({ subject }) => subject.includes('FAILED')))
  expect(told.text).toContain('never')
  await until('the webhook', () => hook.heard.some(({ events }) => events[0]?.event === 'run.failed'))
  // Whatever the stream delivers again is told once.
  await laboratory().cloud.streams.settle()
  await laboratory().cloud.events.runRule('notifierminute')
  expect(mails().filter(({ subject }) => subject.includes('FAILED'))).toHaveLength(1)
  expect(hook.heard.filter(({ events }) => events[0]?.event === 'run.failed')).toHaveLength(1)
  const log = (await call(at, 'listNotifications')).body as { items: { status: string; news: { facts: object } }[] }
  expect(log.items.every(({ status }) => status === 'sent')).toBe(true)
  expect(JSON.stringify(log)).not.toContain(code)
})

test('a drive is paused and goes on, where the driver can; where it cannot the refusal says so', async () => {
  const at = await bench()
  at.agent.start()
  const assetId = await at.asset('Reader')
  const simulator = { driver: 'simulator', parametersSchema: undefined, path: undefined, payload: undefined }
  const protocolId = await at.protocol('slow', assetId, simulator)
  const { id } = (await call(at, 'startRun', {}, { protocolId, parameters: { durationMs: 2_500 } })).body as {
    id: string
  }
  await at.inStatus(id, 'running')
  await call(at, 'pauseRun', { runId: id }, { note: 'The lid' })
  await at.inStatus(id, 'paused')
  await call(at, 'resumeRun', { runId: id }, {})
  expect(await at.ended(id)).toMatchObject({ outcome: 'succeeded' })
  expect(await at.actions(id)).toEqual(expect.arrayContaining(['run.paused', 'run.resumed']))

  const rigid = await at.protocol('rigid', assetId)
  const second = (await call(at, 'startRun', {}, { protocolId: rigid })).body as { id: string }
  await at.inStatus(second.id, 'running')
  await expect(call(at, 'pauseRun', { runId: second.id }, {})).rejects.toMatchObject({
    problem: { status: 409, detail: expect.stringContaining('cannot pause') },
  })
  at.release('rigid')
  await at.ended(second.id)
})

test('an emergency stop ends what drives and what waits, and nothing starts until it is acknowledged', async () => {
  const at = await bench()
  at.agent.start()
  const assetId = await at.asset('Reader')
  const protocolId = await at.protocol('stopped', assetId)
  const start = async () => ((await call(at, 'startRun', {}, { protocolId })).body as { id: string }).id
  const drives = await start()
  await at.inStatus(drives, 'running')
  const waits = await start()
  await at.inStatus(waits, 'waiting')
  const { aborted } = (await call(at, 'emergencyStop', {}, { assetId, note: 'Smoke' })).body as { aborted: string[] }
  expect(aborted.toSorted()).toEqual([drives, waits].toSorted())
  for (const id of [drives, waits]) expect(await at.ended(id)).toMatchObject({ outcome: 'aborted' })
  expect(await at.ended(await start())).toMatchObject({ outcome: 'failed', end: { reason: 'emergency-stop' } })
  await call(at, 'acknowledgeStop', {}, { assetId, note: 'No fire' })
  at.release('stopped')
  expect(await at.ended(await start())).toMatchObject({ outcome: 'succeeded' })
})

test('after an uncertain end the recovery desk asks, a person answers, and a way to go on is taken', async () => {
  const at = await bench()
  at.agent.start()
  const uncertainFacts = [
    { key: 'volume.A1', kind: 'volume', description: 'Volume in A1, µL', expected: 200, before: 0 },
  ]
  const protocolId = await at.protocol('unsure', await at.asset('Star'), {
    driver: 'simulator',
    path: undefined,
    payload: undefined,
    uncertainFacts,
  })
  const { id } = (await call(at, 'startRun', {}, { protocolId, parameters: { durationMs: 600_000 } })).body as {
    id: string
  }
  await at.inStatus(id, 'running')
  await at.agent.kill()
  at.agent.start()
  expect(await at.ended(id)).toMatchObject({ outcome: 'indeterminate' })
  const { items } = (await call(at, 'listRecoveries')).body as { items: { id: string; facts: { key: string }[] }[] }
  const [recovery] = items
  expect(items).toHaveLength(1)
  expect(recovery?.facts.map(({ key }) => key)).toEqual(['volume.A1'])
  const desk = { recoveryId: recovery?.id }
  const giveUp = { option: 'give-up', note: 'Cleared the deck' }
  await expect(call(at, 'continueRecovery', desk, giveUp)).rejects.toMatchObject({ problem: { status: 409 } })
  await call(at, 'answerFacts', desk, { answers: { 'volume.A1': { verdict: 'partial', value: 80 } } })
  expect((await call(at, 'continueRecovery', desk, giveUp)).body).toMatchObject({
    status: 'cleared',
    chosen: 'give-up',
  })
  expect(await at.reservationsOf(id)).toEqual(['released'])
  const history = (await call(at, 'getRecoveryHistory', desk)).body as { items: { action: string }[] }
  expect(history.items.map(({ action }) => action)).toEqual([
    'recovery.required',
    'recovery.answered',
    'recovery.cleared',
  ])
})

test('what a run left behind is kept with it: the whole of what it printed, and the files that it was asked for', async () => {
  const at = await bench()
  at.agent.start()
  const payload = { runtime: 'node', outputs: ['*.csv'] }
  const protocolId = await at.protocol('talks', await at.asset('Reader'), { path: 'talk.mjs', payload })
  const { id } = (await call(at, 'startRun', {}, { protocolId })).body as { id: string }
  expect(await at.ended(id)).toMatchObject({ outcome: 'succeeded' })
  type Items = { items: { id: string; name: string; bytes: number }[] }
  const list = async () =>
    ((await call(at, 'listArtifacts', {}, undefined, { query: { runId: id } })).body as Items).items
  const items = await until('both files', async () => (await list()).length === 2 && list())
  expect(items.map(({ name }) => name).toSorted()).toEqual(['output.log', 'result.csv'])
  for (const { id: artifactId, name, bytes } of items) {
    const { url } = (await call(at, 'getArtifact', { artifactId })).body as { url: string }
    const response = await fetch(url)
    const body = Buffer.from(await response.arrayBuffer())
    expect(body.length).toBe(bytes)
    expect(response.headers.get('content-disposition')).toContain(name)
    if (name === 'result.csv') expect(body.toString()).toBe('well,value\nA1,0.5\n')
  }
})

test('the packed agent needs nothing but Node.js: its doctor finds it fit, and it drives', async () => {
  const at = await bench()
  const home = mkdtempSync(join(tmpdir(), 'benchtime-packed-'))
  closers.push(() => rmSync(home, { recursive: true, force: true }))
  execFileSync('tar', ['-xzf', await packAgent(home), '-C', home])
  const program = join(home, 'package', 'main.js')
  const { thing } = at.agent
  writeFileSync(join(home, 'secret'), laboratory().passwordFor(thing))
  const roots = [join(import.meta.dirname, 'programs')]
  const config = { thing, broker: laboratory().mqttUrl, passwordFile: 'secret', data: 'data', roots, log: 'json' }
  writeFileSync(join(home, 'agent.json'), JSON.stringify(config))
  const args = ['--config', join(home, 'agent.json')]
  // Somewhere else, without the environment of the checkout: what it needs lies beside it.
  const options = { cwd: tmpdir(), env: { PATH: process.env.PATH ?? '', BENCHTIME_AGENT_POLL_SECONDS: '1' } }
  const doctor = await promisify(execFile)(process.execPath, [program, 'doctor', ...args], options)
  expect(doctor.stdout).toContain('The cloud answered')
  expect(doctor.stdout).toContain('It can drive.')
  const agent = spawn(process.execPath, [program, ...args], { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
  closers.push(() => void agent.kill('SIGKILL'))
  let log = ''
  agent.stderr.on('data', (chunk) => (log += String(chunk)))
  const payload = { runtime: 'node', args: ['x'] }
  const protocolId = await at.protocol('packed', await at.asset('Reader'), { path: 'talk.mjs', payload })
  const { id } = (await call(at, 'startRun', {}, { protocolId })).body as { id: string }
  expect(await at.ended(id)).toMatchObject({ outcome: 'succeeded', end: { outputTail: expect.stringContaining('µL') } })
  const gone = new Promise((resolve) => agent.once('exit', (code) => resolve(code)))
  agent.kill('SIGTERM')
  expect(await gone).toBe(0)
  for (const line of log.trim().split('\n')) expect(line).toMatch(/^\{.*\}$/)
})

test('a poison record of the stream is set aside, and the others go on', async () => {
  const at = await bench()
  const { cloud } = laboratory()
  const [name] = cloud.template.tables.map((table) => table.name)
  const poison = {
    pk: { S: 'WS#ws_poison#AUDIT#run_x' },
    sk: { S: 'aud_poison' },
    t: { S: 'entry' },
    d: { S: '{"broken' },
  }
  await fetch(cloud.endpointUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
      authorization:
        'AWS4-HMAC-SHA256 Credential=administrator/20261121/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x',
    },
    body: JSON.stringify({ TableName: name, Item: poison }),
  })
  const contact = (
    await call(at, 'createContact', {}, { name: 'Sam', channels: [{ kind: 'email', address: 'sam@poison.org' }] })
  ).body as { id: string }
  expect(contact.id).toMatch(/^ctc_/)
  await until('the mail behind it', () => cloud.outbox.all().some(({ recipient }) => recipient === 'sam@poison.org'))
  const untold = cloud.template.queues.find(({ logicalId }) => logicalId.startsWith('Untold'))
  await until('the record set aside', () =>
    cloud.queues.messages(untold?.arn ?? '').some(({ body }) => body.includes('aud_poison')),
  )
})
