import { Aedes, type Client } from 'aedes'
import type { Cloud } from '../../cloud-types.ts'
import { unitsOf } from '../../services/iot/data.ts'
import type { BrokerCredentials } from './credentials.ts'
import { openListeners } from './listeners.ts'
import { createThingPolicy } from './thing-policy.ts'
import { createTopicRules } from './topic-rules.ts'

export type Broker = {
  readonly url: string
  /** For agents with certificates. */
  readonly secureUrl: string
  readonly port: number
  connected(): readonly string[]
  stop(): Promise<void>
}

const ingest = /^\$aws\/rules\/([^/]+)\/(.+)$/

/**
 * The laptop's IoT Core: an MQTT broker with the template's policy on connect, publish, subscribe and receive, and its topic
 * rules behind Basic Ingest. A publish is acknowledged when the rule's function has been handed the message.
 */
export const startBroker = async (
  cloud: Cloud,
  credentials: BrokerCredentials,
  ports: { readonly port: number; readonly securePort: number },
): Promise<Broker> => {
  const may = createThingPolicy(cloud.template)
  const trigger = createTopicRules(cloud)
  const log = (line: string) => cloud.log('iot', line)
  const aedes = await Aedes.createBroker({ id: 'benchtime-laptop' })
  const listeners = await openListeners(ports, cloud.iot.authority, (socket) => aedes.handle(socket), log)
  /** Policies of who came in by a certificate; undefined where the policies of all agents count. */
  const policiesOf = (client: Client): readonly string[] | undefined => {
    const certificate = listeners.certificateOf(client.conn)
    return certificate === undefined ? undefined : (cloud.iot.holder(certificate)?.policies ?? [])
  }

  /** Why a client is not let in; undefined where it is. */
  const refused = (client: Client, thing: string, password: string): string | undefined => {
    const certificate = listeners.certificateOf(client.conn)
    if (certificate !== undefined) {
      const holder = cloud.iot.holder(certificate)
      if (holder?.status !== 'ACTIVE') return `its certificate is ${holder?.status ?? 'not registered'}`
      if (holder.thing !== client.id) return `its certificate belongs to ${holder.thing ?? 'no thing'}`
    } else if (client.id !== thing || !credentials.isRight(thing, password)) return 'wrong credential'
    return may(client.id, 'Connect', client.id, policiesOf(client)) ? undefined : 'not allowed by the policy'
  }

  aedes.authenticate = (client, username, password, done) => {
    const why = refused(client, username ?? '', password?.toString() ?? '')
    if (why) log(`Refused a connection as "${client.id}": ${why}.`)
    done(null, why === undefined)
  }
  aedes.authorizePublish = (client, packet, done) => {
    const refuse = (why: string) => {
      log(`Refused ${client?.id ?? 'the broker'} to publish to ${packet.topic}: ${why}`)
      done(new Error(why))
    }
    if (!client) return done()
    if (!may(client.id, 'Publish', packet.topic, policiesOf(client))) return refuse('the policy does not allow it')
    const [, rule, topic] = ingest.exec(packet.topic) ?? []
    if (rule === undefined || topic === undefined) {
      cloud.meter.count('iotMessages', unitsOf(packet.payload.length))
      return done()
    }
    const payload = Buffer.from(packet.payload)
    // Handed to the rule here; what is left for the broker to spread goes to a topic that nobody may subscribe to.
    packet.payload = Buffer.alloc(0)
    trigger(rule, topic, payload).then(
      () => done(),
      (error: unknown) => refuse(String(error)),
    )
  }
  aedes.authorizeSubscribe = (client, subscription, done) => {
    if (may(client.id, 'Subscribe', subscription.topic, policiesOf(client))) return done(null, subscription)
    log(`Refused ${client.id} to subscribe to ${subscription.topic}: the policy does not allow it.`)
    done(null, null)
  }
  aedes.authorizeForward = (client, packet) => {
    if (!may(client.id, 'Receive', packet.topic, policiesOf(client))) return null
    cloud.meter.count('iotMessages', unitsOf(packet.payload.length))
    return packet
  }
  aedes.on('client', (client) => log(`${client.id} connected.`))
  aedes.on('clientDisconnect', (client) => log(`${client.id} disconnected.`))
  const clients = () => (aedes as unknown as { clients: Record<string, Client> }).clients

  cloud.iot.attach({
    secureAddress: `localhost:${listeners.securePort}`,
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
    putOut: (certificateId) => {
      for (const client of Object.values(clients()))
        if (listeners.certificateOf(client.conn) === certificateId) client.close()
    },
  })

  return {
    url: `mqtt://127.0.0.1:${listeners.port}`,
    secureUrl: `mqtts://localhost:${listeners.securePort}`,
    port: listeners.port,
    connected: () => Object.keys(clients()),
    stop: async () => {
      await new Promise<void>((resolve) => aedes.close(() => resolve()))
      await listeners.stop()
    },
  }
}
