/** IoT control plane: things, certificates, and who is let in by which. */
import { parseBody, type Service, ServiceError, type WireRequest } from '../../endpoint/service.ts'
import { account, partition, region } from '../../template/names.ts'
import type { Database } from '../database.ts'
import type { Authority } from './authority.ts'

const schema = `
CREATE TABLE IF NOT EXISTS things (name TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS certificates (
  id TEXT PRIMARY KEY, status TEXT NOT NULL, thing TEXT, policies TEXT NOT NULL DEFAULT '[]'
) STRICT;`

type Row = { id: string; status: string; thing: string | null; policies: string }

/** A certificate as the broker sees it. */
export type Holder = {
  readonly status: string
  readonly thing: string | undefined
  readonly policies: readonly string[]
}

export type Registry = {
  readonly service: Service
  holder(certificateId: string): Holder | undefined
}

export type RegistryParts = {
  readonly database: Database
  readonly authority: Authority
  readonly policies: readonly string[]
  /** host:port of the broker, where it is up. */
  readonly address: () => string | undefined
  /** A certificate lets nobody in any more. */
  readonly onClosed: (certificateId: string) => void
}

const arnOf = (kind: 'thing' | 'cert', name: string): string =>
  `arn:${partition}:iot:${region}:${account}:${kind}/${name}`
const certificateOf = (arn: unknown): string => String(arn).replace(/^arn:.*:cert\//, '')

type Route = readonly [string, RegExp, string, readonly string[]]
const routes: readonly Route[] = [
  ['POST', /^\/certificates$/, 'CreateCertificateFromCsr', []],
  ['PUT', /^\/certificates\/([^/]+)$/, 'UpdateCertificate', ['certificateId']],
  ['POST', /^\/things\/([^/]+)$/, 'CreateThing', ['thingName']],
  ['PUT', /^\/things\/([^/]+)\/principals$/, 'AttachThingPrincipal', ['thingName']],
  ['PUT', /^\/target-policies\/([^/]+)$/, 'AttachPolicy', ['policyName']],
  ['GET', /^\/endpoint$/, 'DescribeEndpoint', []],
]

const read = ({ method, path, query, headers, body }: WireRequest) => {
  for (const [verb, pattern, operation, names] of routes) {
    const found = verb === method ? pattern.exec(path) : null
    if (!found) continue
    const inPath = Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(found[i + 1] ?? '')]))
    const inHeader = headers['x-amzn-principal'] === undefined ? {} : { principal: headers['x-amzn-principal'] }
    const inBody = body.length > 0 ? parseBody(body) : {}
    return { operation, input: { ...inBody, ...Object.fromEntries(query), ...inHeader, ...inPath } }
  }
  throw new ServiceError('UnknownOperationException', `IoT Core on a laptop has no ${method} ${path}.`, 404)
}

export const createRegistry = ({ database, authority, policies, address, onClosed }: RegistryParts): Registry => {
  database.exec(schema)
  const select = database.prepare('SELECT * FROM certificates WHERE id = ?')
  const found = (id: string): Row => {
    const row = select.get(id) as Row | undefined
    if (!row) throw new ServiceError('ResourceNotFoundException', `There is no certificate ${id}.`, 404)
    return row
  }
  const operations: Record<string, (input: Record<string, unknown>) => Promise<Record<string, unknown>>> = {
    CreateCertificateFromCsr: async ({ certificateSigningRequest, setAsActive }) => {
      const { id, pem } = await authority.sign(String(certificateSigningRequest ?? ''))
      const status = String(setAsActive) === 'true' ? 'ACTIVE' : 'INACTIVE'
      database.prepare('INSERT INTO certificates (id, status) VALUES (?, ?)').run(id, status)
      return { certificateId: id, certificateArn: arnOf('cert', id), certificatePem: pem }
    },
    UpdateCertificate: async ({ certificateId, newStatus }) => {
      const { id } = found(String(certificateId))
      database.prepare('UPDATE certificates SET status = ? WHERE id = ?').run(String(newStatus), id)
      if (newStatus !== 'ACTIVE') onClosed(id)
      return {}
    },
    CreateThing: async ({ thingName }) => {
      database.prepare('INSERT OR IGNORE INTO things (name) VALUES (?)').run(String(thingName))
      return { thingName, thingArn: arnOf('thing', String(thingName)) }
    },
    AttachThingPrincipal: async ({ thingName, principal, thingPrincipalType }) => {
      const { id, thing } = found(certificateOf(principal))
      if (!database.prepare('SELECT name FROM things WHERE name = ?').get(String(thingName)))
        throw new ServiceError('ResourceNotFoundException', `There is no thing ${String(thingName)}.`, 404)
      if (thingPrincipalType !== 'EXCLUSIVE_THING' || (thing !== null && thing !== thingName))
        throw new ServiceError(
          'InvalidRequestException',
          'A certificate on a laptop belongs to one thing, exclusively (EXCLUSIVE_THING).',
        )
      database.prepare('UPDATE certificates SET thing = ? WHERE id = ?').run(String(thingName), id)
      return {}
    },
    AttachPolicy: async ({ policyName, target }) => {
      if (!policies.includes(String(policyName)))
        throw new ServiceError('ResourceNotFoundException', `There is no policy ${String(policyName)}.`, 404)
      const row = found(certificateOf(target))
      const attached = [...new Set([...(JSON.parse(row.policies) as string[]), String(policyName)])]
      database.prepare('UPDATE certificates SET policies = ? WHERE id = ?').run(JSON.stringify(attached), row.id)
      return {}
    },
    DescribeEndpoint: async () => {
      const endpointAddress = address()
      if (endpointAddress === undefined)
        throw new ServiceError('InternalFailureException', 'The broker of the laptop cloud is not up yet.', 503)
      return { endpointAddress }
    },
  }
  const resourcesOf = (operation: string, input: Record<string, unknown>): readonly string[] => {
    switch (operation) {
      case 'CreateThing':
        return [arnOf('thing', String(input.thingName))]
      case 'AttachThingPrincipal':
        return [arnOf('thing', String(input.thingName)), String(input.principal)]
      case 'AttachPolicy':
        return [String(input.target)]
      case 'UpdateCertificate':
        return [arnOf('cert', String(input.certificateId))]
      default:
        return ['*']
    }
  }
  return {
    service: {
      signingName: 'iot',
      throttle: 'ThrottlingException',
      read,
      permissions: ({ operation, input }) =>
        resourcesOf(operation, input).map((resource) => ({ action: `iot:${operation}`, resource })),
      handle: ({ operation, input }) => (operations[operation] as (typeof operations)[string])(input),
    },
    holder: (id) => {
      const row = select.get(id) as Row | undefined
      return (
        row && {
          status: row.status,
          thing: row.thing ?? undefined,
          policies: JSON.parse(row.policies) as string[],
        }
      )
    },
  }
}
