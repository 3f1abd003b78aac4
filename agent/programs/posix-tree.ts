import { readdirSync, readFileSync } from 'node:fs'
import type { ProcessTree } from './process-tree.ts'

/** Tells one boot of the machine from another; empty where the system does not say. */
const bootId = (): string => {
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
const groupAlive = (group: number): boolean => {
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

/** On Linux and macOS: a process group, which every child inherits. */
export const posixTree: ProcessTree = {
  bootId,
  alive: async (leader) => groupAlive(leader),
  signal: async (leader, how) => signalGroup(leader, how === 'ask' ? 'SIGTERM' : 'SIGKILL'),
}
