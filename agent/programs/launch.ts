import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandResult, GrantedCommand } from '#contracts/agents/messages.ts'
import type { CommandId } from '#domain/ids.ts'
import type { Drive, DriveIo, Inspected } from '../core/ports.ts'
import { type Ending, planFile, readEnding, resultOf } from './ending.ts'
import { followOutput } from './follow-output.ts'
import { type Stopping, stopTree } from './process-tree.ts'

/** A program that is about to be run; everything in it was checked. */
export type Plan = {
  readonly program: string
  readonly args: readonly string[]
  readonly successCodes: readonly number[]
  /** The command's own working directory. */
  readonly cwd: string
}

/** How a drive is judged when nothing of its program is left. */
export type Interpret = (of: {
  readonly ending: Ending | undefined
  /** Why the agent stopped it, if it did. */
  readonly asked: string | undefined
  readonly successCodes: readonly number[]
  /** ISO-8601. */
  readonly startedAt: string
  readonly directory: string
}) => CommandResult

const keeper = join(import.meta.dirname, import.meta.url.endsWith('.ts') ? 'keeper.ts' : 'keeper.js')
/** How often the end of a process group that is not our child is looked for. */
const lookEveryMs = 200
const processFile = 'process.json'

/** What a later life of the agent needs to find the program again. */
type Trace = {
  /** The keeper, which leads the program. */
  readonly pid: number
  readonly startedAt: string
  readonly successCodes: readonly number[]
  /** Another boot has other processes under the same numbers. */
  readonly boot: string
}

/** What a program inherits: a way to find others, and its orders. Nothing of the agent's own environment. */
const environmentOf = (command: GrantedCommand): NodeJS.ProcessEnv => {
  const inherited = ['PATH', 'HOME', 'SystemRoot', 'SystemDrive', 'TEMP', 'USERPROFILE', 'ProgramData', 'PATHEXT']
  return {
    ...Object.fromEntries(inherited.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    LANG: process.env.LANG ?? 'C.UTF-8',
    BENCHTIME_COMMAND_ID: command.commandId,
    BENCHTIME_RUN_ID: command.runId,
    BENCHTIME_PARAMETERS: JSON.stringify(command.parameters),
  }
}

type Following = {
  readonly trace: Trace
  readonly directory: string
  readonly stopping: Stopping
  /** Settles when its leader has ended, where that can be known. */
  readonly keeperGone: Promise<unknown>
  readonly interpret: Interpret
  readonly io: DriveIo | undefined
}

/** Follows a program until nothing of it is left. */
const follow = ({ trace, directory, stopping, keeperGone, interpret, io }: Following): Drive => {
  let asked: string | undefined
  const output = io && followOutput(directory, io, stopping.clock)
  // What the program left behind may still move the instrument, so the drive ends when that is gone too.
  const done = keeperGone
    .then(async () => ((await stopping.tree.alive(trace.pid)) ? stopTree(trace.pid, stopping) : undefined))
    .then((): CommandResult => interpret({ ...trace, ending: readEnding(directory), asked, directory }))
    .finally(() => output?.stop())
  return {
    done,
    abort: (reason) => {
      if (asked !== undefined) return
      asked = reason
      stopTree(trace.pid, stopping).catch(() => undefined)
    },
  }
}

export type Launching = {
  readonly command: GrantedCommand
  readonly plan: Plan
  readonly stopping: Stopping
  readonly io: DriveIo
  readonly interpret?: Interpret
}

/** Starts the program under a keeper, in a process group of its own. */
export const launch = ({ command, plan, stopping, io, interpret = resultOf }: Launching): Drive => {
  const { program, args, successCodes, cwd } = plan
  mkdirSync(cwd, { recursive: true, mode: 0o700 })
  writeFileSync(join(cwd, 'parameters.json'), JSON.stringify(command.parameters, null, 2))
  writeFileSync(join(cwd, planFile), JSON.stringify({ program, args }))
  const child = spawn(process.execPath, [keeper, cwd], {
    cwd,
    env: environmentOf(command),
    stdio: 'ignore',
    detached: true,
    windowsHide: true,
  })
  const gone = new Promise<string | undefined>((resolve) => {
    child.once('error', ({ message }) => resolve(message))
    child.once('exit', () => resolve(undefined))
  })
  const { pid } = child
  if (pid === undefined)
    return {
      done: gone.then((message) =>
        interpret({ successCodes, ending: notStarted(message), asked: undefined, startedAt: '', directory: cwd }),
      ),
      abort: () => undefined,
    }
  const startedAt = new Date(stopping.clock.now()).toISOString()
  const trace: Trace = { pid, startedAt, successCodes, boot: stopping.tree.bootId() }
  writeFileSync(join(cwd, processFile), JSON.stringify(trace))
  return follow({ trace, directory: cwd, stopping, keeperGone: gone, interpret, io })
}

/** The number of the keeper that leads the program of a command; undefined where none was started. */
export const leaderIn = (directory: string): number | undefined => {
  try {
    return (JSON.parse(readFileSync(join(directory, processFile), 'utf8')) as Trace).pid
  } catch {
    return undefined
  }
}

const notStarted = (message = 'no process could be made') => ({ kind: 'not-started' as const, message })

/** After the agent died: its program may have gone on without it, or ended, and its keeper knows how. */
export const inspectProgram = async (
  commandId: CommandId,
  workDir: string,
  stopping: Stopping,
  { io, interpret = resultOf }: { readonly io?: DriveIo; readonly interpret?: Interpret } = {},
): Promise<Inspected> => {
  const directory = join(workDir, commandId)
  const { tree, clock } = stopping
  let trace: Trace
  try {
    trace = JSON.parse(readFileSync(join(directory, processFile), 'utf8')) as Trace
  } catch {
    return { known: 'nothing' }
  }
  const alive = async (): Promise<boolean> => trace.boot === tree.bootId() && (await tree.alive(trace.pid))
  if (await alive()) {
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = async (): Promise<void> => {
      if ((await alive()) && readEnding(directory) === undefined) clock.after(lookEveryMs, () => void look())
      else resolve()
    }
    void look()
    return { known: 'running', drive: follow({ trace, directory, stopping, keeperGone: promise, interpret, io }) }
  }
  const ending = readEnding(directory)
  return ending
    ? { known: 'ended', result: interpret({ ...trace, ending, asked: undefined, directory }) }
    : { known: 'nothing' }
}
