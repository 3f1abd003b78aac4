/** Step Functions: executions of the template's state machines, durable, with task tokens. */
import type { InvokeResult, Meter, StepFunctionsControl } from '../../cloud-controls.ts'
import type { StateMachineView } from '../../cloud-types.ts'
import { ServiceError } from '../../endpoint/service.ts'
import type { Json } from '../../json.ts'
import type { Database } from '../database.ts'
import { type Definition, definitionOf } from './definition.ts'
import { type Run, startRun } from './run.ts'
import { createExecutionStore, type Ending, type ExecutionRow, type TaskResult, viewOf } from './store.ts'
import { isToken } from './task.ts'
import { createWaiting } from './waiting.ts'

export type StepFunctionsParts = {
  readonly database: Database
  readonly machines: readonly StateMachineView[]
  readonly meter: Meter
  /** Invokes a function in a state machine's role. */
  readonly invoke: (machine: StateMachineView, functionName: string, payload: Json) => Promise<InvokeResult>
  /** Puts the end of an execution on the event bus; it is told again at the next start if the process dies during it. */
  readonly announce: (row: ExecutionRow) => Promise<void>
  readonly log: (line: string) => void
}

export type StepFunctions = StepFunctionsControl & {
  start(request: { stateMachineArn: string; name: string; input: string }): { executionArn: string; startedAt: number }
  /** Which machine a token belongs to, for authorisation; undefined for a token that is not open. */
  machineOfToken(token: string): string | undefined
  settle(token: string, result: TaskResult): void
  heartbeat(token: string): void
  row(executionArn: string): ExecutionRow
  /** Goes on with everything that a former process left. */
  resume(): void
  abort(executionArn: string, error?: string, cause?: string): void
  /** Lets all executions rest where they are. */
  rest(): void
}

type Machine = { readonly view: StateMachineView; readonly definition: Definition }

const executionArnOf = (machine: StateMachineView, name: string): string =>
  `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`

export const createStepFunctions = (parts: StepFunctionsParts): StepFunctions => {
  const { meter, log } = parts
  const store = createExecutionStore(parts.database)
  const waiting = createWaiting()
  const runs = new Map<string, Run>()
  const machines = new Map<string, Machine>(
    parts.machines.map((view) => [view.arn, { view, definition: definitionOf(view.definition) }]),
  )

  const announce = (arn: string): void => {
    const row = store.get(arn)
    if (!row) return
    parts
      .announce(row)
      .then(() => store.announced(arn))
      .catch((error: Error) => log(`The end of ${arn} could not be announced: ${error.message}`))
  }

  const finish = (arn: string, ending: Ending): void => {
    runs.get(arn)?.abort()
    runs.delete(arn)
    if (!store.end(arn, ending, Date.now())) return
    log(`${arn} ended ${ending.status}${ending.error ? `: ${ending.error}: ${ending.cause ?? ''}` : ''}`)
    announce(arn)
  }

  const run = (row: ExecutionRow, resume: boolean): void => {
    const machine = machines.get(row.machineArn)
    if (!machine) {
      log(`${row.arn} cannot go on: the template has no state machine ${row.machineArn} any more.`)
      return
    }
    const state = machine.definition.states[row.state]
    if (!state) {
      finish(row.arn, {
        status: 'FAILED',
        error: 'States.Runtime',
        cause: `The state machine has no state "${row.state}" any more.`,
      })
      return
    }
    const world = {
      store,
      waiting,
      definition: machine.definition,
      invoke: (functionName: string, payload: Json) => parts.invoke(machine.view, functionName, payload),
      onTransition: () => meter.count('transitions'),
      onEnd: (ending: Ending) => finish(row.arn, ending),
    }
    runs.set(row.arn, startRun(world, row, resume))
  }

  const existing = (executionArn: string): ExecutionRow => {
    const row = store.get(executionArn)
    if (!row) throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`)
    return row
  }

  const open = (token: string): void => {
    if (!isToken(token)) throw new ServiceError('InvalidToken', `Invalid Token: '${token.slice(0, 20)}'`)
    const row = store.token(token)
    if (row && row.outcome === null) return
    throw new ServiceError(
      'TaskTimedOut',
      'Task Timed Out: the token is closed, because its task ended or was tried again.',
    )
  }

  return {
    start: ({ stateMachineArn, name, input }) => {
      const machine = machines.get(stateMachineArn)
      if (!machine)
        throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`)
      const arn = executionArnOf(machine.view, name)
      const before = store.get(arn)
      if (before) {
        if (before.status === 'RUNNING' && before.input === input)
          return { executionArn: arn, startedAt: before.startedAt }
        throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`)
      }
      const at = Date.now()
      store.insert({ arn, name, machineArn: stateMachineArn, input, state: machine.definition.startAt, at })
      const row = store.get(arn)
      // The caller's answer goes out first, as it would in the cloud.
      if (row) setImmediate(() => store.get(arn)?.status === 'RUNNING' && run(row, false))
      return { executionArn: arn, startedAt: at }
    },
    machineOfToken: (token) => {
      const row = store.token(token)
      return row && store.get(row.executionArn)?.machineArn
    },
    settle: (token, result) => {
      open(token)
      store.settle(token, result)
      waiting.settle(token, result)
    },
    heartbeat: (token) => {
      open(token)
      waiting.beat(token)
    },
    row: existing,
    describe: (executionArn) => {
      const row = store.get(executionArn)
      return row && viewOf(row)
    },
    list: () => store.all().map(viewOf),
    abort: (executionArn, error, cause) => {
      existing(executionArn)
      finish(executionArn, { status: 'ABORTED', error, cause })
    },
    stop: async (executionArn, cause) => {
      existing(executionArn)
      finish(executionArn, { status: 'ABORTED', cause })
    },
    rest: () => {
      for (const each of runs.values()) each.abort()
      runs.clear()
    },
    resume: () => {
      for (const row of store.unannounced()) announce(row.arn)
      const left = store.running()
      if (left.length > 0) log(`Going on with ${left.length} executions.`)
      for (const row of left) run(row, true)
    },
  }
}
