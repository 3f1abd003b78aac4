/** An agent gets its certificate by one command, drives with it, and is out when it is revoked. */
import { type ChildProcess, spawn } from 'node:child_process'
import { webcrypto } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import mqtt from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeKeyAndRequest } from '#agent/enrol/key-and-request.ts'
import type { Client } from '#contracts/http/client.ts'
import { temporaryDirectory, until } from './bench.ts'
import { laptop } from './laptop.ts'

const program = join(import.meta.dirname, '..', '..', 'agent', 'main.ts')
const { laboratory } = laptop()
const home = temporaryDirectory()
const config = join(home.path, 'agent.yaml')
const workspaceId = 'ws_enrolling'
const agents: ChildProcess[] = []

let admin: Client
let token: string
let enrolled: Awaited<ReturnType<typeof enrol>>

const enrol = async (args: readonly string[], env: Record<string, string> = { BENCHTIME_TOKEN: token }) => {
  const child = spawn(process.execPath, [program, 'enrol', '--api', laboratory().url, '--config', config, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => {
      said[name] += chunk.toString('utf8')
    })
  const [status] = (await once(child, 'close')) as [number]
  return { ...said, status }
}

const start = (): ChildProcess => {
  const agent = spawn(process.execPath, [program, '--config', config, '--poll', '1'], { stdio: 'ignore' })
  agents.push(agent)
  return agent
}

const theAgent = async () => (await admin.call('listAgents', { params: { workspaceId } })).body.items[0]

/** Connects once over TLS. @throws where it is not let in */
const connect = (thing: string, tls: { cert?: string; key?: string }) => {
  const { mqttsUrl, rootFile } = laboratory()
  const client = mqtt.connect(mqttsUrl, {
    clientId: thing,
    ca: readFileSync(rootFile),
    ...tls,
    reconnectPeriod: 0,
    connectTimeout: 5_000,
  })
  return new Promise<void>((resolve, reject) => {
    client.once('connect', () => {
      resolve()
      client.end(true)
    })
    client.once('error', reject)
    client.once('close', () => reject(new Error('closed')))
  })
}

beforeAll(async () => {
  const { clientFor, tokenFor, rootFile } = laboratory()
  admin = await clientFor('admin')
  token = await tokenFor('admin')
  await admin.call('createWorkspace', { body: { id: workspaceId, name: 'Enrolling' } })
  enrolled = await enrol(['--workspace', workspaceId, '--name', 'Room 2.14', '--ca', rootFile])
})
afterAll(() => {
  for (const agent of agents) agent.kill('SIGKILL')
  home.remove()
})

describe('enrol', () => {
  test('writes key, certificate and configuration, connects, and says that it can drive', () => {
    expect(enrolled.stdout).toContain('The cloud answered over mqtts://')
    expect(enrolled.stdout).toContain('It can drive.')
    expect(enrolled.status).toBe(0)
    expect(readdirSync(home.path).toSorted()).toEqual(['agent.yaml', 'certificate.pem', 'data', 'private-key.pem'])
    if (process.platform !== 'win32')
      expect(statSync(join(home.path, 'private-key.pem')).mode & 0o077, 'nobody else reads the key').toBe(0)
  })

  test('its certificate drives a run', async () => {
    start()
    const agent = await until('the agent is heard', async () => {
      const found = await theAgent()
      return found?.instruments && found
    })
    const params = { workspaceId }
    const { body: asset } = await admin.call('createAsset', {
      params,
      body: { name: 'Star', kind: 'machine', agentId: agent.id },
    })
    const { body: protocol } = await admin.call('createProtocol', {
      params,
      body: {
        name: 'Short',
        driver: 'simulator',
        requirements: [{ assetId: asset.id, units: 1 }],
        expectedDurationSeconds: 60,
        payload: { durationMs: 20 },
      },
    })
    const { body: run } = await admin.call('startRun', { params, body: { protocolId: protocol.id } })
    const ended = await until('the run ends', async () => {
      const { body } = await admin.call('getRun', { params: { ...params, runId: run.id } })
      return body.status === 'ended' && body
    })
    expect(ended).toMatchObject({ outcome: 'succeeded' })
  })

  test('once more, it renews: another key, what else the configuration says stays, and the old one can be revoked', async () => {
    const before = readFileSync(join(home.path, 'private-key.pem'), 'utf8')
    const former = (await theAgent())?.certificates?.[0]?.id ?? ''
    writeFileSync(config, `${readFileSync(config, 'utf8')}# What we measured in May\nmaxConcurrent: 2\n`)
    const again = await enrol([])
    expect(again.stdout).toContain(`/certificates/${former}`)
    expect(readFileSync(join(home.path, 'private-key.pem'), 'utf8')).not.toBe(before)
    expect(readFileSync(config, 'utf8')).toContain('# What we measured in May\nmaxConcurrent: 2')
    expect((await theAgent())?.certificates).toHaveLength(2)
  })

  test.each([
    { args: ['--workspace', workspaceId, '--name', 'A'], env: { BENCHTIME_TOKEN: '' }, says: 'BENCHTIME_TOKEN' },
    { args: ['--workspace', workspaceId, '--name', 'A'], env: { BENCHTIME_TOKEN: 'nonsense' }, says: '401' },
    { args: ['--workspace', 'ws_unknown', '--name', 'A'], env: undefined, says: '404' },
    { args: ['--workspace', workspaceId, '--agent', 'agt_unknown'], env: undefined, says: '404' },
    { args: ['--agent', 'agt_a', '--name', 'A'], env: undefined, says: 'give one of them' },
  ])('with $args and $env it says $says, and what was there stays', async ({ args, env, says }) => {
    const files = () => readdirSync(home.path).map((name) => [name, statSync(join(home.path, name)).mtimeMs])
    const before = JSON.stringify(files())
    const refused = await enrol(args, env)
    expect(refused.stderr).toContain(says)
    expect(refused.status).toBeGreaterThan(0)
    expect(JSON.stringify(files())).toBe(before)
  })
})

describe('the broker', () => {
  const pem = (name: string) => readFileSync(join(home.path, name), 'utf8')
  const mine = () => ({ cert: pem('certificate.pem'), key: pem('private-key.pem') })

  test('lets a certificate in as its own agent and as no other', async () => {
    const { thingName } = (await theAgent()) ?? { thingName: '' }
    await connect(thingName, mine())
    await expect(connect(`${workspaceId}:agt_other`, mine())).rejects.toThrow(/authorized/)
  })

  test('lets nobody in without a certificate, or with one that another authority signed', async () => {
    const { thingName } = (await theAgent()) ?? { thingName: '' }
    await expect(connect(thingName, {})).rejects.toThrow()
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
    const { X509CertificateGenerator } = await import('@peculiar/x509')
    const forged = await X509CertificateGenerator.createSelfSigned({
      name: 'CN=AWS IoT Certificate',
      keys,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    })
    const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
    const key = `-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----`
    await expect(connect(thingName, { cert: forged.toString('pem'), key })).rejects.toThrow()
  })

  test('is itself known by its certificate', async () => {
    const { mqttsUrl } = laboratory()
    const socket = connectTls({ host: 'localhost', port: Number(new URL(mqttsUrl).port), ...mine() })
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve))
    expect(error.message).toMatch(/certificate/)
  })

  test('puts out who is in by a certificate that is revoked, or whose agent is disabled, and lets it in no more', async () => {
    const {
      id: agentId,
      thingName,
      certificates = [],
    } = (await theAgent()) as NonNullable<Awaited<ReturnType<typeof theAgent>>>
    const params = { workspaceId, agentId }
    // The agent that was started above is in by the first certificate.
    await until('the agent is connected', () => laboratory().connectedAgents().includes(thingName))
    await admin.call('revokeCertificate', { params: { ...params, certificateId: certificates[0]?.id ?? '' } })
    await until('the agent is out', () => !laboratory().connectedAgents().includes(thingName))
    await connect(thingName, mine())
    const { etag = '' } = await admin.call('getAgent', { params })
    await admin.call('disableAgent', { params, etag })
    await expect(connect(thingName, mine())).rejects.toThrow(/authorized/)
    const { etag: disabled = '' } = await admin.call('getAgent', { params })
    await admin.call('changeAgent', { params, etag: disabled, body: { status: 'enrolled' } })
    await connect(thingName, mine())
  })
})

test('a request that nobody can sign is refused with the reason, and leaves no certificate', async () => {
  const { body: agent } = await admin.call('enrolAgent', { params: { workspaceId }, body: { name: 'Other' } })
  const params = { workspaceId, agentId: agent.id }
  const { request } = await makeKeyAndRequest('anything')
  const lines = request.split('\n')
  const torn = [lines[0], ...lines.slice(2)].join('\n')
  await expect(admin.call('issueCertificate', { params, body: { request: torn } })).rejects.toMatchObject({
    problem: { code: 'invalid', reasons: [{ code: 'not-signable', path: '/request' }] },
  })
  expect((await admin.call('getAgent', { params })).body.certificates).toBeUndefined()
})
