import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandResult, GrantedCommand } from '#contracts/agents/messages.ts'
import type { CommandId } from '#domain/ids.ts'
import type { Drive, Recovered } from '../../core/ports.ts'
import { planFile, readEnding, resultOf } from './ending.ts'
import { bootId, groupAlive, type Stopping, stopGroup } from './process-group.ts'

/** A program that is about to be run; everything in it was checked. */
export type Plan = {
  readonly program: string
  readonly args: readonly string[]
  readonly successCodes: readonly number[]
  /** The command's own working directory. */
  readonly cwd: string
}

const keeper = join(import.meta.dirname, 'keeper.ts')
/** How often the end of a process group that is not our child is looked for. */
const lookEveryMs = 200
const processFile = 'process.json'

/** What a later life of the agent needs to find the program again. */
type Trace = {
  /** Leader of the process group. */
  readonly pid: number
  readonly startedAt: string
  readonly successCodes: readonly number[]
  /** Another boot has other processes under the same numbers. */
  readonly boot: string
}

/** What a program inherits: a way to find others, and its orders. Nothing of the agent's own environment. */
const environmentOf = (command: GrantedCommand): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  LANG: process.env.LANG ?? 'C.UTF-8',
  BENCHTIME_COMMAND_ID: command.commandId,
  BENCHTIME_RUN_ID: command.runId,
  BENCHTIME_PARAMETERS: JSON.stringify(command.parameters),
})

/** Follows a group until nothing of it is left. `keeperGone`: settles when its leader has ended, where that can be known. */
const follow = (trace: Trace, directory: string, stopping: Stopping, keeperGone: Promise<unknown>): Drive => {
  let asked: string | undefined
  // What the program left behind may still move the instrument, so the drive ends when that is gone too.
  const done = keeperGone
    .then(() => (groupAlive(trace.pid) ? stopGroup(trace.pid, stopping) : undefined))
    .then((): CommandResult => resultOf({ ...trace, ending: readEnding(directory), asked }))
  return {
    done,
    abort: (reason) => {
      if (asked !== undefined) return
      asked = reason
      stopGroup(trace.pid, stopping).catch(() => undefined)
    },
  }
}

/** Starts the program under a keeper, in a process group of its own. */
export const launch = (command: GrantedCommand, plan: Plan, stopping: Stopping): Drive => {
  const { program, args, successCodes, cwd } = plan
  mkdirSync(cwd, { recursive: true, mode: 0o700 })
  writeFileSync(join(cwd, 'parameters.json'), JSON.stringify(command.parameters, null, 2))
  writeFileSync(join(cwd, planFile), JSON.stringify({ program, args }))
  const child = spawn(process.execPath, [keeper, cwd], {
    cwd,
    env: environmentOf(command),
    stdio: 'ignore',
    detached: true,
  })
  const gone = new Promise<string | undefined>((resolve) => {
    child.once('error', ({ message }) => resolve(message))
    child.once('exit', () => resolve(undefined))
  })
  const { pid } = child
  if (pid === undefined)
    return {
      done: gone.then((message) => resultOf({ ...plan, ending: notStarted(message), asked: undefined, startedAt: '' })),
      abort: () => undefined,
    }
  const trace: Trace = { pid, startedAt: new Date(stopping.clock.now()).toISOString(), successCodes, boot: bootId() }
  writeFileSync(join(cwd, processFile), JSON.stringify(trace))
  return follow(trace, cwd, stopping, gone)
}

const notStarted = (message = 'no process could be made') => ({ kind: 'not-started' as const, message })

/** After the agent died: its program may have gone on without it, or ended, and its keeper knows how. */
export const recover = (commandId: CommandId, workDir: string, stopping: Stopping): Recovered => {
  const directory = join(workDir, commandId)
  let trace: Trace
  try {
    trace = JSON.parse(readFileSync(join(directory, processFile), 'utf8')) as Trace
  } catch {
    return { known: 'nothing' }
  }
  const alive = (): boolean => trace.boot === bootId() && groupAlive(trace.pid)
  if (alive()) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = (): void => {
      if (alive() && readEnding(directory) === undefined) stopping.clock.after(lookEveryMs, look)
      else resolve()
    }
    look()
    return { known: 'running', drive: follow(trace, directory, stopping, promise) }
  }
  const ending = readEnding(directory)
  return ending ? { known: 'ended', result: resultOf({ ...trace, ending, asked: undefined }) } : { known: 'nothing' }
}
