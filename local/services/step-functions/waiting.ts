/** Tasks that wait for their token: each with a time limit and a heartbeat limit. */
import { after, type Timer } from '../timer.ts'
import type { TaskResult } from './store.ts'

/** A task failed; the interpreter matches Retry and Catch against `name`, and `message` becomes the Cause. */
export class TaskFailed extends Error {
  constructor(name: string, cause: string) {
    super(cause)
    this.name = name
  }
}

export type Limits = {
  /** Seconds until States.Timeout, from now; undefined: none. */
  readonly timeoutSeconds?: number | undefined
  readonly heartbeatSeconds?: number | undefined
}

export type Waiting = {
  /** Resolves with the output (JSON text) given to the token; rejects with TaskFailed. */
  wait(token: string, limits: Limits): Promise<string>
  settle(token: string, result: TaskResult): void
  /** False where nobody waits for the token. */
  beat(token: string): boolean
  /** The task is no longer wanted: its execution ended otherwise. */
  cancel(token: string, reason: Error): void
}

type Entry = { resolve(output: string): void; reject(error: Error): void; beat(): void }

export const createWaiting = (): Waiting => {
  const entries = new Map<string, Entry>()
  return {
    wait: (token, { timeoutSeconds, heartbeatSeconds }) =>
      new Promise((resolve, reject) => {
        const timers: { limit?: Timer; heartbeat?: Timer } = {}
        const done = (): void => {
          timers.limit?.cancel()
          timers.heartbeat?.cancel()
          entries.delete(token)
        }
        const entry: Entry = {
          resolve: (output) => {
            done()
            resolve(output)
          },
          reject: (error) => {
            done()
            reject(error)
          },
          beat: () => {
            timers.heartbeat?.cancel()
            if (heartbeatSeconds === undefined) return
            const late = () =>
              entry.reject(new TaskFailed('States.HeartbeatTimeout', `No heartbeat for ${heartbeatSeconds} seconds.`))
            timers.heartbeat = after(heartbeatSeconds * 1000, late)
          },
        }
        entries.set(token, entry)
        if (timeoutSeconds !== undefined)
          timers.limit = after(timeoutSeconds * 1000, () =>
            entry.reject(new TaskFailed('States.Timeout', 'The task did not end within its time limit.')),
          )
        entry.beat()
      }),
    settle: (token, result) => {
      const entry = entries.get(token)
      if (result.outcome === 'success') entry?.resolve(result.output)
      else entry?.reject(new TaskFailed(result.error, result.cause))
    },
    beat: (token) => {
      const entry = entries.get(token)
      entry?.beat()
      return entry !== undefined
    },
    cancel: (token, reason) => entries.get(token)?.reject(reason),
  }
}
