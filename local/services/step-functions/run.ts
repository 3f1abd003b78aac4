/**
 * Runs one execution from its start, or from where a former process left it. The interpreter walks the states; each state
 * is written down as it is entered, before its task begins.
 */
import { setImmediate as immediate } from 'node:timers/promises'
import { ExecutionError, type StateMachine } from 'aws-local-stepfunctions'
import type { Json, JsonObject } from '../../json.ts'
import { after } from '../timer.ts'
import { type Definition, entrance, machineOf, restOfWait } from './definition.ts'
import type { Ending, ExecutionRow } from './store.ts'
import { carryOut, newToken, type TaskWorld } from './task.ts'

export type RunWorld = TaskWorld & {
  readonly definition: Definition
  /** One transition: a state entered, or tried again. */
  readonly onTransition: () => void
  /** Called once, when the execution came to its own end (not when it was aborted). */
  readonly onEnd: (ending: Ending) => void
}

export type Run = {
  /** Ends the walk without an ending of its own; tasks that wait are let go. */
  abort(): void
}

type Machine = ReturnType<StateMachine['run']>
type RunOptions = NonNullable<Parameters<StateMachine['run']>[1]>

class Aborted extends Error {
  override readonly name = 'Aborted'
}

/** What the walk knows of where it is. */
type Place = { state: string; stateInput: Json; enteredAtMs: number; token: string | undefined }

const contextOf = (row: ExecutionRow, place: Place) => ({
  Execution: { Id: row.arn, Name: row.name, RoleArn: '', StartTime: new Date(row.startedAt).toISOString() },
  StateMachine: { Id: row.machineArn, Name: row.machineArn.slice(row.machineArn.lastIndexOf(':') + 1) },
  Task: {
    // Read while the parameters of a task are filled in; every reading within one attempt gives the same token.
    get Token(): string {
      place.token ??= newToken()
      return place.token
    },
  },
})

/** Starts walking. `resume` says that the row is what a former process left. */
export const startRun = (world: RunWorld, row: ExecutionRow, resume: boolean): Run => {
  const { store, definition } = world
  let aborted = false
  let resuming = resume
  const place: Place = {
    state: row.state,
    stateInput: JSON.parse(row.stateInput) as Json,
    enteredAtMs: row.enteredAt,
    token: resume ? store.tokenOf(row.arn)?.token : undefined,
  }

  const task = async (state: string, input: Json): Promise<Json> => {
    // The interpreter announces a state and calls its task in one breath, and the announcement reaches `follow` through
    // promises only: once those have run, the state is written down, and its task may begin.
    await immediate()
    if (aborted) throw new Aborted('The execution was stopped.')
    const left = resuming ? store.tokenOf(row.arn) : undefined
    resuming = false
    const token = place.token
    place.token = undefined
    const definitionOfTask = definition.tasks[state]
    if (!definitionOfTask || place.state !== state)
      throw new Error(`Task "${state}" began while the execution was in "${place.state}".`)
    const { stateInput, enteredAtMs } = place
    return carryOut(
      world,
      { executionArn: row.arn, state, task: definitionOfTask, stateInput, enteredAtMs, token, left },
      input,
    )
  }

  const handlers = Object.fromEntries(
    Object.keys(definition.tasks).map((state) => [state, (input: unknown) => task(state, input as Json)]),
  )

  const entered = (state: string, input: Json): void => {
    if (state === entrance || state === restOfWait) return
    if (resuming && state === row.state) {
      // It was counted and written down by the former process.
      if (!(state in definition.tasks)) resuming = false
      return
    }
    const at = Date.now()
    store.enter(row.arn, { state, stateInput: JSON.stringify(input), at })
    Object.assign(place, { state, stateInput: input, enteredAtMs: at })
    world.onTransition()
  }

  const follow = async (walk: Machine): Promise<void> => {
    for await (const event of walk.eventLogs) {
      if (aborted) return
      if (event.type === 'StateEntered') entered(event.state.name, event.state.input as Json)
      if (event.type === 'StateRetried') {
        store.countRetry(row.arn)
        world.onTransition()
      }
    }
  }

  const resumePoint = resume
    ? { state: row.state, stateInput: place.stateInput, enteredAtMs: row.enteredAt }
    : undefined
  const walk = machineOf(definition, resumePoint).run(JSON.parse(row.input) as JsonObject, {
    overrides: {
      taskResourceLocalHandlers: handlers as NonNullable<
        NonNullable<RunOptions['overrides']>['taskResourceLocalHandlers']
      >,
    },
    context: contextOf(row, place),
    noThrowOnAbort: true,
  })
  void follow(walk)

  const abort = (): void => {
    if (aborted) return
    aborted = true
    limit?.cancel()
    walk.abort()
    const token = store.tokenOf(row.arn)?.token
    if (token) world.waiting.cancel(token, new Aborted('The execution was stopped.'))
  }

  const end = (ending: Ending): void => {
    if (aborted) return
    abort()
    world.onEnd(ending)
  }

  const limit =
    definition.timeoutSeconds === undefined
      ? undefined
      : after(row.startedAt + definition.timeoutSeconds * 1000 - Date.now(), () => end({ status: 'TIMED_OUT' }))

  walk.result.then(
    (output) => end({ status: 'SUCCEEDED', output: JSON.stringify(output ?? null) }),
    (error: unknown) => {
      const cause = error instanceof ExecutionError ? (error.cause as Error) : (error as Error)
      end({ status: 'FAILED', error: cause.name, cause: cause.message })
    },
  )
  return { abort }
}
