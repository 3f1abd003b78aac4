import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startCloud } from '#local/cloud.ts'
import type { Cloud } from '#local/cloud-types.ts'
import type { JsonObject } from '#local/json.ts'
import { assemblyOf, resources, temporaryDir, until } from './fixture.ts'

let dataDir: string
let cloud: Cloud | undefined

const boot = async (all: Record<string, JsonObject> = resources()): Promise<Cloud> => {
  cloud = await startCloud({ assembly: assemblyOf(all, dataDir), dataDir })
  return cloud
}
const logged = (): string => readFileSync(join(dataDir, 'cloud.log'), 'utf8')

/** A client with the credentials of a function, or of the administrator. */
const clientOf = (accessKeyId: string) => ({
  endpoint: cloud?.endpointUrl ?? '',
  region: 'eu-central-1',
  maxAttempts: 1,
  credentials: { accessKeyId, secretAccessKey: 'local' },
})
const table = () => cloud?.template.tables[0]?.name ?? ''
const key = (sk: string) => ({ pk: { S: 'written' }, sk: { S: sk } })
const read = async (sk: string) =>
  (await new DynamoDBClient(clientOf('administrator')).send(new GetItemCommand({ TableName: table(), Key: key(sk) })))
    .Item

const withoutActions = (
  all: Record<string, JsonObject>,
  policy: string,
  ...gone: string[]
): Record<string, JsonObject> => {
  const text = JSON.stringify(all[policy]).replaceAll(new RegExp(`"(${gone.join('|')})"`, 'g'), '"none:None"')
  return { ...all, [policy]: JSON.parse(text) as JsonObject }
}

beforeEach(() => {
  dataDir = temporaryDir()
})
afterEach(async () => {
  await cloud?.stop()
  cloud = undefined
  rmSync(dataDir, { recursive: true, force: true })
})

describe('grants', () => {
  test('a call that the template grants goes through', async () => {
    const { invoke } = await boot()
    expect(await invoke('WriterFunction', { id: 'one' })).toEqual({ ok: true, payload: { id: 'one' } })
    expect(await read('one')).toBeDefined()
  })

  test('a grant taken out of the template is refused by function, action and resource, and nothing is stored', async () => {
    const { invoke, template } = await boot(withoutActions(resources(), 'WriterPolicy', 'dynamodb:PutItem'))
    const result = await invoke('WriterFunction', { id: 'one' })
    expect(result).toMatchObject({ ok: false, errorType: 'AccessDeniedException' })
    const message = result.ok ? '' : result.errorMessage
    for (const named of ['WriterFunction', 'dynamodb:PutItem', template.tables[0]?.arn ?? '?', 'WriterRole'])
      expect(message).toContain(named)
    expect(logged()).toContain('AccessDenied: WriterFunction')
    expect(await read('one')).toBeUndefined()
  })

  test('a transaction needs the permission of each of its items', async () => {
    await boot()
    const send = (more: object) =>
      new DynamoDBClient(clientOf('WriterFunction')).send(
        new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: table(), Item: key('t') } }, more] }),
      )
    await expect(send({ Delete: { TableName: table(), Key: key('u') } })).rejects.toThrow('dynamodb:DeleteItem')
    await expect(
      send({ ConditionCheck: { TableName: table(), Key: key('u'), ConditionExpression: 'attribute_exists(pk)' } }),
    ).rejects.toThrow('dynamodb:ConditionCheckItem')
    expect(await read('t')).toBeUndefined()
    await send({ Put: { TableName: table(), Item: key('u') } })
    expect(await read('t')).toBeDefined()
  })

  test('an index needs its own grant; an unknown caller is nobody', async () => {
    await boot()
    const query = new QueryCommand({
      TableName: table(),
      IndexName: 'byParent',
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'x' } },
    })
    await expect(new DynamoDBClient(clientOf('WriterFunction')).send(query)).rejects.toThrow('/index/byParent')
    await expect(new DynamoDBClient(clientOf('Stranger')).send(query)).rejects.toThrow('"Stranger" belongs to nobody')
  })

  test('a state machine that may not invoke its function fails with a cause that says so', async () => {
    await boot(withoutActions(resources(), 'MachinePolicy', 'lambda:InvokeFunction'))
    const machineArn = cloud?.template.stateMachines[0]?.arn ?? ''
    const { executionArn = '' } = await new SFNClient(clientOf('WriterFunction')).send(
      new StartExecutionCommand({ stateMachineArn: machineArn, name: 'x', input: '{}' }),
    )
    const ended = await until('it fails', () => {
      const view = cloud?.stepFunctions.describe(executionArn)
      return view?.status === 'FAILED' && view
    })
    expect(ended.cause).toContain('lambda:InvokeFunction')
  })

  test('a service that has no permission may not invoke', async () => {
    const { invokeAsService } = await boot()
    const call = invokeAsService({
      service: 'iot.amazonaws.com',
      sourceArn: 'arn:rule',
      function: 'WriterFunction',
      event: {},
    })
    await expect(call).rejects.toThrow('lambda:InvokeFunction')
  })

  test('grants that were exercised are remembered', async () => {
    const { invoke, meter } = await boot()
    await invoke('WriterFunction', { id: 'one' })
    expect(meter.usedGrants().map(({ action }) => action)).toEqual(['dynamodb:PutItem'])
  })
})

describe('metering', () => {
  test('counts calls, capacity units and invocations, and hides the capacity that nobody asked for', async () => {
    const { invoke, meter } = await boot()
    const before = meter.snapshot()
    await invoke('WriterFunction', { id: 'one' })
    const counted = meter.since(before)
    expect(counted.calls).toEqual({ 'lambda:Invoke': 1, 'dynamodb:PutItem': 1 })
    expect(counted).toMatchObject({ writeUnits: 1, readUnits: 0, lambdaInvocations: 1 })
    expect(counted.lambdaGbSeconds).toBeGreaterThan(0)
    const client = new DynamoDBClient(clientOf('administrator'))
    const get = { TableName: table(), Key: key('one'), ConsistentRead: true }
    expect((await client.send(new GetItemCommand(get))).ConsumedCapacity).toBeUndefined()
    expect(
      (await client.send(new GetItemCommand({ ...get, ReturnConsumedCapacity: 'TOTAL' }))).ConsumedCapacity
        ?.CapacityUnits,
    ).toBe(1)
    expect(meter.since(before).readUnits).toBe(2)
  })

  test('a condition that fails reaches the caller whole, and is billed', async () => {
    const { meter } = await boot()
    const put = { TableName: table(), Item: key('one') }
    const client = new DynamoDBClient(clientOf('administrator'))
    await client.send(new PutItemCommand(put))
    const before = meter.snapshot()
    const again = {
      Put: {
        ...put,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      },
    }
    const refused = client.send(new TransactWriteItemsCommand({ TransactItems: [again] }))
    await expect(refused).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: key('one') }],
    })
    expect(meter.since(before).writeUnits).toBe(2)
  })
})

describe('faults', () => {
  const dynamo = { function: 'Writer', service: 'dynamodb', operation: 'PutItem' }

  test('throttle and fail: nothing is stored', async () => {
    const { invoke, faults } = await boot()
    const throttle = faults.inject({ ...dynamo, effect: { kind: 'throttle' } })
    expect(await invoke('WriterFunction', { id: 'a' })).toMatchObject({ ok: false, errorType: 'ThrottlingException' })
    expect(throttle.struck()).toBe(1)
    faults.inject({ ...dynamo, effect: { kind: 'fail' } })
    expect(await invoke('WriterFunction', { id: 'a' })).toMatchObject({ ok: false, errorType: 'InternalServerError' })
    expect(await read('a')).toBeUndefined()
    expect(await invoke('WriterFunction', { id: 'a' })).toMatchObject({ ok: true })
  })

  test('fail after commit: the caller hears of an error, and the item is there', async () => {
    const { invoke, faults } = await boot()
    faults.inject({ ...dynamo, effect: { kind: 'fail-after-commit' } })
    expect(await invoke('WriterFunction', { id: 'a' })).toMatchObject({ ok: false })
    expect(await read('a')).toBeDefined()
  })

  test('crash after commit: the function’s process dies, the item is there, the next invocation finds a new process', async () => {
    const { invoke, faults } = await boot()
    faults.inject({ ...dynamo, effect: { kind: 'crash-after-commit' } })
    expect(await invoke('WriterFunction', { id: 'a' })).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' })
    expect(await read('a')).toBeDefined()
    expect(await invoke('WriterFunction', { id: 'b' })).toMatchObject({ ok: true })
  })

  test('a function may die after its work; skip and times choose which invocations', async () => {
    const { invoke, faults } = await boot()
    faults.inject({ function: 'writer', service: 'lambda', skip: 1, times: 1, effect: { kind: 'crash-after-commit' } })
    const answers = []
    for (const id of ['a', 'b', 'c']) answers.push((await invoke('WriterFunction', { id })).ok)
    expect(answers).toEqual([true, false, true])
    expect(await read('b')).toBeDefined()
  })
})

describe('functions', () => {
  test('report errors as Lambda does, and run into their time limit', async () => {
    const all = resources()
    const properties = (all.WriterFunction as { Properties: JsonObject }).Properties
    properties.Timeout = 1
    const { invoke } = await boot(all)
    expect(await invoke('writer', { fail: true, id: 'x' })).toMatchObject({
      ok: false,
      errorType: 'AsAsked',
      errorMessage: 'as asked',
    })
    const late = await invoke('writer', { hang: true, id: 'x' })
    expect(late).toMatchObject({ ok: false, errorType: 'Sandbox.Timedout' })
    expect(await invoke('writer', { id: 'y' })).toMatchObject({ ok: true })
  })
})

test('an execution that was stopped is told to the rule that waits for it, with what it was', async () => {
  const { stepFunctions, template } = await boot()
  const stateMachineArn = template.stateMachines[0]?.arn ?? ''
  const start = new StartExecutionCommand({ stateMachineArn, name: 'x', input: '{"run":1}' })
  const { executionArn = '' } = await new SFNClient(clientOf('WriterFunction')).send(start)
  await stepFunctions.stop(executionArn, 'as a test asked')
  const all = {
    TableName: table(),
    KeyConditionExpression: 'pk = :p',
    ExpressionAttributeValues: { ':p': { S: 'written' } },
  }
  let told: JsonObject | undefined
  for (let tries = 0; tries < 200 && !told; tries += 1) {
    const { Items = [] } = await new DynamoDBClient(clientOf('administrator')).send(new QueryCommand(all))
    told = Items.map((item) => JSON.parse(item.event?.S ?? '{}') as JsonObject).find(
      (event) => event.source === 'aws.states',
    )
    if (!told) await new Promise((resolve) => setTimeout(resolve, 25))
  }
  expect(told).toMatchObject({
    'detail-type': 'Step Functions Execution Status Change',
    detail: {
      executionArn,
      stateMachineArn,
      name: 'x',
      status: 'ABORTED',
      input: '{"run":1}',
      cause: 'as a test asked',
    },
  })
})

describe('the DynamoDB engine', () => {
  const send = (token: string, sk: string) => {
    const Put = { TableName: table(), Item: key(sk), ConditionExpression: 'attribute_not_exists(pk)' }
    return new DynamoDBClient(clientOf('administrator')).send(
      new TransactWriteItemsCommand({ ClientRequestToken: token, TransactItems: [{ Put }] }),
    )
  }

  test('takes a transaction that is sent again under its token as done', async () => {
    await boot()
    await send('token-1', 'a')
    await send('token-1', 'a')
    await expect(send('token-2', 'a')).rejects.toMatchObject({ name: 'TransactionCanceledException' })
  })

  test('is started again after `kill -9`, with everything that it acknowledged', async () => {
    const { invoke } = await boot()
    await invoke('WriterFunction', { id: 'a' })
    process.kill(Number(readFileSync(join(dataDir, 'dynamodb.pid'), 'utf8')), 'SIGKILL')
    let again: object | undefined
    for (let tries = 0; tries < 200 && !again; tries += 1) {
      again = await read('a').catch(() => undefined)
      if (!again) await new Promise((resolve) => setTimeout(resolve, 25))
    }
    expect(again).toBeDefined()
  })
})

test('a second laptop cloud over the same data is refused', async () => {
  await boot()
  await expect(startCloud({ assembly: assemblyOf(resources(), dataDir), dataDir })).rejects.toThrow(
    'Another laptop cloud is running',
  )
})
