import { readdirSync, readFileSync } from 'node:fs'
import type { AgentClock } from '../../core/ports.ts'

export type Stopping = {
  /** Between the request to stop and the kill. */
  readonly graceMs: number
  readonly clock: AgentClock
}

/** How often the end of a group that is being stopped is looked for. */
const lookEveryMs = 200

/** Tells one boot of the machine from another; empty where the system does not say. */
export const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

/** State letter and group of a process, from /proc; undefined where there is no /proc or no such process. */
const statOf = (pid: string): { state: string; group: number } | undefined => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state = '', , group] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state, group: Number(group) }
  } catch {
    return undefined
  }
}

const procExists = statOf('self') !== undefined

/** Whether any process of the group is alive. A zombie is not: it moves nothing any more. */
export const groupAlive = (group: number): boolean => {
  try {
    process.kill(-group, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  if (!procExists) return true
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false
    const stat = statOf(name)
    return stat !== undefined && stat.group === group && stat.state !== 'Z' && stat.state !== 'X'
  })
}

/** Signals every process of a group; one that is gone is fine. */
const signalGroup = (group: number, signal: 'SIGTERM' | 'SIGKILL'): void => {
  try {
    process.kill(-group, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
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
