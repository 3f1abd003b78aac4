import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { CommandResult } from '#contracts/agents/messages.ts'
import type { AgentClock, Driver } from '../core/ports.ts'

const parametersSchema = z.object({
  durationMs: z.number().min(0).max(86_400_000).default(1_000),
  /** 0 to 1. */
  failureRate: z.number().min(0).max(1).default(0),
  /** The same seed and command fail or succeed alike. */
  seed: z.union([z.string(), z.number()]).default(0),
})

/** 0 ≤ x < 1, the same for the same text. */
const drawn = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32

const steps = 10

/** An instrument that only passes time. For demos, tests and rehearsals. Its world ends with the agent, so it cannot inspect. */
export const simulatorDriver = (clock: AgentClock): Driver => ({
  name: 'simulator',
  describe: () => ({ can: ['pause'], outlivesAgent: false }),
  view: async () => ({ state: 'idle' }),
  check: async ({ parameters }) => {
    const parsed = parametersSchema.safeParse(parameters)
    return parsed.success
      ? undefined
      : {
          outcome: 'refused',
          reason: 'bad-parameters',
          message: `The simulator takes durationMs, failureRate (0 to 1) and seed: ${parsed.error.issues[0]?.message}`,
        }
  },
  start: (command, io) => {
    const { durationMs, failureRate, seed } = parametersSchema.parse(command.parameters)
    const { promise, resolve } = Promise.withResolvers<CommandResult>()
    const startedAt = new Date(clock.now()).toISOString()
    let cancel: (() => void) | undefined
    let done = 0
    let paused = false
    const succeed = (): void => {
      const fails = drawn(`${seed}|${command.commandId}`) < failureRate
      resolve(
        fails
          ? {
              outcome: 'failed',
              reason: 'simulated',
              message: 'The simulated instrument failed, as its failureRate asks.',
              exitCode: 1,
              startedAt,
            }
          : { outcome: 'succeeded', exitCode: 0, startedAt },
      )
    }
    const step = (): void => {
      if (done === steps) {
        succeed()
        return
      }
      if (done > 0 && durationMs >= 2_000)
        io.progress((100 * done) / steps, undefined, `simulated step ${done} of ${steps}`)
      cancel = clock.after(durationMs / steps, () => {
        done += 1
        step()
      })
    }
    step()
    return {
      done: promise,
      abort: (reason) => {
        cancel?.()
        resolve({ outcome: 'aborted', reason, message: 'The simulated instrument was stopped.', startedAt })
      },
      pause: async () => {
        paused = true
        cancel?.()
      },
      resume: async () => {
        if (!paused) return
        paused = false
        step()
      },
    }
  },
})
