/** IAM policy documents as statements, and roles with everything that is attached to them. */
import type { RoleView } from '../cloud-types.ts'
import type { Statement } from '../endpoint/iam-types.ts'
import type { Json, JsonObject } from '../json.ts'
import { BadTemplate, isObject, type Reader, texts } from './read.ts'

/** Condition operators and keys that the laptop cloud evaluates. Anything else in a policy is refused, not guessed. */
const operators = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'ArnEquals',
  'ArnLike',
  'ArnNotEquals',
  'ArnNotLike',
  'Bool',
]
const knownKeys = [
  'iam:PassedToService',
  'aws:SourceArn',
  'aws:SourceAccount',
  'aws:SecureTransport',
  'iot:Connection.Thing.IsAttached',
  'iot:ClientId',
  'ses:FromAddress',
]

const conditionsOf = (where: string, raw: Json | undefined): Statement['conditions'] => {
  if (!isObject(raw)) return {}
  return Object.fromEntries(
    Object.entries(raw).map(([operator, keys]) => {
      if (!operators.includes(operator.replace(/IfExists$/, '')))
        throw new BadTemplate(`${where}: the laptop cloud does not evaluate the condition operator ${operator}.`)
      return [
        operator,
        Object.fromEntries(
          Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => {
            if (!knownKeys.includes(key))
              throw new BadTemplate(`${where}: the laptop cloud has no value for the condition key ${key}.`)
            return [key, texts(values)]
          }),
        ),
      ]
    }),
  )
}

const statementOf = (where: string, raw: JsonObject): Statement => ({
  effect: raw.Effect === 'Deny' ? 'Deny' : 'Allow',
  actions: texts(raw.Action),
  notActions: texts(raw.NotAction),
  resources: texts(raw.Resource),
  notResources: texts(raw.NotResource),
  conditions: conditionsOf(where, raw.Condition),
})

/** The statements of a policy document (`{Version, Statement}`), given as an object or as JSON text. */
export const statementsOf = (where: string, document: Json | undefined): Statement[] => {
  const parsed: unknown = typeof document === 'string' ? JSON.parse(document) : document
  if (!isObject(parsed)) throw new BadTemplate(`${where} has no policy document.`)
  const list = Array.isArray(parsed.Statement) ? parsed.Statement : [parsed.Statement ?? null]
  return list.filter(isObject).map((raw, index) => statementOf(`${where}, statement ${index + 1}`, raw))
}

/** AWS-managed policies that may appear; their service (logs) is none that the endpoint serves, so they grant nothing here. */
const harmlessManaged = ['service-role/AWSLambdaBasicExecutionRole']

export type Attachment = { readonly roleNames: readonly string[]; readonly statements: readonly Statement[] }

/** A role from its resolved properties; `attachments` are the AWS::IAM::Policy resources of all stacks. */
export const roleOf = (
  logicalId: string,
  identity: { name: string; arn: string },
  properties: Reader,
  attachments: readonly Attachment[],
): RoleView => {
  const inline = properties
    .objects('Policies')
    .flatMap((policy) => statementsOf(policy.where, policy.raw.PolicyDocument))
  const attached = attachments.filter((a) => a.roleNames.includes(identity.name)).flatMap((a) => a.statements)
  for (const managed of properties.texts('ManagedPolicyArns'))
    if (!harmlessManaged.some((name) => managed.endsWith(`:policy/${name}`)))
      throw new BadTemplate(
        `${properties.where}: the laptop cloud does not know what the managed policy ${managed} grants.`,
      )
  const trust = properties.object('AssumeRolePolicyDocument')
  const trusts = trust
    .objects('Statement')
    .flatMap((statement) => statement.optionalObject('Principal')?.texts('Service') ?? [])
  return { logicalId, ...identity, trusts, statements: [...inline, ...attached] }
}
