/** Step Functions over a database of its own, with the functions played by the test. */
import { rmSync } from 'node:fs'
import { afterEach, beforeEach } from 'vitest'
import type { InvokeResult } from '#local/cloud-controls.ts'
import type { StateMachineView } from '#local/cloud-types.ts'
import { createGrantLog } from '#local/endpoint/authorise.ts'
import { createMeter } from '#local/endpoint/meter.ts'
import type { Json, JsonObject } from '#local/json.ts'
import { type Database, openDatabase } from '#local/services/database.ts'
import { createStepFunctions, type StepFunctions } from '#local/services/step-functions/step-functions.ts'
import type { ExecutionRow } from '#local/services/step-functions/store.ts'
import { temporaryDir, until } from './fixture.ts'

export const machine = (definition: JsonObject): StateMachineView => ({
  logicalId: 'Machine',
  name: 'lab',
  arn: 'arn:aws:states:eu-central-1:000000000000:stateMachine:lab',
  roleArn: 'role',
  definition,
})

export const ask = (more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { FunctionName: 'asker', Payload: { 'token.$': '$$.Task.Token', 'name.$': '$$.Execution.Name' } },
  ResultPath: '$.answer',
  ...more,
})
export const call = (more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: { FunctionName: 'worker', Payload: { 'input.$': '$$.Execution.Input', 'data.$': '$' } },
  OutputPath: '$.Payload',
  ...more,
})

export type Lab = {
  functions: StepFunctions
  calls: { name: string; payload: JsonObject }[]
  ends: ExecutionRow[]
  transitions(): number
}

let dataDir: string
/** The database of the laboratory that booted last. */
export let database: Database

/** Step Functions over the same file each time, as after a restart; `answer` plays the functions. */
export const boot = (
  definition: JsonObject,
  answer: (name: string, payload: JsonObject) => Promise<Json> | Json = () => ({}),
): Lab => {
  database = openDatabase(dataDir)
  const calls: Lab['calls'] = []
  const ends: ExecutionRow[] = []
  const meter = createMeter(createGrantLog())
  const functions = createStepFunctions({
    database,
    machines: [machine(definition)],
    meter,
    log: () => {},
    announce: async (row) => void ends.push(row),
    invoke: async (_, name, payload): Promise<InvokeResult> => {
      calls.push({ name, payload: payload as JsonObject })
      try {
        return { ok: true, payload: await answer(name, payload as JsonObject) }
      } catch (error) {
        return { ok: false, errorType: (error as Error).name, errorMessage: (error as Error).message, trace: [] }
      }
    },
  })
  return { functions, calls, ends, transitions: () => meter.snapshot().transitions }
}

/** What `kill -9` leaves: nothing runs any more, and what was committed is on disk. */
export const crash = ({ functions }: Lab): void => {
  functions.rest()
  database.close()
}

/** Ctrl-C: what was under way learns that it must stop, and has the time to do something about it. */
export const stopCleanly = async ({ functions }: Lab): Promise<void> => {
  functions.rest()
  await settled()
  database.close()
}

/** Until everything that can happen by itself has happened: promises run between the turns of the event loop. */
export const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

export const start = ({ functions }: Lab, input: Json = { a: 1 }, name = 'run-1') =>
  functions.start({ stateMachineArn: machine({}).arn, name, input: JSON.stringify(input) }).executionArn

export const ended = (lab: Lab, arn: string) =>
  until(`${arn} ends`, () => {
    const view = lab.functions.describe(arn)
    return view?.status !== 'RUNNING' && view
  })
export const tokenOf = (lab: Lab, nth = 0) =>
  until('the token is handed out', () => lab.calls[nth]?.payload.token as string | undefined)

/** Every test of a file gets a directory of its own. */
export const inOwnDirectory = (): void => {
  beforeEach(() => {
    dataDir = temporaryDir()
  })
  afterEach(() => {
    if (database.isOpen) database.close()
    rmSync(dataDir, { recursive: true, force: true })
  })
}
