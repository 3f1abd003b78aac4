import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { emptyMemory, remember } from '#agent/core/memory-of-journal.ts'
import type { JournalRecord } from '#agent/core/ports.ts'
import { openFileJournal } from '#agent/io/file-journal.ts'
import { JournalDamaged } from '#agent/io/journal-format.ts'
import { command } from './commands.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'benchtime-journal-'))
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(directory, { recursive: true, force: true })
})
const path = () => join(directory, 'journal.jsonl')

const intent = (id: string, note = ''): JournalRecord => ({
  type: 'intent',
  command: command({ commandId: `cmd_${id}`, parameters: { note } }),
  at: '2026-11-20T12:00:00.000Z',
})
const doneOf = (id: string): JournalRecord => ({
  type: 'done',
  commandId: `cmd_${id}`,
  messageId: `msg_${id}`,
  result: { outcome: 'succeeded' },
})
const ackOf = (id: string): JournalRecord => ({ type: 'acked', commandId: `cmd_${id}` })

const written = async (records: readonly JournalRecord[]): Promise<void> => {
  const journal = await openFileJournal(directory)
  for (const record of records) await journal.append(record)
  await journal.close()
}
const loaded = async (): Promise<readonly JournalRecord[]> => {
  const journal = await openFileJournal(directory)
  try {
    return await journal.load()
  } finally {
    await journal.close()
  }
}

describe('the journal', () => {
  test('gives back what was appended, in order, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { maxLength: 8 }), async (notes) => {
        rmSync(path(), { force: true })
        const records = notes.map((note, i) => intent(String(i), note.toWellFormed()))
        await written(records)
        expect(await loaded()).toEqual(records)
      }),
      { numRuns: 30 },
    )
  })

  test('a power loss in the middle of a line loses that line alone, wherever it strikes', async () => {
    await written([intent('a', 'µL'), doneOf('a'), intent('b', 'µL')])
    const whole = readFileSync(path())
    const lastLine = whole.lastIndexOf('\n', whole.length - 2) + 1
    for (let length = lastLine; length < whole.length; length++) {
      writeFileSync(path(), whole.subarray(0, length))
      expect(await loaded(), `cut at ${length}`).toEqual([intent('a', 'µL'), doneOf('a')])
      await written([intent('c')])
      expect(await loaded()).toEqual([intent('a', 'µL'), doneOf('a'), intent('c')])
    }
  })

  test('torn at any byte of what was written together: what was promised is there, what was not is there as a whole or not at all', async () => {
    await written([intent('a', 'µL')])
    const journal = await openFileJournal(directory)
    // The first is written by itself, the rest together.
    await Promise.all([doneOf('a'), ackOf('a'), intent('b'), doneOf('b')].map((record) => journal.append(record)))
    await journal.close()
    const whole = readFileSync(path())
    const promised = whole.indexOf('\n') + 1
    const all = await loaded()
    for (let length = promised; length < whole.length; length++)
      for (const tail of ['', '\0'.repeat(Math.min(40, whole.length - length)), '\u0007\n']) {
        writeFileSync(path(), Buffer.concat([whole.subarray(0, length), Buffer.from(tail)]))
        const found = await loaded()
        expect(all.slice(0, found.length), `torn at ${length}`).toEqual(found)
        expect(found.length, `torn at ${length}`).toBeGreaterThanOrEqual(1)
        expect(found.length).not.toBe(3)
        expect(found.length).not.toBe(4)
      }
  })

  test('a record of an earlier version, without a checksum, is read', async () => {
    writeFileSync(path(), `${JSON.stringify(intent('old'))}\n`)
    await written([doneOf('old')])
    expect(await loaded()).toEqual([intent('old'), doneOf('old')])
  })

  test('one bit that is another, anywhere but in the last line, is noticed', async () => {
    await written([intent('a'), doneOf('a'), intent('b')])
    const whole = readFileSync(path())
    const lines = whole.lastIndexOf('\n', whole.length - 2)
    for (let at = 0; at < lines; at += 7) {
      const bad = Buffer.from(whole)
      bad[at] = (bad[at] ?? 0) ^ 1
      writeFileSync(path(), bad)
      await expect(loaded(), `at ${at}`).rejects.toThrow(JournalDamaged)
    }
  })

  test('does not grow for ever while it is open, and forgets nothing that matters', async () => {
    const journal = await openFileJournal(directory, 50)
    await journal.append(intent('open'))
    for (let i = 0; i < 200; i++)
      await Promise.all([intent(`n${i}`), doneOf(`n${i}`), ackOf(`n${i}`)].map((record) => journal.append(record)))
    await journal.append(intent('last'))
    await journal.close()
    const memory = emptyMemory()
    for (const record of await loaded()) remember(memory, record)
    expect([...memory.intents.keys()]).toContain('cmd_open')
    expect([...memory.intents.keys()]).toContain('cmd_last')
  })

  test('with a damaged line in the middle nothing is driven, and the refusal says what to do', async () => {
    await written([intent('a'), doneOf('a'), intent('b')])
    const lines = readFileSync(path(), 'utf8').split('\n')
    for (const damaged of ['{"type":"int', '\u0000\u0000\u0000', 'null garbage']) {
      writeFileSync(path(), [lines[0], damaged, lines[2], ''].join('\n'))
      const refused = await loaded().catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(JournalDamaged)
      expect((refused as Error).message).toMatch(/Line 2 .* look at the instrument/)
      rmSync(join(directory, 'agent.pid'), { force: true })
    }
  })

  test('a full disk is told to who appends, and leaves nothing that spoils what comes later', async () => {
    const probe = await open(join(directory, 'probe'), 'w')
    const prototype = Object.getPrototypeOf(probe) as FileHandle
    await probe.close()
    const journal = await openFileJournal(directory)
    await journal.append(intent('a'))
    const appendFile = prototype.appendFile
    vi.spyOn(prototype, 'appendFile').mockImplementationOnce(async function (this: FileHandle, data) {
      await appendFile.call(this, Buffer.from(data as Buffer).subarray(0, 20))
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    })
    await expect(journal.append(intent('b'))).rejects.toThrow('no space left')
    await journal.append(intent('c'))
    await journal.close()
    expect(await loaded()).toEqual([intent('a'), intent('c')])
  })

  test('is used by one agent at a time; one whose process is gone is taken over', async () => {
    writeFileSync(join(directory, 'agent.pid'), '1')
    await expect(openFileJournal(directory)).rejects.toThrow(/Another agent \(process 1\)/)
    writeFileSync(join(directory, 'agent.pid'), '2147483646')
    expect(await loaded()).toEqual([])
  })

  test('when it is long it is written anew, without what can no longer matter', async () => {
    const settled = Array.from({ length: 2_500 }, (_, i) => [intent(`s${i}`), doneOf(`s${i}`), ackOf(`s${i}`)]).flat()
    const open_ = [intent('open'), intent('untold'), doneOf('untold')]
    writeFileSync(path(), [...open_, ...settled].map((record) => `${JSON.stringify(record)}\n`).join(''))
    const memoryOf = (records: readonly JournalRecord[]) => {
      const memory = emptyMemory()
      for (const record of records) remember(memory, record)
      return memory
    }
    await loaded()
    const kept = await loaded()
    expect(kept.length).toBeLessThan(settled.length)
    expect(memoryOf(kept).fences).toEqual(memoryOf([...open_, ...settled]).fences)
    expect(kept).toEqual(expect.arrayContaining(open_))
    expect(memoryOf(kept).done.has('cmd_s2499')).toBe(true)
  })
})
