import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import type { Cloud, Json, TopicRuleView } from '../../cloud-types.ts'
import type { BrokerCredentials } from './credentials.ts'
import { parseRuleSql, type RuleQuery, topicFits } from './rule-sql.ts'
import { createThingPolicy } from './thing-policy.ts'

export type Broker = {
  readonly url: string
  readonly port: number
  connected(): readonly string[]
  stop(): Promise<void>
}

const unitBytes = 5 * 1024
const unitsOf = (payload: Uint8Array): number => Math.max(1, Math.ceil(payload.byteLength / unitBytes))
const ingest = /^\$aws\/rules\/([^/]+)\/(.+)$/

/**
 * The laptop's IoT Core: an MQTT broker with the template's policy on connect, publish, subscribe and receive, and its topic
 * rules behind Basic Ingest. A publish is acknowledged when the rule's function has been handed the message.
 */
export const startBroker = async (cloud: Cloud, credentials: BrokerCredentials, port: number): Promise<Broker> => {
  const may = createThingPolicy(cloud.template)
  const rules = new Map<string, { view: TopicRuleView; query: RuleQuery }>(
    cloud.template.topicRules
      .filter(({ enabled }) => enabled)
      .map((view) => [view.name, { view, query: parseRuleSql(view.sql) }]),
  )
  const aedes = await Aedes.createBroker({ id: 'benchtime-laptop' })

  const failed = async (
    { view }: { view: TopicRuleView },
    topic: string,
    payload: Json,
    why: string,
  ): Promise<void> => {
    cloud.log('iot', `Rule ${view.name} could not hand on a message from ${topic}: ${why}`)
    if (view.errorQueue)
      await cloud.queues.send(
        view.errorQueue.queueUrl,
        JSON.stringify({ ruleName: view.name, topic, payload, failures: [{ errorMessage: why }] }),
      )
  }

  const trigger = async (name: string, topic: string, payload: Buffer): Promise<void> => {
    const rule = rules.get(name)
    if (!rule || !topicFits(rule.query.filter, topic)) return
    cloud.meter.count('iotRules', unitsOf(payload))
    let message: Json
    try {
      message = JSON.parse(payload.toString('utf8')) as Json
    } catch {
      message = payload.toString('base64')
    }
    const event = rule.query.select(topic, message)
    for (const functionArn of rule.view.functionArns) {
      cloud.meter.count('iotActions', unitsOf(payload))
      const call = { service: 'iot.amazonaws.com', sourceArn: rule.view.arn, function: functionArn, event, async: true }
      try {
        const result = await cloud.invokeAsService(call)
        if (!result.ok) await failed(rule, topic, message, `${result.errorType}: ${result.errorMessage}`)
      } catch (error) {
        await failed(rule, topic, message, String(error))
      }
    }
  }

  aedes.authenticate = (client, username, password, done) => {
    const thing = username ?? ''
    const right =
      client.id === thing && credentials.isRight(thing, password?.toString() ?? '') && may(thing, 'Connect', client.id)
    if (!right)
      cloud.log('iot', `Refused a connection as "${client.id}": wrong credential, or not allowed by the policy.`)
    done(null, right)
  }
  aedes.authorizePublish = (client, packet, done) => {
    const refused = (why: string) => {
      cloud.log('iot', `Refused ${client?.id ?? 'the broker'} to publish to ${packet.topic}: ${why}`)
      done(new Error(why))
    }
    if (!client) return done()
    if (!may(client.id, 'Publish', packet.topic)) return refused('the policy does not allow it')
    const [, rule, topic] = ingest.exec(packet.topic) ?? []
    if (rule === undefined || topic === undefined) {
      cloud.meter.count('iotMessages', unitsOf(Buffer.from(packet.payload)))
      return done()
    }
    const payload = Buffer.from(packet.payload)
    // Handed to the rule here; what is left for the broker to spread goes to a topic that nobody may subscribe to.
    packet.payload = Buffer.alloc(0)
    trigger(rule, topic, payload).then(
      () => done(),
      (error: unknown) => refused(String(error)),
    )
  }
  aedes.authorizeSubscribe = (client, subscription, done) => {
    if (may(client.id, 'Subscribe', subscription.topic)) return done(null, subscription)
    cloud.log('iot', `Refused ${client.id} to subscribe to ${subscription.topic}: the policy does not allow it.`)
    done(null, null)
  }
  aedes.authorizeForward = (client, packet) => {
    if (!may(client.id, 'Receive', packet.topic)) return null
    cloud.meter.count('iotMessages', unitsOf(Buffer.from(packet.payload)))
    return packet
  }
  aedes.on('client', (client) => cloud.log('iot', `${client.id} connected.`))
  aedes.on('clientDisconnect', (client) => cloud.log('iot', `${client.id} disconnected.`))

  cloud.attachIot({
    publish: (topic, payload) =>
      new Promise((resolve, reject) => {
        const packet = {
          cmd: 'publish' as const,
          topic,
          payload: Buffer.from(payload),
          qos: 1 as const,
          retain: false,
          dup: false,
        }
        aedes.publish(packet, (error?: Error | null) => (error ? reject(error) : resolve()))
      }),
  })

  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    aedes.handle(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: taken } = server.address() as AddressInfo
  return {
    url: `mqtt://127.0.0.1:${taken}`,
    port: taken,
    connected: () => Object.keys((aedes as unknown as { clients: Record<string, unknown> }).clients),
    stop: async () => {
      await new Promise<void>((resolve) => aedes.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
