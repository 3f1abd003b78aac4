import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** What a running laptop cloud tells other commands. */
export type Running = { readonly pid: number; readonly url?: string; readonly mqttUrl?: string }

const fileOf = (dataDir: string): string => join(dataDir, 'running.json')

/** The laptop cloud that runs on this directory now, if one does. */
export const runningIn = (dataDir: string): Running | undefined => {
  if (!existsSync(fileOf(dataDir))) return undefined
  try {
    const running = JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as Running
    return isAlive(running.pid) ? running : undefined
  } catch {
    return undefined
  }
}

/** Takes a data directory for this process; one whose process is gone is taken over. @throws where another runs on it */
export const takeDataDirectory = (dataDir: string): { tell(running: Omit<Running, 'pid'>): void; leave(): void } => {
  const other = runningIn(dataDir)
  if (other && other.pid !== process.pid)
    throw new Error(
      `Benchtime runs on ${dataDir} already (process ${other.pid}${other.url ? `, ${other.url}` : ''}). Stop it first, or choose another directory with --data.`,
    )
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const tell = (running: Omit<Running, 'pid'>) =>
    writeFileSync(fileOf(dataDir), JSON.stringify({ pid: process.pid, ...running }))
  tell({})
  return { tell, leave: () => rmSync(fileOf(dataDir), { force: true }) }
}
