import mqtt, { type IClientOptions } from 'mqtt'
import { type Downlink, downlinkSchema, type Poll, type Report } from '#contracts/agents/messages.ts'
import { downlinkTopic, type UplinkKind, uplinkTopic } from '#contracts/agents/topics.ts'
import type { Transport } from '../core/ports.ts'

export type Broker = {
  /** `mqtt://host:port` on a laptop, `mqtts://….iot.….amazonaws.com:8883` at AWS. */
  readonly url: string
  readonly thing: string
  readonly stage: string
  /** On a laptop. */
  readonly password?: string
  /** At AWS IoT Core: PEM texts, mutual TLS. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string }
}

export type Link = Transport & { close(): Promise<void> }

type Events = {
  readonly onConnected: () => void
  readonly onMessage: (message: Downlink) => void
  readonly log: (level: 'info' | 'warn' | 'error', message: string, facts?: Record<string, unknown>) => void
}

/** Connects for ever, with pauses that grow to half a minute; what is lost meanwhile, polls and the outbox make good. */
export const connect = (broker: Broker, { onConnected, onMessage, log }: Events): Link => {
  const options: IClientOptions = {
    clientId: broker.thing,
    clean: true,
    keepalive: 60,
    reconnectPeriod: 1_000,
    connectTimeout: 15_000,
    // Nothing is queued while offline: the outbox sends again, and a stale poll is worth nothing.
    queueQoSZero: false,
    username: broker.thing,
    ...(broker.password !== undefined && { password: broker.password }),
    ...(broker.tls && { cert: broker.tls.cert, key: broker.tls.key, ...(broker.tls.ca && { ca: broker.tls.ca }) }),
    ...(broker.url.endsWith(':443') && { ALPNProtocols: ['x-amzn-mqtt-ca'] }),
  }
  // In parts: the library reads an address by a function that Node.js warns of.
  const { protocol, hostname, port } = new URL(broker.url)
  const secure = protocol === 'mqtts:'
  const client = mqtt.connect({
    ...options,
    protocol: secure ? 'mqtts' : 'mqtt',
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (secure ? 8883 : 1883) : Number(port),
  })
  const publish = (kind: UplinkKind, message: Poll | Report): void => {
    if (!client.connected) return
    client.publish(uplinkTopic(broker.stage, broker.thing, kind), JSON.stringify({ message }), { qos: 1 })
  }
  client.on('connect', () => {
    client.subscribe(downlinkTopic(broker.thing), { qos: 1 }, (error) => {
      if (error)
        return log('error', 'The broker refused the subscription; check the agent’s policy and thing name.', {
          error: error.message,
        })
      log('info', 'Connected.', { broker: broker.url, thing: broker.thing })
      onConnected()
    })
  })
  client.on('message', (_topic, payload) => {
    try {
      onMessage(downlinkSchema.parse(JSON.parse(payload.toString('utf8'))))
    } catch (error) {
      log('warn', 'A message from the cloud cannot be read; is this agent older than the cloud?', {
        error: String(error).slice(0, 300),
      })
    }
  })
  client.on('error', (error) =>
    log('warn', 'The connection to the broker failed; trying again.', { error: error.message }),
  )
  return {
    poll: (message) => publish('poll', message),
    report: (message) => publish('report', message),
    close: () => client.endAsync(),
  }
}
