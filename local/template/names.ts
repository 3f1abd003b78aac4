/**
 * The names, ids and ARNs that CloudFormation would give out, made concrete for one fake account. They are a function of
 * stack and logical id, so they stay the same over restarts and the data on disk keeps its meaning.
 */
import { createHash } from 'node:crypto'
import type { Json } from '../json.ts'

export const account = '000000000000'
export const region = 'eu-central-1'
export const partition = 'aws'

const arn = (service: string, rest: string): string => `arn:${partition}:${service}:${region}:${account}:${rest}`

/** A short stable id such as API Gateway gives. */
const idOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, 10)

/** What Ref and Fn::GetAtt answer for one resource. */
export type Identity = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> }

type Naming = (name: string, property: (key: string) => Json | undefined) => Identity

const named = (ref: string, attributes: Record<string, string>): Identity => ({ ref, attributes })

const table: Naming = (name) =>
  named(name, {
    Arn: arn('dynamodb', `table/${name}`),
    StreamArn: arn('dynamodb', `table/${name}/stream/2026-01-01T00:00:00.000`),
    TableId: idOf(name),
  })

const plainQueue: Naming = (name) =>
  named(`https://sqs.${region}.amazonaws.com/${account}/${name}`, {
    Arn: arn('sqs', name),
    QueueName: name,
    QueueUrl: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
  })

const iam =
  (kind: string): Naming =>
  (name) =>
    named(name, { Arn: `arn:${partition}:iam::${account}:${kind}/${name}`, RoleId: idOf(name) })

const httpApi: Naming = (name) => {
  const id = idOf(name)
  return named(id, { ApiId: id, ApiEndpoint: `https://${id}.execute-api.${region}.amazonaws.com` })
}

const userPool: Naming = (name) => {
  const id = `${region}_${idOf(name).slice(0, 9)}`
  return named(id, {
    Arn: arn('cognito-idp', `userpool/${id}`),
    UserPoolId: id,
    ProviderName: `cognito-idp.${region}.amazonaws.com/${id}`,
    ProviderURL: `https://cognito-idp.${region}.amazonaws.com/${id}`,
  })
}

/** Names of buckets are host names: lower case. */
const bucket: Naming = (name) => {
  const host = name.toLowerCase()
  return named(host, {
    Arn: `arn:${partition}:s3:::${host}`,
    DomainName: `${host}.s3.amazonaws.com`,
    RegionalDomainName: `${host}.s3.${region}.amazonaws.com`,
  })
}

const eventRule: Naming = (name) => named(name, { Arn: arn('events', `rule/${name}`) })

const opaque: Naming = (name) => named(name, { Arn: arn('unknown', name), Id: idOf(name) })

/** How each interpreted type is named, and under which property the template may name it itself. */
const namings: Readonly<Record<string, { readonly nameProperty?: string; readonly naming: Naming }>> = {
  'AWS::DynamoDB::Table': { nameProperty: 'TableName', naming: table },
  'AWS::DynamoDB::GlobalTable': { nameProperty: 'TableName', naming: table },
  'AWS::S3::Bucket': { nameProperty: 'BucketName', naming: bucket },
  'AWS::Lambda::Function': {
    nameProperty: 'FunctionName',
    naming: (name) => named(name, { Arn: arn('lambda', `function:${name}`) }),
  },
  'AWS::IAM::Role': { nameProperty: 'RoleName', naming: iam('role') },
  'AWS::IAM::ManagedPolicy': {
    nameProperty: 'ManagedPolicyName',
    naming: (name) => named(`arn:${partition}:iam::${account}:policy/${name}`, {}),
  },
  'AWS::StepFunctions::StateMachine': {
    nameProperty: 'StateMachineName',
    naming: (name) =>
      named(arn('states', `stateMachine:${name}`), { Arn: arn('states', `stateMachine:${name}`), Name: name }),
  },
  'AWS::Scheduler::ScheduleGroup': {
    nameProperty: 'Name',
    naming: (name) => named(name, { Arn: arn('scheduler', `schedule-group/${name}`) }),
  },
  'AWS::Events::Rule': { nameProperty: 'Name', naming: eventRule },
  'AWS::SQS::Queue': { nameProperty: 'QueueName', naming: plainQueue },
  'AWS::IoT::TopicRule': {
    nameProperty: 'RuleName',
    naming: (name) => named(name, { Arn: arn('iot', `rule/${name}`) }),
  },
  'AWS::IoT::Policy': {
    nameProperty: 'PolicyName',
    naming: (name) => named(name, { Arn: arn('iot', `policy/${name}`), Id: name }),
  },
  'AWS::ApiGatewayV2::Api': { naming: httpApi },
  'AWS::Cognito::UserPool': { naming: userPool },
  'AWS::Logs::LogGroup': {
    nameProperty: 'LogGroupName',
    naming: (name) => named(name, { Arn: arn('logs', `log-group:${name}:*`) }),
  },
}

/** Names a resource. `property` reads its resolved properties (needed only where the template names it). */
export const identityOf = (
  stackName: string,
  logicalId: string,
  type: string,
  property: (key: string) => Json | undefined,
): Identity => {
  const { nameProperty, naming } = namings[type] ?? { naming: opaque }
  const given = nameProperty ? property(nameProperty) : undefined
  return naming(typeof given === 'string' ? given : `${stackName}-${logicalId}`, property)
}
