import { type Client, createClient } from '#contracts/http/client.ts'
import { startCloud } from '../cloud.ts'
import type { Cloud, Template } from '../cloud-types.ts'
import { type HttpApi, startHttpApi } from '../edge/http-api/server.ts'
import { startBroker } from '../edge/iot/broker.ts'
import { openBrokerCredentials } from '../edge/iot/credentials.ts'
import { type DemoPerson, demoPeople, openIssuer, subjectOf } from '../edge/issuer/issuer.ts'
import { synthesise } from './assembly.ts'
import { landingPage } from './landing-page.ts'
import { outboxPage } from './outbox-page.ts'

export type LaboratoryOptions = {
  readonly dataDir: string
  /** 0 takes a free one. */
  readonly port?: number
  readonly mqttPort?: number
  readonly mqttsPort?: number
  readonly onProgress?: (step: string) => void
  /** Another assembly than that of the sources; for tests that change the template. */
  readonly assembly?: string
  /** Added to the environment of every function, such as WEBHOOKS=anywhere. */
  readonly environment?: Readonly<Record<string, string>>
}

/** A running laptop cloud with its ways in. */
export type Laboratory = {
  readonly url: string
  readonly mqttUrl: string
  /** For agents with certificates; `rootFile` is the certificate of who signs them. */
  readonly mqttsUrl: string
  readonly rootFile: string
  readonly cloud: Cloud
  tokenFor(person: DemoPerson, expiresInSeconds?: number): Promise<string>
  clientFor(person: DemoPerson): Promise<Client>
  /** Credential of an agent at the broker. */
  passwordFor(thing: string): string
  connectedAgents(): readonly string[]
  stop(): Promise<void>
}

/** Whom tokens are for and from: what the template's authorizer asks for. */
export const audienceOf = (template: Template): { issuer: string; audience: string } => {
  const jwt = template.httpApis.flatMap((api) => api.routes).find((route) => route.jwt)?.jwt
  if (!jwt) throw new Error('No route of the template has a JWT authorizer.')
  return { issuer: jwt.issuer, audience: jwt.audience[0] ?? '' }
}

const assemblyOfSources = async (onProgress: (step: string) => void): Promise<string> => {
  const { directory, fresh } = await synthesise()
  onProgress(fresh ? 'template synthesised' : 'template as before')
  return directory
}

export const startLaboratory = async (options: LaboratoryOptions): Promise<Laboratory> => {
  const { dataDir, port = 0, mqttPort = 0, mqttsPort = 0, onProgress = () => undefined } = options
  const assembly = options.assembly ?? (await assemblyOfSources(onProgress))
  const cloud = await startCloud({ assembly, dataDir, onProgress, environment: options.environment })
  try {
    const issuer = await openIssuer(dataDir)
    const credentials = openBrokerCredentials(dataDir)
    const broker = await startBroker(cloud, credentials, { port: mqttPort, securePort: mqttsPort })
    onProgress(`broker is up at ${broker.url} and ${broker.secureUrl}`)
    const extra = (path: string): ReturnType<typeof json> | undefined =>
      path === '/outbox'
        ? outboxPage(cloud.outbox.all())
        : path === '/'
          ? landingPage(cloud.template, api.url)
          : path === '/.well-known/jwks.json'
            ? json(issuer.jwks)
            : undefined
    const api: HttpApi = await startHttpApi({ cloud, issuer, port, extra })
    onProgress(`HTTP API is up at ${api.url}`)
    const whom = audienceOf(cloud.template)
    const tokenFor = (person: DemoPerson, expiresInSeconds = 8 * 3600) =>
      issuer.issue({ ...whom, subject: subjectOf(person), name: demoPeople[person], expiresInSeconds })
    return {
      url: api.url,
      mqttUrl: broker.url,
      mqttsUrl: broker.secureUrl,
      rootFile: cloud.iot.authority.rootFile,
      cloud,
      tokenFor,
      clientFor: async (person) => createClient({ baseUrl: api.url, token: await tokenFor(person), fetch }),
      passwordFor: credentials.passwordOf,
      connectedAgents: broker.connected,
      stop: async () => {
        await api.stop()
        await broker.stop()
        await cloud.stop()
      },
    }
  } catch (error) {
    await cloud.stop()
    throw error
  }
}

const json = (value: unknown) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})
