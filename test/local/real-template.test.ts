/** The template that `cdk deploy` would ship, on the laptop cloud. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane'
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { environments, type FunctionName } from '#contracts/environment.ts'
import { startCloud } from '#local/cloud.ts'
import type { Cloud } from '#local/cloud-types.ts'
import { createPrincipals } from '#local/endpoint/authorise.ts'
import { synthesise } from '#local/processes/assembly.ts'
import { definitionOf } from '#local/services/step-functions/definition.ts'
import { readAssembly } from '#local/template/assembly.ts'
import { interpret } from '#local/template/template.ts'
import { temporaryDir } from './fixture.ts'

type Resources = Record<
  string,
  { Type: string; Properties: { PolicyDocument?: { Statement: object[] }; Roles?: object[] } }
>

let assembly: string
let dataDir: string
let cloud: Cloud | undefined

/** Boots over a copy of the assembly in which the policies of one role no longer name an action. */
const bootWithout = async (role: RegExp, action: string): Promise<Cloud> => {
  const copy = mkdtempSync(join(dataDir, 'assembly-'))
  cpSync(assembly, copy, { recursive: true })
  let taken = 0
  for (const file of readdirSync(copy).filter((name) => name.endsWith('.template.json'))) {
    const template = JSON.parse(readFileSync(join(copy, file), 'utf8')) as { Resources: Resources }
    for (const resource of Object.values(template.Resources)) {
      if (resource.Type !== 'AWS::IAM::Policy' || !role.test(JSON.stringify(resource.Properties.Roles))) continue
      const before = JSON.stringify(resource.Properties.PolicyDocument)
      const after = before.replaceAll(`"${action}"`, '"none:None"')
      if (after !== before) taken += 1
      resource.Properties.PolicyDocument = JSON.parse(after)
    }
    writeFileSync(join(copy, file), JSON.stringify(template))
  }
  expect(taken, `policies that grant ${action} to ${role}`).toBeGreaterThan(0)
  cloud = await startCloud({ assembly: copy, dataDir })
  return cloud
}

const clientConfig = (running: Cloud, accessKeyId: string) => ({
  endpoint: running.endpointUrl,
  region: 'eu-central-1',
  maxAttempts: 1,
  credentials: { accessKeyId, secretAccessKey: 'local' },
})
const logicalId = (running: Cloud, name: FunctionName) =>
  createPrincipals(running.template).functionNamed(name).logicalId

const scheduleOf = (
  { template }: Cloud,
  more: Partial<CreateScheduleCommandInput> = {},
): CreateScheduleCommandInput => ({
  Name: 'sch_1',
  GroupName: template.scheduleGroups[0]?.name,
  ScheduleExpression: 'rate(1 hour)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: {
    Arn: 'arn:aws:scheduler:::aws-sdk:sfn:startExecution',
    RoleArn: template.roles.find((role) => role.trusts.includes('scheduler.amazonaws.com'))?.arn,
    Input: JSON.stringify({
      StateMachineArn: template.stateMachines[0]?.arn,
      Name: 'sch_1.<aws.scheduler.execution-id>',
      Input: '{}',
    }),
  },
  // In the future, so that nothing fires by itself.
  StartDate: new Date(Date.now() + 3_600_000),
  ...more,
})

beforeAll(async () => {
  assembly = (await synthesise()).directory
})
beforeEach(() => {
  dataDir = temporaryDir()
})
afterEach(async () => {
  await cloud?.stop()
  cloud = undefined
  rmSync(dataDir, { recursive: true, force: true })
})

describe('the template', () => {
  test('gives every function the environment that it parses at start', () => {
    const { functionNamed } = createPrincipals(interpret(readAssembly(assembly)))
    for (const name of Object.keys(environments) as FunctionName[]) {
      const parsed = environments[name].safeParse(functionNamed(name).environment)
      expect(parsed.error?.message, name).toBeUndefined()
    }
  })

  test('has state machines that the laptop cloud can run and resume', () => {
    const machines = interpret(readAssembly(assembly)).stateMachines.map(({ definition }) => definitionOf(definition))
    expect(machines).toHaveLength(2)
    const callbacks = machines
      .flatMap(({ tasks }) => Object.values(tasks))
      .filter((task) => task.kind === 'invoke-and-wait')
    expect(callbacks).toHaveLength(1)
    expect(callbacks[0]?.timeout.path ?? callbacks[0]?.timeout.seconds).toBeDefined()
    expect(callbacks[0]?.heartbeat.path ?? callbacks[0]?.heartbeat.seconds).toBeDefined()
  })
})

describe('a grant removed from the template', () => {
  test('makes the function that needs it fail, by function, action and resource', async () => {
    const { invoke, template } = await bootWithout(/Sweeper/, 'dynamodb:Query')
    const result = await invoke('sweeper', {})
    const log = readFileSync(join(dataDir, 'cloud.log'), 'utf8')
    expect(result.ok).toBe(false)
    for (const said of [log, result.ok ? '' : `${result.errorType} ${result.errorMessage}`])
      for (const named of [
        'AccessDenied',
        logicalId(cloud!, 'sweeper'),
        'dynamodb:Query',
        `${template.tables[0]?.arn}/index/byAttention`,
      ])
        expect(said).toContain(named)
  })

  test('makes Scheduler fail in its own role', async () => {
    const running = await bootWithout(/TimetableRole/, 'states:StartExecution')
    await new SchedulerClient(clientConfig(running, logicalId(running, 'schedules'))).send(
      new CreateScheduleCommand(scheduleOf(running)),
    )
    await expect(running.scheduler.fire('sch_1')).rejects.toThrow(/states:StartExecution on resource: arn:aws:states/)
  })

  test('makes passing Scheduler its role fail', async () => {
    const running = await bootWithout(/Schedules/, 'iam:PassRole')
    const client = new SchedulerClient(clientConfig(running, logicalId(running, 'schedules')))
    await expect(client.send(new CreateScheduleCommand(scheduleOf(running)))).rejects.toThrow(
      /iam:PassRole on resource: arn:aws:iam/,
    )
  })
})

describe('services over the wire', () => {
  const boot = async (): Promise<Cloud> => {
    cloud = await startCloud({ assembly, dataDir })
    return cloud
  }

  test('Scheduler: create, conflict, get, update, list, delete, and refusals as the real one', async () => {
    const running = await boot()
    const client = new SchedulerClient(clientConfig(running, 'administrator'))
    const group = running.template.scheduleGroups[0]?.name
    const key = { Name: 'sch_1', GroupName: group }
    const create = (more: Partial<CreateScheduleCommandInput> = {}) =>
      client.send(new CreateScheduleCommand(scheduleOf(running, more)))
    await create()
    await expect(create()).rejects.toMatchObject({ name: 'ConflictException' })
    await client.send(new UpdateScheduleCommand(scheduleOf(running, { ScheduleExpression: 'rate(2 hours)' })))
    expect(await client.send(new GetScheduleCommand(key))).toMatchObject({
      Name: 'sch_1',
      GroupName: group,
      ScheduleExpression: 'rate(2 hours)',
      State: 'ENABLED',
    })
    expect(
      (await client.send(new ListSchedulesCommand({ GroupName: group }))).Schedules?.map(({ Name }) => Name),
    ).toEqual(['sch_1'])
    await client.send(new DeleteScheduleCommand(key))
    await expect(client.send(new GetScheduleCommand(key))).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    await expect(create({ ScheduleExpression: 'rate(0 minutes)' })).rejects.toMatchObject({
      name: 'ValidationException',
    })
    await expect(create({ ScheduleExpressionTimezone: 'Mars/Olympus' })).rejects.toMatchObject({
      name: 'ValidationException',
    })
    await expect(create({ GroupName: 'nobody' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
    await expect(create({ StartDate: new Date(Date.now() - 600_000) })).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })

  test('IoT: a publish reaches the broker byte for byte; a topic that is not granted does not', async () => {
    const running = await boot()
    const heard: [string, string][] = []
    running.iot.attach({
      publish: async (topic, payload) => void heard.push([topic, Buffer.from(payload).toString()]),
      secureAddress: 'localhost:8883',
      putOut: () => undefined,
    })
    const client = new IoTDataPlaneClient(clientConfig(running, logicalId(running, 'drive')))
    await client.send(
      new PublishCommand({ topic: 'benchtime/down/ws_1:agt_1', qos: 1, payload: Buffer.from('{"type":"wake"}') }),
    )
    await expect(
      client.send(new PublishCommand({ topic: 'benchtime/up/x', payload: Buffer.from('{}') })),
    ).rejects.toThrow('iot:Publish')
    expect(heard).toEqual([['benchtime/down/ws_1:agt_1', '{"type":"wake"}']])
    expect(running.meter.snapshot().iotMessages).toBe(1)
  })

  test('rules: the sweeper runs when it is told to', async () => {
    const running = await boot()
    const before = running.meter.snapshot()
    await running.events.runRule('sweep')
    expect(running.meter.since(before).lambdaInvocations).toBe(1)
  })
})
