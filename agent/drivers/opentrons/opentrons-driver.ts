import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { CommandResult, GrantedCommand } from '#contracts/agents/messages.ts'
import type { CommandId } from '#domain/ids.ts'
import type { AgentClock, Drive, DriveIo, Driver, InstrumentView } from '../../core/ports.ts'
import { refused } from '../../core/refused.ts'
import { findFile } from '../../programs/find-file.ts'
import { createRobot, type Robot, RobotRefused, type RobotRun, type RunStatus } from './robot.ts'

export const opentronsConfigSchema = z.strictObject({
  /** Of the robot server, such as http://192.168.1.20:31950. */
  url: z.url({ protocol: /^https?$/ }),
  /** Protocol files may lie below these directories only. */
  protocolFolders: z.array(z.string().min(1)).default([]),
  /** Between two questions how far it is. */
  lookEverySeconds: z.number().min(0.02).max(60).default(2),
})

type Of = {
  readonly config: z.output<typeof opentronsConfigSchema>
  readonly workDir: string
  readonly clock: AgentClock
}

/** What a protocol's payload may say. */
const payloadSchema = z.object({ protocolId: z.string().optional() })
const noteFile = 'opentrons.json'

const moving: ReadonlySet<RunStatus> = new Set([
  'running',
  'paused',
  'finishing',
  'stop-requested',
  'blocked-by-open-door',
  'awaiting-recovery',
  'awaiting-recovery-blocked-by-open-door',
  'awaiting-recovery-paused',
])

const notes: Partial<Record<RunStatus, string>> = {
  'blocked-by-open-door': 'The robot waits: its door is open.',
  'awaiting-recovery': 'The robot met an error and waits for somebody to decide at its screen.',
  'awaiting-recovery-blocked-by-open-door': 'The robot waits for somebody at its screen; its door is open.',
  'awaiting-recovery-paused': 'The robot waits for somebody at its screen.',
  paused: 'Paused.',
  finishing: 'The robot tidies up.',
}

/** How a run of the robot ended; undefined while it goes on. */
const endOf = ({ status, errors }: RobotRun, asked: string | undefined): CommandResult | undefined => {
  const because = errors?.map(({ detail, errorType }) => detail ?? errorType).join('; ')
  switch (status) {
    case 'succeeded':
      return { outcome: 'succeeded' }
    case 'failed':
      return { outcome: 'failed', reason: 'robot-failed', message: `The robot says: ${because || 'failed'}` }
    case 'stopped':
      return {
        outcome: 'aborted',
        reason: asked ?? 'stopped-at-instrument',
        message: asked ? 'The robot was stopped.' : 'Somebody stopped the run at the robot.',
      }
    default:
      return undefined
  }
}

/** A robot that has heard `play` is not idle for so many looks. */
const mostIdle = 5

/** Follows a run of the robot to its end. What is not heard is asked again: a robot that is silent may be moving. */
const follow = (robot: Robot, runId: string, io: DriveIo, { config, clock }: Of): Drive => {
  const { promise, resolve } = Promise.withResolvers<CommandResult>()
  const everyMs = config.lookEverySeconds * 1000
  let asked: string | undefined
  let told: string | undefined
  /** Looks in a row at which it had not begun. */
  let idle = 0
  const look = async (): Promise<void> => {
    try {
      if (asked !== undefined) await robot.act(runId, 'stop').catch(() => undefined)
      const run = await robot.run(runId)
      const end = endOf(run, asked)
      if (end) return resolve(end)
      idle = run.status === 'idle' ? idle + 1 : 0
      if (idle > mostIdle) {
        await robot.act(runId, 'stop').catch(() => undefined)
        return resolve(refused('offline', 'The robot did not hear that it was to play. Nothing was driven.'))
      }
      const note = notes[run.status]
      if (note !== told) io.progress(undefined, note ?? 'The robot goes on.', run.status)
      told = note
    } catch (error) {
      if (error instanceof RobotRefused)
        return resolve({
          outcome: 'indeterminate',
          reason: 'robot-forgot',
          message: `The robot does not know its run any more. ${error.message}`,
          uncertain: [{ key: 'run', kind: 'step', description: 'How far the protocol has come' }],
        })
      if (told !== 'silent') io.progress(undefined, (error as Error).message, 'no contact')
      told = 'silent'
    }
    clock.after(everyMs, () => void look())
  }
  void look()
  return {
    done: promise,
    abort: (reason) => {
      asked ??= reason
    },
    pause: () => robot.act(runId, 'pause'),
    resume: () => robot.act(runId, 'play'),
  }
}

/** On the disk before the robot is told to play: what a later life needs to ask the robot itself. */
const remember = (directory: string, runId: string): void => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const file = openSync(join(directory, noteFile), 'w', 0o600)
  writeSync(file, JSON.stringify({ runId }))
  fsyncSync(file)
  closeSync(file)
}

/** Opentrons robots by way of their HTTP API. */
export const opentronsDriver = (of: Of): Driver => {
  const { config, workDir, clock } = of
  const robot = createRobot(config.url)
  const own = new Set<string>()

  const fileOf = ({ path }: GrantedCommand) => {
    if (path === undefined) return undefined
    return findFile(path, config.protocolFolders, { endings: ['.py', '.json'] })
  }
  const sourceOf = (command: GrantedCommand): { protocolId: string } | { file: string } | CommandResult => {
    const payload = payloadSchema.safeParse(command.payload ?? {})
    if (!payload.success)
      return refused('bad-parameters', 'The payload may have "protocolId", a text, and nothing else.')
    if (payload.data.protocolId !== undefined) return { protocolId: payload.data.protocolId }
    const found = fileOf(command)
    if (!found)
      return refused('bad-path', 'The protocol names neither a path nor, in its payload, a "protocolId" on the robot.')
    return found.ok
      ? { file: found.path }
      : refused('bad-path', `${found.message} Looked for: ${found.looked.join('; ')}`)
  }
  const busy = async (): Promise<string | undefined> => {
    const run = await robot.current()
    return run && moving.has(run.status) && !own.has(run.id)
      ? `The robot is ${run.status} with a run that Benchtime did not start (${run.id}).`
      : undefined
  }

  /** Everything up to `play` moves nothing, so what goes wrong there is a refusal. */
  const begin = async (command: GrantedCommand): Promise<string | CommandResult> => {
    const source = sourceOf(command)
    if ('outcome' in source) return source
    try {
      const protocolId = 'file' in source ? await robot.upload(source.file) : source.protocolId
      const runId = await robot.createRun(protocolId, command.parameters)
      own.add(runId)
      remember(join(workDir, command.commandId), runId)
      return runId
    } catch (error) {
      const reason = error instanceof RobotRefused ? 'bad-parameters' : 'offline'
      return refused(reason, `${(error as Error).message} Nothing was driven.`)
    }
  }

  const start = (command: GrantedCommand, io: DriveIo): Drive => {
    let abortWanted: 'abort-requested' | 'time-limit' | undefined
    let drive: Drive | undefined
    const done = (async (): Promise<CommandResult> => {
      const runId = await begin(command)
      if (typeof runId !== 'string') return runId
      if (abortWanted) return { outcome: 'aborted', reason: abortWanted, message: 'Stopped before the robot began.' }
      const played = await robot.act(runId, 'play').catch((error: unknown) => error as Error)
      if (played instanceof RobotRefused) return refused('instrument-busy', `${played.message} Nothing was driven.`)
      // Silence may mean that it plays; the run itself tells.
      drive = follow(robot, runId, io, of)
      if (abortWanted) drive.abort(abortWanted)
      return drive.done.finally(() => own.delete(runId))
    })()
    const atRobot = async (act: 'pause' | 'resume'): Promise<void> => {
      if (!drive?.[act]) throw new Error('The robot has not begun yet.')
      await drive[act]()
    }
    return {
      done,
      abort: (reason) => {
        abortWanted ??= reason
        drive?.abort(reason)
      },
      pause: () => atRobot('pause'),
      resume: () => atRobot('resume'),
    }
  }

  const runIdOf = (commandId: CommandId): string | undefined => {
    try {
      return (JSON.parse(readFileSync(join(workDir, commandId, noteFile), 'utf8')) as { runId: string }).runId
    } catch {
      return undefined
    }
  }

  const view = async (): Promise<InstrumentView> => {
    try {
      const [door, stop, strange] = await Promise.all([robot.door(), robot.emergencyStop(), busy()])
      const conditions = [
        ...(door === undefined ? [] : [{ name: 'door', ok: door === 'closed', message: `The door is ${door}.` }]),
        ...(stop === undefined
          ? []
          : [{ name: 'emergency-stop', ok: /disengaged|notPresent/i.test(stop), message: `Emergency stop: ${stop}.` }]),
      ]
      return { state: strange ? 'busy' : 'idle', ...(strange && { message: strange }), conditions }
    } catch (error) {
      return { state: 'offline', message: (error as Error).message }
    }
  }

  return {
    name: 'opentrons',
    describe: () => ({ can: ['pause', 'inspect'], outlivesAgent: true }),
    view,
    check: async (command) => {
      const source = sourceOf(command)
      if ('outcome' in source) return source
      try {
        const strange = await busy()
        return strange === undefined ? undefined : refused('instrument-busy', strange)
      } catch (error) {
        return refused('offline', (error as Error).message)
      }
    },
    start,
    inspect: async (commandId, _command, io) => {
      const runId = runIdOf(commandId)
      if (runId === undefined)
        return {
          known: 'nothing',
          message: 'There is no note of a run at the robot. Look at the list of runs on its screen.',
          uncertain: [{ key: 'run', kind: 'step', description: 'Whether the robot ran the protocol, and how far' }],
        }
      const run = await robot.run(runId).catch((error: unknown) => {
        if (error instanceof RobotRefused) return undefined
        // Silent: it is followed until it answers.
        return { id: runId, status: 'running' as const }
      })
      if (run?.status === 'idle')
        return {
          known: 'ended',
          result: { outcome: 'refused', reason: 'expired', message: 'The robot was never told to play.' },
        }
      own.add(runId)
      const end = run && endOf(run, undefined)
      if (end) return { known: 'ended', result: end }
      return run
        ? { known: 'running', drive: follow(robot, runId, io, { config, workDir, clock }) }
        : { known: 'nothing', message: 'The robot does not know the run any more.' }
    },
  }
}
