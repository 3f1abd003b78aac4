import { join } from 'node:path'
import type { CommandResult, GrantedCommand } from '#contracts/agents/messages.ts'
import type { Driver } from '../../core/ports.ts'
import { refused } from '../../core/refused.ts'
import { findFile } from '../../programs/find-file.ts'
import { inspectProgram, launch, type Plan } from '../../programs/launch.ts'
import { leftIn } from '../../programs/left-behind.ts'
import type { Stopping } from '../../programs/process-tree.ts'
import { fillArguments, processPayloadSchema } from './arguments.ts'

export type ProcessDriverConfig = Stopping & {
  /** Programs may lie below these directories only. */
  readonly roots: readonly string[]
  /** Each command gets a directory of its own below this one. */
  readonly workDir: string
}

/** What will be run, or why it cannot be. */
const planOf = (command: GrantedCommand, config: ProcessDriverConfig): Plan | CommandResult => {
  if (command.path === undefined) return refused('bad-path', 'The protocol names no path, so there is nothing to run.')
  const payload = processPayloadSchema.safeParse(command.payload ?? {})
  if (!payload.success)
    return refused(
      'bad-parameters',
      `The protocol's payload is not what the process driver takes: ${payload.error.issues[0]?.message}`,
    )
  const { args, runtime, successCodes } = payload.data
  const found = findFile(command.path, config.roots, { runnable: runtime === undefined })
  if (!found.ok) return refused('bad-path', found.message)
  try {
    const given = fillArguments(args, command.parameters)
    const cwd = join(config.workDir, command.commandId)
    return runtime === 'node'
      ? { program: process.execPath, args: [found.path, ...given], successCodes, cwd }
      : { program: found.path, args: given, successCodes, cwd }
  } catch (error) {
    return refused('bad-parameters', (error as Error).message)
  }
}

/** Runs a real program: no shell, allowed roots only, one process tree, the end of its output kept. */
export const processDriver = (config: ProcessDriverConfig): Driver => ({
  name: 'process',
  describe: () => ({ can: ['inspect'], outlivesAgent: true }),
  check: async (command) => {
    const plan = planOf(command, config)
    return 'outcome' in plan ? plan : undefined
  },
  start: (command, io) => {
    const plan = planOf(command, config)
    return 'outcome' in plan
      ? { done: Promise.resolve(plan), abort: () => undefined }
      : launch({ command, plan, stopping: config, io })
  },
  leftBehind: (command) =>
    leftIn(
      join(config.workDir, command.commandId),
      processPayloadSchema.safeParse(command.payload ?? {}).data?.outputs ?? [],
    ),
  inspect: (commandId, _command, io) => inspectProgram(commandId, config.workDir, config, { io }),
})
