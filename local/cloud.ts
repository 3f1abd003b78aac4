/**
 * The cloud on a laptop: reads the template that would be deployed and runs it. What happens, in order:
 *
 *   assembly → template (names, ARNs, grants)          local/template
 *   one AWS endpoint: identify, authorise, meter, fault  local/endpoint
 *   DynamoDB, Lambda, Step Functions, Scheduler, rules   local/services
 *
 * The HTTP API and the broker stand before it (local/edge) and use what it returns.
 */
import { mkdirSync } from 'node:fs'
import type { Cloud, CloudOptions, IotPort } from './cloud-types.ts'
import { createAuthorise, createCheck, createGrantLog, createPrincipals } from './endpoint/authorise.ts'
import { createDispatch } from './endpoint/dispatch.ts'
import { createFaults } from './endpoint/faults.ts'
import { createMeter } from './endpoint/meter.ts'
import { startEndpoint } from './endpoint/server.ts'
import type { Json, JsonObject } from './json.ts'
import { createInvokeAsService } from './runtime/invoke-as-service.ts'
import { openLog } from './runtime/log.ts'
import { openDatabase } from './services/database.ts'
import { createEngineCall } from './services/dynamodb/client.ts'
import { startEngine } from './services/dynamodb/engine.ts'
import { createDynamoDb, ensureTable } from './services/dynamodb/service.ts'
import { createEvents } from './services/events/events.ts'
import { createFileService } from './services/files/files.ts'
import { openAuthority } from './services/iot/authority.ts'
import { createIotData } from './services/iot/data.ts'
import { createRegistry } from './services/iot/registry.ts'
import { createLambda } from './services/lambda/lambda.ts'
import { createMailService } from './services/mail/mail.ts'
import { createQueueService, createQueues } from './services/queues.ts'
import { createScheduler } from './services/scheduler/scheduler.ts'
import { createSchedulerService } from './services/scheduler/service.ts'
import { endOfExecution } from './services/step-functions/end-event.ts'
import { createStepFunctionsService } from './services/step-functions/service.ts'
import { createStepFunctions } from './services/step-functions/step-functions.ts'
import { createStreams } from './services/streams/streams.ts'
import { readAssembly } from './template/assembly.ts'
import { interpret } from './template/template.ts'

/**
 * Starts the laptop cloud and goes on with whatever a former one left in `dataDir`. Rejects with a message that says what
 * to do: BadAssembly, BadTemplate, Unresolvable, BadDefinition, EngineUnavailable, DataInUse.
 */
export const startCloud = async (options: CloudOptions): Promise<Cloud> => {
  const closers: Closer[] = []
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  try {
    return await assemble(options, (closer) => closers.push(closer), stop)
  } catch (error) {
    await stop()
    throw error
  }
}

/** How to undo one step of starting; run in the reverse order. */
type Closer = () => void | Promise<void>

const assemble = async (
  options: CloudOptions,
  onStop: (closer: Closer) => void,
  stop: () => Promise<void>,
): Promise<Cloud> => {
  const { assembly, dataDir, onProgress = () => {} } = options
  const template = interpret(readAssembly(assembly))
  onProgress(`template read: ${template.functions.length} functions, ${template.roles.length} roles`)
  mkdirSync(dataDir, { recursive: true })
  const log = openLog(dataDir)
  onStop(log.close)
  const database = openDatabase(dataDir)
  onStop(() => database.close())
  const logAs = (source: string) => (line: string) => log.write(source, line)

  const engine = await startEngine(dataDir, logAs('dynamodb'))
  onStop(engine.stop)
  const callEngine = createEngineCall(engine.url)
  onStop(callEngine.close)
  for (const table of template.tables) await ensureTable(callEngine, table)
  onProgress('DynamoDB is up')

  const grants = createGrantLog()
  const meter = createMeter(grants)
  const faults = createFaults(options.faults ?? [])
  const principals = createPrincipals(template)
  const check = createCheck(template, grants.record)
  const authorise = createAuthorise(principals, check)
  const lambda = createLambda({
    endpointUrl: () => endpoint.url,
    environment: options.environment ?? {},
    meter,
    faults,
    log: log.write,
  })
  onStop(lambda.stop)
  const dispatch = createDispatch({ check, meter, faults, crash: (caller) => lambda.crash(caller.name) })
  const invokeAsService = createInvokeAsService({
    permissions: template.invokePermissions,
    functionNamed: principals.functionNamed,
    invoke: lambda.invoke,
    log: logAs('lambda'),
  })
  let broker: IotPort | undefined

  const queues = createQueues(database, template.queues)
  const queueService = createQueueService(queues)
  const events = createEvents({
    rules: template.eventRules,
    invoke: invokeAsService,
    deadLetter: queues.send,
    log: logAs('events'),
  })
  const stepFunctions = createStepFunctions({
    database,
    machines: template.stateMachines,
    meter,
    log: logAs('step-functions'),
    announce: (row) => events.put(endOfExecution(row)),
    invoke: async (machine, functionName, payload) => {
      const view = principals.functionNamed(functionName)
      authorise({ principal: machine.roleArn, action: 'lambda:InvokeFunction', resource: view.arn })
      return lambda.invoke(view, payload)
    },
  })
  const stepFunctionsService = createStepFunctionsService(
    stepFunctions,
    template.stateMachines.map((machine) => machine.arn),
  )
  const scheduler = createScheduler({
    database,
    meter,
    log: logAs('scheduler'),
    start: (roleArn, input) =>
      dispatch(principals.roleNamed(roleArn), stepFunctionsService, { operation: 'StartExecution', input }),
    deadLetter: async (roleArn, queueArn, body, attributes) => {
      const input = { QueueUrl: queueArn, MessageBody: body, MessageAttributes: attributes satisfies JsonObject }
      await dispatch(principals.roleNamed(roleArn), queueService, { operation: 'SendMessage', input })
    },
  })
  const mail = createMailService(database)
  const streams = createStreams({
    database,
    mappings: template.eventSources,
    engine: callEngine,
    functionNamed: principals.functionNamed,
    invoke: lambda.invoke,
    authorise: (view, action, resource) => authorise({ principal: view.roleArn, action, resource }),
    deadLetter: queues.send,
    log: logAs('streams'),
  })
  const authority = await openAuthority(dataDir)
  const registry = createRegistry({
    database,
    authority,
    policies: template.iotPolicies.map(({ name }) => name),
    address: () => broker?.secureAddress,
    onClosed: (certificateId) => broker?.putOut(certificateId),
  })
  const endpoint = await startEndpoint({
    port: options.port ?? 0,
    principals,
    dispatch,
    log: logAs('endpoint'),
    services: [
      createDynamoDb(callEngine, meter, () => streams.nudge()),
      stepFunctionsService,
      createSchedulerService({ scheduler, groups: template.scheduleGroups, roles: template.roles }),
      createIotData(() => broker, meter),
      registry.service,
      queueService,
      mail.service,
      createFileService(dataDir, template.buckets),
    ],
  })
  onStop(endpoint.close)
  onStop(stepFunctions.rest)
  onStop(scheduler.stop)
  onStop(events.stop)
  onStop(streams.stop)
  onProgress(`AWS endpoint is up at ${endpoint.url}`)
  stepFunctions.resume()
  scheduler.begin()
  events.begin()
  streams.begin()

  return {
    endpointUrl: endpoint.url,
    template,
    dataDir,
    authorise,
    meter,
    faults,
    scheduler,
    stepFunctions,
    events,
    queues,
    streams,
    outbox: mail.outbox,
    invokeAsService,
    invoke: (id: string, event: Json) => lambda.invoke(principals.functionNamed(id), event),
    iot: {
      authority,
      holder: registry.holder,
      attach: (port) => {
        broker = port
      },
    },
    log: log.write,
    stop,
  }
}
