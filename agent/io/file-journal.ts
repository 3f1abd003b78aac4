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
import type { Journal, JournalRecord } from '../core/ports.ts'
import { compacted, lineOf, readLines } from './journal-format.ts'

/** Whenever so many records have been added, the journal is written anew, without what can no longer matter. */
const compactAfter = 5_000

const syncDirectory = (path: string): void => {
  // Windows opens no directories, and keeps their entries by itself.
  if (process.platform === 'win32') return
  const directory = openSync(dirname(path), 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

const read = (path: string): ReturnType<typeof readLines> => {
  try {
    return readLines(readFileSync(path), path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { records: [], length: 0, torn: false }
    throw error
  }
}

const rewrite = (path: string, records: readonly JournalRecord[]): void => {
  const fresh = `${path}.new`
  const file = openSync(fresh, 'w', 0o600)
  try {
    writeFileSync(file, records.map((record) => lineOf([record])).join(''))
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
 * The journal as a file of checked lines, each on disk before its append resolves. Appends are in order; concurrent ones share
 * one line and one fsync.
 * @throws JournalDamaged when a line other than the last cannot be read
 */
export const openFileJournal = async (directory: string, compactEvery = compactAfter): Promise<FileJournal> => {
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
  if (found.records.length > compactEvery) rewrite(path, compacted(found.records))
  let handle: FileHandle = await open(path, 'a', 0o600)
  syncDirectory(path)
  /** Bytes that are whole records; what a failed write left behind is cut off, or the next record would continue it. */
  let length = (await handle.stat()).size
  let waiting: { record: JournalRecord; resolve: () => void; reject: (error: unknown) => void }[] = []
  let writing = false
  let added = 0

  /** Written anew beside the old one, which stands until the new one is whole. */
  const compact = async (): Promise<void> => {
    added = 0
    await handle.truncate(length)
    rewrite(path, compacted(read(path).records))
    await handle.close()
    handle = await open(path, 'a', 0o600)
    length = (await handle.stat()).size
  }
  const flush = async (): Promise<void> => {
    if (writing) return
    writing = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        const line = Buffer.from(lineOf(batch.map(({ record }) => record)))
        await handle.truncate(length)
        await handle.appendFile(line)
        await handle.datasync()
        length += line.length
        added += batch.length
        for (const { resolve } of batch) resolve()
        // A full disk has no room for a second copy; then the old one goes on.
        if (added > compactEvery) await compact().catch(() => undefined)
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
        waiting.push({ record, resolve, reject })
        flush().catch(reject)
      }),
    close: async () => {
      await handle.close()
      unlock()
    },
  }
}
