/**
 * The template's definition, made ready for the interpreter: time limits are taken out of it (our task handler keeps
 * them, because the interpreter knows no heartbeat, gives up after 60 s where none is set, and forgets at a restart),
 * and an execution can be entered in the middle.
 */
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions'
import type { Json, JsonObject } from '../../json.ts'

export type TaskKind = 'invoke' | 'invoke-and-wait' | 'function'
export type Task = {
  readonly kind: TaskKind
  /** For `function`: the ARN that is the state's Resource. */
  readonly functionArn?: string | undefined
  readonly timeout: Limit
  readonly heartbeat: Limit
}
/** Seconds, or the path in the state's input where they stand. */
type Limit = { readonly seconds?: number | undefined; readonly path?: string | undefined }

export type Definition = {
  readonly startAt: string
  readonly states: Readonly<Record<string, JsonObject>>
  readonly tasks: Readonly<Record<string, Task>>
  /** Limit of the whole execution. */
  readonly timeoutSeconds?: number | undefined
}

export class BadDefinition extends Error {
  override readonly name = 'BadDefinition'
}

/** The longest that the interpreter can count (setTimeout's limit); our own limits are shorter or longer as the template says. */
const never = 2_000_000

const limitOf = (state: JsonObject, key: 'TimeoutSeconds' | 'HeartbeatSeconds'): Limit => ({
  seconds: typeof state[key] === 'number' ? state[key] : undefined,
  path: typeof state[`${key}Path`] === 'string' ? String(state[`${key}Path`]) : undefined,
})

const kindOf = (name: string, resource: string): Pick<Task, 'kind' | 'functionArn'> => {
  if (/:states:::lambda:invoke$/.test(resource)) return { kind: 'invoke' }
  if (/:states:::lambda:invoke\.waitForTaskToken$/.test(resource)) return { kind: 'invoke-and-wait' }
  if (/:lambda:[^:]*:[^:]*:function:/.test(resource)) return { kind: 'function', functionArn: resource }
  throw new BadDefinition(`State "${name}": the laptop cloud cannot carry out the resource ${resource}.`)
}

/** Checks a definition and takes it apart. Throws BadDefinition, naming the state. */
export const definitionOf = (raw: JsonObject): Definition => {
  // Validates by the language's own schema; throws with every error it finds.
  new StateMachine(raw as unknown as StateMachineDefinition)
  const states: Record<string, JsonObject> = {}
  const tasks: Record<string, Task> = {}
  for (const [name, state] of Object.entries(raw.States as Record<string, JsonObject>)) {
    if (state.Type === 'Parallel' || state.Type === 'Map')
      throw new BadDefinition(
        `State "${name}": the laptop cloud cannot resume a ${state.Type} state after a restart, and so refuses it.`,
      )
    if ((state.QueryLanguage ?? raw.QueryLanguage ?? 'JSONPath') !== 'JSONPath')
      throw new BadDefinition(`State "${name}": the laptop cloud interprets JSONPath only.`)
    if (state.Type !== 'Task') {
      states[name] = state
      continue
    }
    tasks[name] = {
      ...kindOf(name, String(state.Resource)),
      timeout: limitOf(state, 'TimeoutSeconds'),
      heartbeat: limitOf(state, 'HeartbeatSeconds'),
    }
    const { TimeoutSeconds, TimeoutSecondsPath, HeartbeatSeconds, HeartbeatSecondsPath, ...rest } = state
    states[name] = { ...rest, TimeoutSeconds: never }
  }
  const timeoutSeconds = typeof raw.TimeoutSeconds === 'number' ? raw.TimeoutSeconds : undefined
  return { startAt: String(raw.StartAt), states, tasks, timeoutSeconds }
}

/** A simple reference path, `$.a.b`, in a value; undefined where it leads nowhere. */
const at = (path: string, value: Json): Json | undefined =>
  path
    .split('.')
    .slice(1)
    .reduce<Json | undefined>(
      (inner, key) => (typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner[key] : undefined),
      value,
    )

/** Seconds of a limit for a state's input; undefined where none is set. */
export const secondsOf = (limit: Limit, stateInput: Json): number | undefined => {
  if (limit.path === undefined) return limit.seconds
  const found = at(limit.path, stateInput)
  return typeof found === 'number' ? found : undefined
}

/** Names of the states that entering in the middle adds; the interpreter reports them, and nobody else should. */
export const entrance = 'laptop cloud: entrance'
export const restOfWait = 'laptop cloud: rest of a wait'

export type ResumePoint = { readonly state: string; readonly stateInput: Json; readonly enteredAtMs: number }

/** When a wait that began at a moment is over. Undefined where its end is a moment of its own already. */
const waitEnd = (wait: JsonObject, { stateInput, enteredAtMs }: ResumePoint): string | undefined => {
  const seconds = secondsOf(limitOfWait(wait), stateInput)
  return seconds === undefined ? undefined : new Date(enteredAtMs + seconds * 1000).toISOString()
}
const limitOfWait = (wait: JsonObject): Limit => ({
  seconds: typeof wait.Seconds === 'number' ? wait.Seconds : undefined,
  path: typeof wait.SecondsPath === 'string' ? wait.SecondsPath : undefined,
})

/** The whole machine; or, to resume, one whose first state hands the remembered input to the remembered state. */
export const machineOf = (definition: Definition, resume?: ResumePoint): StateMachine => {
  const states: Record<string, JsonObject> = { ...definition.states }
  let startAt = definition.startAt
  if (resume) {
    startAt = entrance
    let next = resume.state
    const state = definition.states[resume.state]
    const end = state?.Type === 'Wait' ? waitEnd(state, resume) : undefined
    if (state && end !== undefined) {
      const { Seconds, SecondsPath, ...rest } = state
      const over = Date.parse(end) <= Date.now()
      states[restOfWait] = over ? { ...rest, Type: 'Pass' } : { ...rest, Timestamp: end }
      next = restOfWait
    }
    // Wrapped, because the interpreter takes a Result such as 0 or "" for none.
    states[entrance] = { Type: 'Pass', Result: { value: resume.stateInput }, OutputPath: '$.value', Next: next }
  }
  const built = { StartAt: startAt, States: states } as unknown as StateMachineDefinition
  return new StateMachine(built, { validationOptions: { noValidate: true } })
}
