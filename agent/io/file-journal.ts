import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { emptyMemory, remember } from '../core/memory-of-journal.ts'
import type { Journal, JournalRecord } from '../core/ports.ts'

/** Beyond this many records the journal is written anew at start, without what can no longer matter. */
const compactAbove = 5_000
/** Commands that are over and acknowledged are remembered at least this far back, so that a late repeat is recognised. */
const keepSettled = 2_000

export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged'
}

const syncDirectory = (path: string): void => {
  const directory = openSync(dirname(path), 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

/** Complete lines as records. A last line without its end is what a power loss leaves: it was never promised, so it is cut off. */
const read = (path: string): { records: JournalRecord[]; length: number; torn: boolean } => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { records: [], length: 0, torn: false }
    throw error
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const records = whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index): JournalRecord => {
      try {
        return JSON.parse(line) as JournalRecord
      } catch {
        throw new JournalDamaged(
          `Line ${index + 1} of the journal ${path} cannot be read. Nothing is driven with a damaged journal. Keep a copy of it, restore the disk or remove the line, and look at the instrument before starting again.`,
        )
      }
    })
  return { records, length: Buffer.byteLength(whole), torn: whole.length < text.length }
}

/** The records that still matter: what is open or not acknowledged, recent settled commands, and every fence. */
const compacted = (records: readonly JournalRecord[]): JournalRecord[] => {
  const memory = emptyMemory()
  for (const record of records) remember(memory, record)
  const settled = [...memory.done].filter(([, done]) => done.acked).map(([commandId]) => commandId)
  const forget = new Set(settled.slice(0, Math.max(0, settled.length - keepSettled)))
  const highest = new Map<string, string>()
  for (const { commandId, fences } of memory.intents.values())
    for (const { assetId, fence } of fences) if (memory.fences.get(assetId) === fence) highest.set(assetId, commandId)
  const keepFor = new Set(highest.values())
  return records.filter((record) => {
    const commandId = record.type === 'intent' ? record.command.commandId : record.commandId
    return !forget.has(commandId) || keepFor.has(commandId)
  })
}

const rewrite = (path: string, records: readonly JournalRecord[]): void => {
  const fresh = `${path}.new`
  const file = openSync(fresh, 'w', 0o600)
  try {
    writeFileSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''))
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(fresh, path)
  syncDirectory(path)
}

/** Refuses a second process on the same journal; a lock whose process is gone is taken over. */
const lock = (directory: string): (() => void) => {
  const path = join(directory, 'agent.pid')
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    process.kill(pid, 0)
    if (pid !== process.pid)
      throw new Error(
        `Another agent (process ${pid}) uses ${directory}. Stop it first, or give this one its own --data.`,
      )
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ESRCH') throw error
  }
  writeFileSync(path, String(process.pid), { mode: 0o600 })
  return () => rmSync(path, { force: true })
}

export type FileJournal = Journal & { close(): Promise<void> }

/**
 * The journal as a file of JSON lines, each on disk before its append resolves. Appends are in order; concurrent ones share
 * one fsync.
 * @throws JournalDamaged when a line other than the last cannot be read
 */
export const openFileJournal = async (directory: string): Promise<FileJournal> => {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const unlock = lock(directory)
  const path = join(directory, 'journal.jsonl')
  const found = read(path)
  if (found.torn) {
    const file = openSync(path, 'r+')
    ftruncateSync(file, found.length)
    fsyncSync(file)
    closeSync(file)
  }
  if (found.records.length > compactAbove) rewrite(path, compacted(found.records))
  const handle: FileHandle = await open(path, 'a', 0o600)
  syncDirectory(path)
  /** Bytes that are whole records; what a failed write left behind is cut off, or the next record would continue it. */
  let length = (await handle.stat()).size
  let waiting: { line: string; resolve: () => void; reject: (error: unknown) => void }[] = []
  let writing = false
  const flush = async (): Promise<void> => {
    if (writing) return
    writing = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        const lines = Buffer.from(batch.map(({ line }) => line).join(''))
        await handle.truncate(length)
        await handle.appendFile(lines)
        await handle.datasync()
        length += lines.length
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    writing = false
  }
  return {
    load: async () => found.records,
    append: (record) =>
      new Promise((resolve, reject) => {
        waiting.push({ line: `${JSON.stringify(record)}\n`, resolve, reject })
        flush().catch(reject)
      }),
    close: async () => {
      await handle.close()
      unlock()
    },
  }
}
