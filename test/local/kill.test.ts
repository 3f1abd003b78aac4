/** I8: what was acknowledged survives `kill -9` of the laptop cloud. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb'
import { DescribeExecutionCommand, SendTaskSuccessCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { assemblyOf, resources, temporaryDir } from './fixture.ts'

const machineArn = 'arn:aws:states:eu-central-1:000000000000:stateMachine:lab'

type Victim = { process: ChildProcess; dynamo: DynamoDBClient; states: SFNClient; table: string }

let dataDir: string
let assembly: string
let victim: Victim

const start = async (): Promise<Victim> => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./victim.ts', import.meta.url)), assembly, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const { endpointUrl, table } = JSON.parse(line) as { endpointUrl: string; table: string }
    const config = {
      endpoint: endpointUrl,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'administrator', secretAccessKey: 'local' },
    }
    return { process: child, dynamo: new DynamoDBClient(config), states: new SFNClient(config), table }
  }
  throw new Error('The laptop cloud ended before it was ready.')
}

const kill = async (): Promise<void> => {
  const exited = new Promise((resolve) => victim.process.once('exit', resolve))
  victim.process.kill('SIGKILL')
  await exited
}

const poll = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
  for (let tries = 0; tries < 400; tries += 1) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`It did not happen within ten seconds: ${what}`)
}

const written = async (sk: string): Promise<Record<string, unknown> | undefined> => {
  const { Item } = await victim.dynamo.send(
    new GetItemCommand({ TableName: victim.table, Key: { pk: { S: 'written' }, sk: { S: sk } } }),
  )
  return Item && (JSON.parse(Item.event?.S ?? '{}') as Record<string, unknown>)
}

beforeEach(async () => {
  dataDir = temporaryDir()
  assembly = assemblyOf(resources(), dataDir)
  victim = await start()
})
afterEach(async () => {
  await kill()
  const engine = join(dataDir, 'dynamodb.pid')
  // The engine ends by itself when its keeper is gone; only then may its files go.
  await poll('the engine has ended', async () =>
    existsSync(engine) && isAlive(Number(readFileSync(engine, 'utf8'))) ? undefined : true,
  )
  rmSync(dataDir, { recursive: true, force: true })
})

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test('an execution that waits for its token is answered after the restart, and its items are there', async () => {
  const { executionArn } = await victim.states.send(
    new StartExecutionCommand({ stateMachineArn: machineArn, name: 'one', input: '{"a":1}' }),
  )
  const asked = await poll('the token is handed out', () => written('token'))
  await kill()

  victim = await start()
  expect(await written('one')).toEqual({ id: 'one', input: { a: 1 } })
  await victim.states.send(new SendTaskSuccessCommand({ taskToken: String(asked.token), output: '{"yes":1}' }))
  const output = await poll('it ends', async () => {
    const described = await victim.states.send(new DescribeExecutionCommand({ executionArn }))
    return described.status === 'SUCCEEDED' ? described.output : undefined
  })
  expect(JSON.parse(output)).toEqual({ id: 'one', answer: { yes: 1 } })
  expect(await written('token')).toEqual(asked)
})

test('an execution that was acknowledged and had hardly begun goes on after the restart', async () => {
  const { executionArn } = await victim.states.send(
    new StartExecutionCommand({ stateMachineArn: machineArn, name: 'two', input: '{}' }),
  )
  await kill()
  victim = await start()
  const { status } = await victim.states.send(new DescribeExecutionCommand({ executionArn }))
  expect(status).toBe('RUNNING')
  await poll('it asks', () => written('token'))
})
