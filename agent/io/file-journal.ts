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
import { crc32 } from 'node:zlib'
import { emptyMemory, remember } from '../core/memory-of-journal.ts'
import type { Journal, JournalRecord } from '../core/ports.ts'

/** Whenever so many records have been added, the journal is written anew, without what can no longer matter. */
const compactAfter = 5_000

export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged'
}

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

/**
 * One line of the journal: what was written together, behind the checksum of it. A torn write shows, wherever it was torn, and
 * what was written together is there as a whole or not at all.
 */
const lineOf = (records: readonly JournalRecord[]): string => {
  const text = JSON.stringify(records)
  return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`
}

/** @returns undefined where the line is not what was written. Lines of earlier versions are one record without a checksum. */
const recordsIn = (line: string): JournalRecord[] | undefined => {
  try {
    if (line.startsWith('{')) return [JSON.parse(line) as JournalRecord]
    const text = line.slice(9)
    if (line[8] !== ' ' || Number.parseInt(line.slice(0, 8), 16) !== crc32(text)) return undefined
    return JSON.parse(text) as JournalRecord[]
  } catch {
    return undefined
  }
}

type Found = { readonly records: JournalRecord[]; readonly length: number; readonly torn: boolean }

/**
 * What is whole. A last line that is cut off or scrambled is what a power loss leaves: it was never promised, so it is cut off.
 * @throws JournalDamaged where a line before the last is not what was written
 */
const read = (path: string): Found => {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { records: [], length: 0, torn: false }
    throw error
  }
  const records: JournalRecord[] = []
  let at = 0
  for (let line = 1; at < bytes.length; line++) {
    const end = bytes.indexOf(10, at)
    const found = end < 0 ? undefined : recordsIn(bytes.toString('utf8', at, end))
    if (!found) {
      if (end >= 0 && bytes.indexOf(10, end + 1) >= 0)
        throw new JournalDamaged(
          `Line ${line} of the journal ${path} cannot be read. Nothing is driven with a damaged journal. Keep a copy of it, restore the disk or remove the line, and look at the instrument before starting again.`,
        )
      return { records, length: at, torn: true }
    }
    records.push(...found)
    at = end + 1
  }
  return { records, length: at, torn: false }
}

/** The records that still matter: what is open or not acknowledged, recent settled commands, and every fence. */
const compacted = (records: readonly JournalRecord[]): JournalRecord[] => {
  const memory = emptyMemory()
  for (const record of records) remember(memory, record)
  const highest = new Map<string, string>()
  for (const record of records)
    if (record.type === 'intent')
      for (const { assetId, fence } of record.command.fences)
        if (memory.fences.get(assetId) === fence) highest.set(assetId, record.command.commandId)
  const keepFor = new Set(highest.values())
  return records.filter((record) => {
    const commandId = record.type === 'intent' ? record.command.commandId : record.commandId
    return memory.intents.has(commandId) || memory.done.has(commandId) || keepFor.has(commandId)
  })
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
