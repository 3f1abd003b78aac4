import { crc32 } from 'node:zlib'
import { emptyMemory, remember } from '../core/memory-of-journal.ts'
import type { JournalRecord } from '../core/ports.ts'

export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged'
}

/**
 * One line of the journal: what was written together, behind the checksum of it. A torn write shows, wherever it was torn, and
 * what was written together is there as a whole or not at all.
 */
export const lineOf = (records: readonly JournalRecord[]): string => {
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
export const readLines = (bytes: Buffer, path: string): Found => {
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
export const compacted = (records: readonly JournalRecord[]): JournalRecord[] => {
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
