import { readdirSync, readFileSync } from 'node:fs'

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
export const signalGroup = (group: number, signal: 'SIGTERM' | 'SIGKILL'): void => {
  try {
    process.kill(-group, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
