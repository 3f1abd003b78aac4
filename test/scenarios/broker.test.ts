/** What a client may do at the broker of the laptop: what the IoT policy of the template allows to its thing, and no more. */
import mqtt, { type MqttClient } from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import { until } from './bench.ts'
import { laptop } from './laptop.ts'

const { laboratory } = laptop()
const clients: MqttClient[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.end(true)
})

const me = 'ws_mine:agt_me'
const other = 'ws_theirs:agt_other'
const down = (thing: string) => `benchtime/down/${thing}`
const ingest = (thing: string, kind = 'poll') => `$aws/rules/benchtime_dev_agents/benchtime/up/${thing}/${kind}`

/** Connects once, without trying again. @throws where the broker refuses */
const connect = (thing: string, options: { password?: string; clientId?: string } = {}): Promise<MqttClient> => {
  const { mqttUrl, passwordFor } = laboratory()
  const client = mqtt.connect(mqttUrl, {
    clientId: options.clientId ?? thing,
    username: thing,
    password: options.password ?? passwordFor(thing),
    reconnectPeriod: 0,
    connectTimeout: 5_000,
  })
  clients.push(client)
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve(client))
    client.once('error', reject)
    client.once('close', () => reject(new Error('closed')))
  })
}

describe('connecting', () => {
  test('works with the password of the thing, as that thing', async () => {
    expect((await connect(me)).connected).toBe(true)
  })
  test.for([
    { how: 'a wrong password', options: { password: 'guess' } },
    { how: 'no password', options: { password: '' } },
    { how: 'another client id', options: { clientId: other } },
  ])('is refused with $how', async ({ options }) => {
    await expect(connect(me, options)).rejects.toThrow()
  })
  test('is refused with the password of another thing', async () => {
    await expect(connect(me, { password: laboratory().passwordFor(other) })).rejects.toThrow()
  })
})

describe('subscribing', () => {
  test.for([down(other), 'benchtime/down/+', 'benchtime/down/#', '#', '+/+/+', '$SYS/#', ingest(other)])(
    'to %s is refused',
    async (filter) => {
      const client = await connect(me)
      const granted = await client.subscribeAsync(filter).catch(() => [])
      expect(granted.every(({ qos }) => qos >= 128)).toBe(true)
    },
  )
  test('to its own downlink works, and answers to its polls arrive there', async () => {
    const admin = await laboratory().clientFor('admin')
    const workspaceId = 'ws_broker'
    await admin.call('createWorkspace', { body: { id: workspaceId, name: 'Broker' } })
    const { body: agent } = await admin.call('enrolAgent', { params: { workspaceId }, body: { name: 'Hand-made' } })
    const client = await connect(agent.thingName)
    const heard: { type: string }[] = []
    client.on('message', (_topic, payload) => heard.push(JSON.parse(payload.toString('utf8')) as { type: string }))
    await client.subscribeAsync(down(agent.thingName), { qos: 1 })
    const poll = { session: 'hand-made-session', stamp: 12.5, want: 1, driving: [], software: 'by hand' }
    await client.publishAsync(ingest(agent.thingName), JSON.stringify({ message: poll }), { qos: 1 })
    await until('the answer', () => heard.length > 0)
    expect(heard[0]).toEqual({
      type: 'next',
      session: poll.session,
      stamp: 12.5,
      controls: [],
      more: false,
      unresolved: [],
      now: expect.any(String),
    })
    const { body: seen } = await admin.call('getAgent', { params: { workspaceId, agentId: agent.id } })
    expect(seen).toMatchObject({ software: 'by hand', lastSeenAt: expect.any(String) })
  })
})

describe('publishing', () => {
  test.for([ingest(other), ingest(me, 'other'), down(me), down(other), 'benchtime/up/x/poll', 'anything'])(
    'to %s is refused and reaches no function',
    async (topic) => {
      const before = laboratory().cloud.meter.snapshot().lambdaInvocations
      const client = await connect(me)
      // As at AWS, who publishes where it may not is disconnected, and gets no acknowledgement.
      const closed = new Promise<string>((resolve) => client.once('close', () => resolve('closed')))
      const acknowledged = client.publishAsync(topic, '{}', { qos: 1 }).then(() => 'acknowledged')
      expect(await Promise.race([closed, acknowledged])).toBe('closed')
      expect(laboratory().cloud.meter.snapshot().lambdaInvocations).toBe(before)
    },
  )
})
