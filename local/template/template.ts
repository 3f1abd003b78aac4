/** Merges the stacks of an assembly into the one picture that the laptop cloud runs: typed views with concrete names. */
import type { Template } from '../cloud-types.ts'
import type { Assembly, Stack } from './assembly.ts'
import { type Found, httpApiOf } from './http-api.ts'
import { createResolver } from './intrinsics.ts'
import { account, region } from './names.ts'
import { roleOf, statementsOf } from './policies.ts'
import { BadTemplate, isObject, reader } from './read.ts'
import {
  eventRuleOf,
  eventSourceOf,
  functionOf,
  permissionOf,
  queueOf,
  stateMachineOf,
  tableOf,
  topicRuleOf,
} from './views.ts'

/** Types that the views below are made of. */
const interpreted = [
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Lambda::EventSourceMapping',
  'AWS::IAM::Role',
  'AWS::IAM::Policy',
  'AWS::StepFunctions::StateMachine',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::Events::Rule',
  'AWS::SQS::Queue',
  'AWS::S3::Bucket',
  'AWS::IoT::TopicRule',
  'AWS::IoT::Policy',
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
]

/** Types that change nothing on a laptop, with the reason why they may be ignored. */
const ignored: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'says what synthesised the template',
  'AWS::Logs::LogGroup': 'logs go to one file in the data directory',
  'AWS::Logs::MetricFilter': 'counts lines for alarms, and nobody watches a laptop',
  'AWS::ApiGatewayV2::Stage': 'one stage, $default; throttling and access logs are not emulated',
  'AWS::S3::BucketPolicy': 'says that only TLS may be used; the laptop listens on the loopback address alone',
  'AWS::SQS::QueuePolicy': 'says who else may send; senders are checked by their own role',
  'AWS::Cognito::UserPoolDomain': 'the local issuer signs tokens in its place',
  'AWS::Cognito::UserPoolResourceServer': 'the local issuer signs tokens in its place',
  'AWS::CloudWatch::Alarm': 'nobody watches a laptop',
  'AWS::CloudWatch::Dashboard': 'nobody watches a laptop',
  'AWS::CloudWatch::CompositeAlarm': 'nobody watches a laptop',
  'AWS::SNS::Topic': 'carries alarms',
  'AWS::SNS::TopicPolicy': 'carries alarms',
  'AWS::SNS::Subscription': 'carries alarms',
  'AWS::KMS::Key': 'data at rest lies on the laptop itself',
  'AWS::KMS::Alias': 'data at rest lies on the laptop itself',
  'AWS::IoT::Logging': 'the broker logs to the same file as everything else',
  'AWS::IoT::ThingType': 'a label',
  'AWS::IoT::DomainConfiguration': 'the broker listens on the laptop',
  'AWS::Backup::BackupVault': 'backups are copies of the data directory',
  'AWS::Backup::BackupPlan': 'backups are copies of the data directory',
  'AWS::Backup::BackupSelection': 'backups are copies of the data directory',
}

type Entry = Found & { readonly type: string }

const entriesOf = (stacks: readonly Stack[], resolver: ReturnType<typeof createResolver>): Entry[] =>
  stacks.flatMap((stack) =>
    Object.entries(stack.resources).flatMap(([logicalId, resource]): Entry[] => {
      if (resource.type in ignored) return []
      if (!interpreted.includes(resource.type))
        throw new BadTemplate(
          `${stack.name} has a ${resource.type} ("${logicalId}"), which the laptop cloud neither interprets nor knows to be harmless. Teach it in local/template/template.ts.`,
        )
      if (resource.condition && !resolver.condition(stack, resource.condition)) return []
      const { ref, attributes } = resolver.identity(stack, logicalId)
      const properties = resolver.resolve(stack, resource.properties)
      const where = `${stack.name}/${logicalId}`
      return [
        {
          type: resource.type,
          logicalId,
          ref,
          arn: attributes.Arn ?? ref,
          properties: reader(where, isObject(properties) ? properties : {}),
        },
      ]
    }),
  )

/** Interprets an assembly. Throws BadTemplate or Unresolvable, which name the resource and what to do about it. */
export const interpret = (assembly: Assembly): Template => {
  const resolver = createResolver(assembly.stacks)
  const entries = entriesOf(assembly.stacks, resolver)
  const of = (...types: string[]) => entries.filter((entry) => types.includes(entry.type))
  const attachments = of('AWS::IAM::Policy').map(({ properties }) => ({
    roleNames: properties.texts('Roles'),
    statements: statementsOf(properties.where, properties.raw.PolicyDocument),
  }))
  const functions = of('AWS::Lambda::Function').map((found) => functionOf(found, assembly.assetDirs))
  const arnOfFunction = (reference: string) =>
    functions.find((candidate) => candidate.arn === reference || candidate.name === reference)?.arn ?? reference
  const tables = of('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable').map(tableOf)
  const clients = of('AWS::Cognito::UserPoolClient')
  const outputs = assembly.stacks.flatMap((stack) =>
    Object.entries(stack.outputs).flatMap(([name, output]): [string, string][] =>
      isObject(output) && output.Value !== undefined ? [[name, String(resolver.resolve(stack, output.Value))]] : [],
    ),
  )
  return {
    account,
    region,
    tables,
    functions,
    roles: of('AWS::IAM::Role').map(({ logicalId, ref, arn, properties }) =>
      roleOf(logicalId, { name: ref, arn }, properties, attachments),
    ),
    invokePermissions: of('AWS::Lambda::Permission').map((found) => permissionOf(found, arnOfFunction)),
    stateMachines: of('AWS::StepFunctions::StateMachine').map((found) =>
      stateMachineOf(found, found.arn.slice(found.arn.lastIndexOf(':') + 1)),
    ),
    scheduleGroups: of('AWS::Scheduler::ScheduleGroup').map(({ logicalId, ref, arn }) => ({
      logicalId,
      name: ref,
      arn,
    })),
    eventRules: of('AWS::Events::Rule').map(eventRuleOf),
    eventSources: of('AWS::Lambda::EventSourceMapping').map((found) => eventSourceOf(found, tables, arnOfFunction)),
    queues: of('AWS::SQS::Queue').map(queueOf),
    buckets: of('AWS::S3::Bucket').map(({ ref }) => ref),
    topicRules: of('AWS::IoT::TopicRule').map(topicRuleOf),
    iotPolicies: of('AWS::IoT::Policy').map(({ logicalId, ref, arn, properties }) => ({
      logicalId,
      name: ref,
      arn,
      statements: statementsOf(properties.where, properties.raw.PolicyDocument),
    })),
    httpApis: of('AWS::ApiGatewayV2::Api').map((api) =>
      httpApiOf(
        api,
        of('AWS::ApiGatewayV2::Route'),
        of('AWS::ApiGatewayV2::Integration'),
        of('AWS::ApiGatewayV2::Authorizer'),
      ),
    ),
    userPools: of('AWS::Cognito::UserPool').map(({ logicalId, ref, arn }) => ({
      logicalId,
      id: ref,
      arn,
      clients: clients
        .filter(({ properties }) => properties.text('UserPoolId') === ref)
        .map((client) => ({ logicalId: client.logicalId, id: client.ref })),
    })),
    outputs: Object.fromEntries(outputs),
  }
}
