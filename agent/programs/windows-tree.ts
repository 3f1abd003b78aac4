import { execFile } from 'node:child_process'
import type { ProcessTree } from './process-tree.ts'

/** A process as Windows tells of it. */
export type ProcessRow = {
  readonly pid: number
  readonly parent: number
  readonly name: string
  readonly startedMs: number
}

/**
 * Windows has no process groups; what a program has started is found by the parents that processes name. A parent's number may
 * have been given to another process since, so only what is younger than its parent is its child.
 */
export const descendantsOf = (rows: readonly ProcessRow[], leader: number): ProcessRow[] => {
  const found: ProcessRow[] = []
  const roots = rows.filter(({ pid }) => pid === leader)
  const leaderStart = roots[0]?.startedMs ?? Number.NEGATIVE_INFINITY
  const open: { pid: number; startedMs: number }[] = [{ pid: leader, startedMs: leaderStart }]
  const seen = new Set<number>([leader])
  for (let next = open.shift(); next; next = open.shift())
    for (const row of rows) {
      if (row.parent !== next.pid || seen.has(row.pid) || row.startedMs < next.startedMs) continue
      seen.add(row.pid)
      found.push(row)
      open.push(row)
    }
  return [...roots, ...found]
}

/** Asks for all processes as JSON, with times as milliseconds since the epoch. */
export const listCommand: readonly [string, readonly string[]] = [
  'powershell.exe',
  [
    '-NoProfile',
    '-NonInteractive',
    '-Command',
    "Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,Name,@{n='StartedMs';e={([DateTimeOffset]$_.CreationDate).ToUnixTimeMilliseconds()}} | ConvertTo-Json -Compress",
  ],
]

/** What the list command prints: an array, or one object where there is one process. System processes have no start. */
export const readList = (text: string): ProcessRow[] => {
  const parsed = JSON.parse(text) as Record<string, unknown> | Record<string, unknown>[]
  return (Array.isArray(parsed) ? parsed : [parsed]).map(({ ProcessId, ParentProcessId, Name, StartedMs }) => ({
    pid: Number(ProcessId),
    parent: Number(ParentProcessId),
    name: String(Name ?? ''),
    startedMs: Number(StartedMs ?? 0),
  }))
}

/** `/T`: with its children. Without `/F` it is asked to close, which programs without a window do not hear. */
export const stopCommand = (pid: number, how: 'ask' | 'kill'): readonly [string, readonly string[]] => [
  'taskkill.exe',
  ['/PID', String(pid), '/T', ...(how === 'kill' ? ['/F'] : [])],
]

type Run = (program: string, args: readonly string[]) => Promise<string>

const runProgram: Run = (program, args) =>
  new Promise((resolve, reject) =>
    execFile(
      program,
      [...args],
      { windowsHide: true, timeout: 30_000, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout) => {
        if (error && !stdout) reject(error)
        else resolve(stdout)
      },
    ),
  )

export const listProcesses = async (run: Run = runProgram): Promise<ProcessRow[]> => readList(await run(...listCommand))

export const windowsTree = (run: Run = runProgram): ProcessTree => ({
  // The keeper's start is compared instead: a number that was given away belongs to a younger process.
  bootId: () => '',
  alive: async (leader) => descendantsOf(await listProcesses(run), leader).length > 0,
  signal: async (leader, how) => {
    const rows = descendantsOf(await listProcesses(run), leader)
    // The keeper stays to write down how its program ended, unless it has to go too.
    const first = rows.filter(({ pid }) => pid !== leader || how === 'kill')
    for (const { pid } of first) await run(...stopCommand(pid, how)).catch(() => undefined)
  },
})
