import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { CommandResult, GrantedCommand } from '#contracts/agents/messages.ts'
import type { CommandId } from '#domain/ids.ts'
import type { Drive, Driver } from '../../core/ports.ts'
import { refused } from '../../core/refused.ts'
import { windowsCommandLine } from '../../programs/command-line.ts'
import { findFile } from '../../programs/find-file.ts'
import { inspectProgram, launch, leaderIn, type Plan } from '../../programs/launch.ts'
import { leftIn } from '../../programs/left-behind.ts'
import type { Stopping } from '../../programs/process-tree.ts'
import { running } from '../../programs/processes.ts'
import { descendantsOf, type ProcessRow } from '../../programs/windows-tree.ts'
import type { HamiltonConfig } from './config.ts'
import { judge, unknownState } from './outcome.ts'
import { findTrace, type Trace } from './trace.ts'

type Of = Stopping & {
  readonly config: HamiltonConfig
  readonly workDir: string
  /** Every process of the machine; injected by tests. */
  readonly processes?: () => Promise<readonly ProcessRow[]>
}

const methodEndings = ['.med', '.hsl']
const noteFile = 'hamilton.json'

/** The command line of HxRun for the method that a protocol names, or why there is none, with every place that was looked at. */
export const planOf = (
  command: Pick<GrantedCommand, 'path' | 'commandId'>,
  config: HamiltonConfig,
  workDir: string,
): (Plan & { readonly method: string }) | CommandResult => {
  const { path } = command
  if (path === undefined)
    return refused(
      'bad-path',
      'The protocol names no path, so there is no method to run. Give it a method or an alias.',
    )
  const wanted = config.aliases[path] ?? path
  const found = findFile(wanted, config.methodFolders, { endings: methodEndings })
  if (!found.ok) {
    const aliased = wanted === path ? '' : ` ("${path}" is another name of it)`
    const places = found.looked.length > 0 ? ` Looked for: ${found.looked.join('; ')}.` : ''
    const names = Object.keys(config.aliases)
    const others = names.length > 0 && wanted === path ? ` Other names known here: ${names.join(', ')}.` : ''
    return refused('bad-path', `Method "${wanted}"${aliased} was not found. ${found.message}${places}${others}`)
  }
  return {
    program: config.hxrun,
    args: config.arguments.map((text) => text.replaceAll('{method}', found.path)),
    successCodes: Object.keys(config.exitCodes)
      .filter((code) => config.exitCodes[code] === 'succeeded')
      .map(Number),
    cwd: join(workDir, command.commandId),
    method: basename(found.path).replace(/\.(med|hsl)$/i, ''),
  }
}

/** Hamilton liquid handlers by way of HxRun, the program of VENUS that runs methods. */
export const hamiltonDriver = (of: Of): Driver => {
  const { config, workDir, processes = running } = of
  /** Commands whose program may be running. */
  const own = new Set<CommandId>()
  const during = (commandId: CommandId, drive: Drive): Drive => {
    own.add(commandId)
    return { ...drive, done: drive.done.finally(() => own.delete(commandId)) }
  }
  /** When the drive of a command began, by the clock that dates its traces; where that is not known, any trace may be its own. */
  const begunMs = (commandId: CommandId): number => {
    try {
      return statSync(join(workDir, commandId, noteFile)).mtimeMs
    } catch {
      return 0
    }
  }
  const methodOf = (commandId: CommandId): string | undefined => {
    try {
      return (JSON.parse(readFileSync(join(workDir, commandId, noteFile), 'utf8')) as { method: string }).method
    } catch {
      return undefined
    }
  }
  const traceOf = (method: string | undefined, sinceMs: number): Trace | undefined =>
    method === undefined ? undefined : findTrace(config.traceFolder, method, sinceMs, config.abortWords)
  /** A process of HxRun that the agent did not start. */
  const stranger = async (): Promise<ProcessRow | undefined> => {
    const rows = await processes()
    const mine = new Set(
      [...own].flatMap((commandId) => {
        const leader = leaderIn(join(workDir, commandId))
        return leader === undefined ? [] : descendantsOf(rows, leader).map(({ pid }) => pid)
      }),
    )
    const names = config.processNames.map((name) => name.toLowerCase())
    return rows.find(({ pid, name }) => names.includes(name.toLowerCase()) && !mine.has(pid))
  }
  const busyWith = ({ name, pid }: ProcessRow): string =>
    `${name} (process ${pid}) runs something that Benchtime did not start. Close it at the instrument, or wait until it has ended.`

  return {
    name: 'hamilton',
    describe: () => ({ can: ['inspect'], outlivesAgent: true }),
    view: async () => {
      const found = await stranger()
      return found ? { state: 'busy', message: busyWith(found) } : { state: 'idle' }
    },
    check: async (command) => {
      const plan = planOf(command, config, workDir)
      if ('outcome' in plan) return plan
      const found = await stranger()
      return found && refused('instrument-busy', busyWith(found))
    },
    start: (command, io) => {
      const plan = planOf(command, config, workDir)
      if ('outcome' in plan) return { done: Promise.resolve(plan), abort: () => undefined }
      const drive = launch({
        command,
        plan,
        stopping: of,
        io,
        interpret: judge(config, (startedAt) => traceOf(plan.method, Date.parse(startedAt) || 0)),
      })
      writeFileSync(join(plan.cwd, noteFile), JSON.stringify({ method: plan.method }))
      io.log(`> ${windowsCommandLine(plan.program, plan.args)}\n`)
      return during(command.commandId, drive)
    },
    leftBehind: ({ commandId }) => {
      const trace = traceOf(methodOf(commandId), begunMs(commandId))
      return [...leftIn(join(workDir, commandId), []), ...(trace ? [trace.file] : [])]
    },
    inspect: async (commandId, command, io) => {
      const method = methodOf(commandId)
      const interpret = judge(config, (startedAt) => traceOf(method, Date.parse(startedAt) || 0))
      const found = await inspectProgram(commandId, workDir, of, { io, interpret })
      if (found.known === 'running') return { ...found, drive: during(commandId, found.drive) }
      if (found.known === 'ended') return found
      const trace = traceOf(method ?? command?.path, begunMs(commandId))
      return {
        known: 'nothing',
        ...(trace?.lastStep !== undefined && { message: `The trace ends with: ${trace.lastStep}` }),
        ...unknownState(trace),
      }
    },
  }
}
