/** One function per kind of resource: resolved properties in, the view that the laptop cloud works with out. */
import { existsSync } from 'node:fs'
import type {
  EventRuleView,
  EventSourceView,
  EventTargetView,
  FunctionView,
  InvokePermission,
  QueueView,
  StateMachineView,
  TableView,
  TopicRuleView,
} from '../cloud-types.ts'
import type { JsonObject } from '../json.ts'
import type { Found } from './http-api.ts'
import { BadTemplate, type Reader } from './read.ts'

const createTableKeys = [
  'AttributeDefinitions',
  'KeySchema',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'BillingMode',
]

/** What CreateTable does not take: warm throughput, per-replica and contributor-insight settings of the template. */
const indexForCreate = (index: Reader): JsonObject => ({
  IndexName: index.text('IndexName'),
  KeySchema: index.raw.KeySchema ?? [],
  Projection: index.raw.Projection ?? {},
})

export const tableOf = ({ logicalId, ref, arn, properties }: Found): TableView => {
  const body: JsonObject = { TableName: ref, BillingMode: 'PAY_PER_REQUEST' }
  for (const key of createTableKeys) if (properties.raw[key] !== undefined) body[key] = properties.raw[key]
  const indexes = properties.objects('GlobalSecondaryIndexes')
  if (indexes.length > 0) body.GlobalSecondaryIndexes = indexes.map(indexForCreate)
  const stream = properties.optionalObject('StreamSpecification')?.optionalText('StreamViewType')
  if (stream) body.StreamSpecification = { StreamEnabled: true, StreamViewType: stream }
  const ttlAttribute = properties.optionalObject('TimeToLiveSpecification')?.optionalText('AttributeName')
  return { logicalId, name: ref, arn, createTable: body, ttlAttribute }
}

export const functionOf = (
  { logicalId, ref, arn, properties }: Found,
  assetDirs: ReadonlyMap<string, string>,
): FunctionView => {
  const key = properties.object('Code').optionalText('S3Key')
  const codeDir = key === undefined ? undefined : assetDirs.get(key)
  if (codeDir === undefined)
    throw new BadTemplate(
      `${properties.where}: its code is no asset of this assembly (S3Key ${key}). Synthesise again with \`npm run synth\`.`,
    )
  if (!existsSync(codeDir))
    throw new BadTemplate(
      `${properties.where}: its bundle ${codeDir} does not exist. Synthesise again with \`npm run synth\`.`,
    )
  const variables = properties.optionalObject('Environment')?.optionalObject('Variables')?.raw ?? {}
  return {
    logicalId,
    name: ref,
    arn,
    codeDir,
    handler: properties.text('Handler'),
    timeoutSeconds: properties.number('Timeout', 3),
    memoryMb: properties.number('MemorySize', 128),
    environment: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
    roleArn: properties.text('Role'),
  }
}

export const permissionOf = (
  { properties }: Found,
  arnOfFunction: (reference: string) => string,
): InvokePermission => ({
  functionArn: arnOfFunction(properties.text('FunctionName')),
  principal: properties.text('Principal'),
  sourceArn: properties.optionalText('SourceArn'),
})

export const stateMachineOf = ({ logicalId, arn, properties }: Found, name: string): StateMachineView => {
  const type = properties.optionalText('StateMachineType') ?? 'STANDARD'
  if (type !== 'STANDARD')
    throw new BadTemplate(`${properties.where}: the laptop cloud runs STANDARD state machines only.`)
  let text = properties.optionalText('DefinitionString') ?? JSON.stringify(properties.object('Definition').raw)
  for (const [key, value] of Object.entries(properties.optionalObject('DefinitionSubstitutions')?.raw ?? {}))
    text = text.replaceAll(`\${${key}}`, String(value))
  return { logicalId, name, arn, roleArn: properties.text('RoleArn'), definition: JSON.parse(text) as JsonObject }
}

const targetOf = (target: Reader): EventTargetView => {
  for (const key of ['InputTransformer', 'InputPath', 'RoleArn'])
    if (target.raw[key] !== undefined)
      throw new BadTemplate(`${target.where}: the laptop cloud does not know a target's "${key}".`)
  return {
    id: target.text('Id'),
    arn: target.text('Arn'),
    input: target.optionalText('Input'),
    deadLetterArn: target.optionalObject('DeadLetterConfig')?.optionalText('Arn'),
    maximumRetryAttempts: target.optionalObject('RetryPolicy')?.number('MaximumRetryAttempts', 185) ?? 185,
  }
}

export const eventRuleOf = ({ logicalId, ref, arn, properties }: Found): EventRuleView => ({
  logicalId,
  name: ref,
  arn,
  enabled: (properties.optionalText('State') ?? 'ENABLED') === 'ENABLED',
  pattern: properties.optionalObject('EventPattern')?.raw,
  scheduleExpression: properties.optionalText('ScheduleExpression'),
  targets: properties.objects('Targets').map(targetOf),
})

export const queueOf = ({ logicalId, ref, arn }: Found): QueueView => ({
  logicalId,
  name: arn.slice(arn.lastIndexOf(':') + 1),
  arn,
  url: ref,
})

export const topicRuleOf = ({ logicalId, ref, arn, properties }: Found): TopicRuleView => {
  const payload = properties.object('TopicRulePayload')
  const functionArns = payload.objects('Actions').map((action) => {
    const lambda = action.optionalObject('Lambda')
    if (!lambda)
      throw new BadTemplate(
        `${action.where}: the laptop cloud knows Lambda actions only, not ${Object.keys(action.raw).join()}.`,
      )
    return lambda.text('FunctionArn')
  })
  const queue = payload.optionalObject('ErrorAction')?.optionalObject('Sqs')
  return {
    logicalId,
    name: ref,
    arn,
    enabled: payload.raw.RuleDisabled !== true,
    sql: payload.text('Sql'),
    sqlVersion: payload.optionalText('AwsIotSqlVersion') ?? '2015-10-08',
    functionArns,
    errorQueue: queue && {
      queueUrl: queue.text('QueueUrl'),
      roleArn: queue.text('RoleArn'),
      useBase64: queue.raw.UseBase64 === true,
    },
  }
}

export const eventSourceOf = (
  { logicalId, properties }: Found,
  tables: readonly TableView[],
  arnOfFunction: (reference: string) => string,
): EventSourceView => {
  const sourceArn = properties.text('EventSourceArn')
  const table = tables.find(({ arn }) => sourceArn.startsWith(`${arn}/stream/`))
  if (!table)
    throw new BadTemplate(`${properties.where}: the laptop cloud reads streams of tables only, not ${sourceArn}.`)
  const filters = properties.optionalObject('FilterCriteria')?.objects('Filters') ?? []
  return {
    logicalId,
    table: table.name,
    sourceArn,
    functionArn: arnOfFunction(properties.text('FunctionName')),
    batchSize: properties.number('BatchSize', 100),
    windowMs: 1_000 * properties.number('MaximumBatchingWindowInSeconds', 0),
    retries: properties.number('MaximumRetryAttempts', 10_000),
    bisects: properties.raw.BisectBatchOnFunctionError === true,
    startingPosition: properties.text('StartingPosition'),
    onFailureArn: properties
      .optionalObject('DestinationConfig')
      ?.optionalObject('OnFailure')
      ?.optionalText('Destination'),
    patterns: filters.length > 0 ? filters.map((filter) => JSON.parse(filter.text('Pattern')) as JsonObject) : [{}],
  }
}
