import type { Driver, Inspected } from '#agent/core/ports.ts'
import type { CommandResult, GrantedCommand } from '#contracts/agents/messages.ts'
import type { AssetId, CommandId } from '#domain/ids.ts'
import type { Strikes } from './faults.ts'
import type { Random } from './random.ts'
import type { VirtualTime } from './virtual-time.ts'

/** One movement of an instrument: what really happened, whatever anybody believes. */
export type Movement = {
  readonly commandId: CommandId
  readonly assets: readonly { readonly assetId: AssetId; readonly fence: number }[]
  readonly startMs: number
  stopMs: number | undefined
  result: CommandResult | undefined
  readonly stopped: Promise<CommandResult>
  stop(reason: string): void
}

/** The physical world: instruments go on moving whether or not anybody is there to see it. */
export type Instruments = {
  readonly movements: readonly Movement[]
  isMoving(assetId: string): boolean
  driverFor(agent: { alive(): boolean; hasIntent(commandId: CommandId): boolean }): Driver
}

export const createInstruments = (
  time: VirtualTime,
  random: Random,
  strikes: Strikes,
  onStart: (movement: Movement, intended: boolean) => void,
): Instruments => {
  const movements: Movement[] = []
  const byCommand = new Map<CommandId, Movement[]>()

  const begin = (command: GrantedCommand, intended: boolean): Movement => {
    const { promise, resolve } = Promise.withResolvers<CommandResult>()
    const hangs = strikes('driveHangs')
    const fails = strikes('driveFails')
    const ignores = strikes('stopIgnored')
    const end = (result: CommandResult): void => {
      if (movement.stopMs !== undefined) return
      movement.stopMs = time.now()
      movement.result = result
      resolve(result)
    }
    const movement: Movement = {
      commandId: command.commandId,
      assets: command.fences,
      startMs: time.now(),
      stopMs: undefined,
      result: undefined,
      stopped: promise,
      stop: (reason) => {
        if (!ignores) time.after(random.between(0, 5_000), () => end({ outcome: 'aborted', reason }))
      },
    }
    const asked = Number(command.parameters.durationMs ?? 60_000)
    // What hangs is switched off by hand in the end, hours later.
    const lasts = hangs ? 4 * 3_600_000 : Math.round(asked * (0.5 + random.next()))
    time.after(lasts, () => end(fails ? { outcome: 'failed', reason: 'simulated' } : { outcome: 'succeeded' }))
    movements.push(movement)
    byCommand.set(command.commandId, [...(byCommand.get(command.commandId) ?? []), movement])
    onStart(movement, intended)
    return movement
  }

  const inspect = async (commandId: CommandId): Promise<Inspected> => {
    const movement = byCommand.get(commandId)?.at(-1)
    if (!strikes('driverKnows') || !movement)
      return {
        known: 'nothing',
        uncertain: [{ key: 'tip', kind: 'tip', description: 'Whether a tip is on the channel' }],
        options: [
          { id: 'again', action: 'retry-from-step', title: 'Once more', step: 'start' },
          { id: 'give-up', action: 'abort', title: 'Leave it' },
        ],
      }
    if (movement.result) return { known: 'ended', result: movement.result }
    return { known: 'running', drive: { done: movement.stopped, abort: (reason) => movement.stop(reason) } }
  }

  return {
    movements,
    isMoving: (assetId) =>
      movements.some((m) => m.stopMs === undefined && m.assets.some((asset) => asset.assetId === assetId)),
    driverFor: (agent) => ({
      name: 'simulator',
      describe: () => ({ can: ['pause'], outlivesAgent: false }),
      start: (command) => {
        // A process that is dead moves nothing.
        if (!agent.alive()) return { done: new Promise(() => undefined), abort: () => undefined }
        const movement = begin(command, agent.hasIntent(command.commandId))
        return {
          done: movement.stopped,
          abort: (reason) => movement.stop(reason),
          // It stands still; how long the drive takes altogether is drawn before.
          pause: async () => undefined,
          resume: async () => undefined,
        }
      },
      inspect,
    }),
  }
}
