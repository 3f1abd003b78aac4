import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandResult, GrantedCommand } from '#contracts/agents/messages.ts'
import type { AgentClock, Drive } from '../../core/ports.ts'
import { groupAlive, signalGroup } from './process-group.ts'

/** A program that is about to be run; everything in it was checked. */
export type Plan = {
  readonly program: string
  readonly args: readonly string[]
  readonly successCodes: readonly number[]
  /** The command's own working directory. */
  readonly cwd: string
}

export type Stopping = {
  /** Between the request to stop and the kill. */
  readonly graceMs: number
  readonly clock: AgentClock
}

const tailBytes = 4_096
/** How often the end of a process group is looked for. */
export const lookEveryMs = 200
export const processFile = 'process.json'

/** The last bytes that were printed, for the record of the run. */
const tailOf = (child: ChildProcess): (() => string) => {
  let tail = Buffer.alloc(0)
  const take = (chunk: Buffer): void => {
    tail = Buffer.concat([tail, chunk]).subarray(-tailBytes)
  }
  child.stdout?.on('data', take)
  child.stderr?.on('data', take)
  return () => tail.toString('utf8').replaceAll('\u0000', '').slice(-tailBytes)
}

/** Asks the whole group to stop, then kills it; resolves when no process of it is left. */
export const stopGroup = (group: number, { clock, graceMs }: Stopping): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const began = clock.monotonic()
  let killed = false
  signalGroup(group, 'SIGTERM')
  const look = (): void => {
    if (!groupAlive(group)) {
      resolve()
      return
    }
    if (!killed && clock.monotonic() - began >= graceMs) {
      killed = true
      signalGroup(group, 'SIGKILL')
    }
    clock.after(lookEveryMs, look)
  }
  look()
  return promise
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

/** Starts the program in a process group of its own. The drive ends when nothing of the group is left. */
export const launch = (command: GrantedCommand, plan: Plan, stopping: Stopping): Drive => {
  const { promise, resolve } = Promise.withResolvers<CommandResult>()
  const startedAt = new Date(stopping.clock.now()).toISOString()
  mkdirSync(plan.cwd, { recursive: true, mode: 0o700 })
  writeFileSync(join(plan.cwd, 'parameters.json'), JSON.stringify(command.parameters, null, 2))
  const child = spawn(plan.program, plan.args, {
    cwd: plan.cwd,
    env: environmentOf(command),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    shell: false,
  })
  const { pid } = child
  const tail = tailOf(child)
  let asked: 'abort-requested' | 'time-limit' | undefined
  if (pid !== undefined) writeFileSync(join(plan.cwd, processFile), JSON.stringify({ pid, startedAt }))
  child.on('error', (error) =>
    resolve({ outcome: 'refused', reason: 'bad-path', message: `The program could not be started: ${error.message}` }),
  )
  child.on('close', (code, signal) => {
    const output = { outputTail: tail(), startedAt }
    const resultOf = (): CommandResult => {
      if (asked)
        return {
          outcome: 'aborted',
          reason: asked,
          message: 'The program and all that it had started were stopped.',
          ...output,
        }
      if (code === null)
        return { outcome: 'failed', reason: 'signal', message: `The program was ended by ${signal}.`, ...output }
      if (plan.successCodes.includes(code)) return { outcome: 'succeeded', exitCode: code, ...output }
      const message = `The program ended with exit code ${code}. See the end of its output.`
      return { outcome: 'failed', reason: 'exit-code', message, exitCode: code, ...output }
    }
    const settle = (): void => resolve(resultOf())
    // What the program left behind may still move the instrument, so the drive ends when it is gone too.
    if (pid !== undefined && groupAlive(pid)) stopGroup(pid, stopping).then(settle, settle)
    else settle()
  })
  return {
    done: promise,
    abort: (reason) => {
      if (asked || pid === undefined) return
      asked = reason
      stopGroup(pid, stopping).catch(() => undefined)
    },
  }
}
