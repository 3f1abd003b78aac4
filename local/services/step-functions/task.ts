/**
 * Carries out one Task state: invokes the function in the state machine's role and, for a callback state, waits for the
 * token under the state's own limits.
 */
import { randomUUID } from 'node:crypto'
import type { InvokeResult } from '../../cloud-controls.ts'
import type { Json } from '../../json.ts'
import { secondsOf, type Task } from './definition.ts'
import type { ExecutionStore, TokenRow } from './store.ts'
import { TaskFailed, type Waiting } from './waiting.ts'

export type TaskWorld = {
  readonly store: ExecutionStore
  readonly waiting: Waiting
  /** Invokes as the state machine's role. Throws ServiceError where that is not granted. */
  readonly invoke: (functionName: string, payload: Json) => Promise<InvokeResult>
}

export type TaskPlace = {
  readonly executionArn: string
  readonly state: string
  readonly task: Task
  readonly stateInput: Json
  readonly enteredAtMs: number
  /** The token that was minted while the task's parameters were filled in, if they name one. */
  readonly token: string | undefined
  /** The token that a former process left behind for this very state. */
  readonly left: TokenRow | undefined
}

export const newToken = (): string => `local.${randomUUID().replaceAll('-', '')}`
export const isToken = (text: string): boolean => /^local\.[0-9a-f]{32}$/.test(text)

type InvokeParameters = { FunctionName?: string; Payload?: Json }

const called = async (world: TaskWorld, functionName: string, payload: Json): Promise<Json> => {
  const result = await world.invoke(functionName, payload).catch((error: unknown) => {
    throw new TaskFailed('Lambda.AWSLambdaException', (error as Error).message)
  })
  if (result.ok) return result.payload
  const { errorType, errorMessage, trace } = result
  throw new TaskFailed(errorType, JSON.stringify({ errorType, errorMessage, trace }))
}

const withLimit = async <T>(seconds: number | undefined, work: Promise<T>): Promise<T> => {
  if (seconds === undefined) return work
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new TaskFailed('States.Timeout', 'The task did not end within its time limit.'))
    timer = setTimeout(fail, Math.min(seconds * 1000, 2_147_483_647))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const callback = async (world: TaskWorld, place: TaskPlace, parameters: InvokeParameters): Promise<Json> => {
  const { store, waiting } = world
  const { left, executionArn, state } = place
  const token = left?.token ?? place.token ?? newToken()
  if (!left) store.mintToken(token, executionArn, state)
  else if (left.outcome === 'success') return JSON.parse(left.output ?? 'null') as Json
  else if (left.outcome === 'failure') {
    store.closeTokens(executionArn)
    throw new TaskFailed(left.error ?? '', left.cause ?? '')
  }
  const timeoutSeconds = secondsOf(place.task.timeout, place.stateInput)
  const spent = (Date.now() - place.enteredAtMs) / 1000
  // The time limit runs on while the laptop sleeps or restarts. The heartbeat begins anew: a cloud that was not there
  // could not hear one, and must not take its own absence for the agent's.
  const ended = waiting.wait(token, {
    timeoutSeconds: timeoutSeconds === undefined ? undefined : left ? timeoutSeconds - spent : timeoutSeconds,
    heartbeatSeconds: secondsOf(place.task.heartbeat, place.stateInput),
  })
  // What the token says counts even if it comes before the function has answered; a failed invocation ends the wait.
  if (!left?.invoked)
    called(world, String(parameters.FunctionName), parameters.Payload ?? null).then(
      () => store.tokenInvoked(token),
      (error: Error) => waiting.cancel(token, error),
    )
  try {
    return JSON.parse(await ended) as Json
  } catch (error) {
    // A cloud that stops lets its tasks go too, but keeps their tokens for its next start.
    if (error instanceof TaskFailed) store.closeTokens(executionArn)
    throw error
  }
}

/** The result of the task as the state machine sees it, before ResultSelector, ResultPath and OutputPath. */
export const carryOut = async (world: TaskWorld, place: TaskPlace, input: Json): Promise<Json> => {
  const { task } = place
  const parameters = (input ?? {}) as InvokeParameters
  if (task.kind === 'invoke-and-wait') return callback(world, place, parameters)
  const work =
    task.kind === 'function'
      ? called(world, task.functionArn ?? '', input)
      : called(world, String(parameters.FunctionName), parameters.Payload ?? null).then((payload) => ({
          ExecutedVersion: '$LATEST',
          Payload: payload,
          StatusCode: 200,
        }))
  return withLimit(secondsOf(task.timeout, place.stateInput), work)
}
