import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { listProcesses, type ProcessRow } from './windows-tree.ts'

/** A script is told by its own name, not by that of the interpreter that runs it. */
const interpreters = new Set(['node', 'python', 'python3', 'bash', 'sh', 'wine', 'wine64', 'env'])

const nameOf = (line: string): string => {
  const [first = '', second] = line.split('\0')
  const name = basename(first)
  return interpreters.has(name) && second ? basename(second) : name
}

/** Ticks of the kernel's clock since the machine was started; enough to tell which of two is younger. */
const linuxProcesses = (): ProcessRow[] =>
  readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (fields[0] === 'Z' || fields[0] === 'X') return []
      const name = nameOf(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
      return [{ pid: Number(pid), parent: Number(fields[1]), name, startedMs: Number(fields[19]) }]
    } catch {
      return []
    }
  })

/** Every process of this machine, as far as this user may see it. */
export const running = async (platform: NodeJS.Platform = process.platform): Promise<ProcessRow[]> =>
  platform === 'win32' ? listProcesses() : linuxProcesses()
