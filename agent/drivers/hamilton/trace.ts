import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** What the trace file of a method tells. */
export type Trace = {
  readonly file: string
  /** How the method ended, as far as the trace says so. */
  readonly end: 'complete' | 'aborted' | 'error' | undefined
  /** The last step that it names, without the time. */
  readonly lastStep: string | undefined
  /** The last line that tells of an error. */
  readonly error: string | undefined
}

const tailBytes = 256 * 1024

const tailOf = (path: string): string => {
  const { size } = statSync(path)
  const length = Math.min(size, tailBytes)
  const buffer = Buffer.alloc(length)
  const file = openSync(path, 'r')
  try {
    readSync(file, buffer, 0, length, size - length)
  } finally {
    closeSync(file)
  }
  // Trace files are written in the code page of the machine; what is not UTF-8 is shown as such.
  return buffer.toString('utf8')
}

/** `2026-11-20 09:14:03> SYSTEM : End method - complete; ` without its time. */
const said = (line: string): string => line.replace(/^[\d\-/. :]+>\s*/, '').trim()

export const readTrace = (file: string, text: string, abortWords: readonly string[]): Trace => {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const has = (line: string, words: readonly string[]) => words.some((word) => line.toLowerCase().includes(word))
  const aborted = lines.some((line) => has(line, abortWords))
  const errors = lines.filter((line) => /\berror\b/i.test(line) && !/error handling - start|end method/i.test(line))
  const ended = lines.findLast((line) => /end method/i.test(line))
  const complete = ended !== undefined && /complete/i.test(ended)
  return {
    file,
    end: aborted
      ? 'aborted'
      : complete
        ? 'complete'
        : ended !== undefined && errors.length > 0
          ? 'error'
          : ended !== undefined
            ? 'complete'
            : undefined,
    lastStep: lines.length > 0 ? said(lines.at(-1) ?? '').slice(0, 200) : undefined,
    error: errors.length > 0 ? said(errors.at(-1) ?? '').slice(0, 300) : undefined,
  }
}

/** The newest trace of a method that was written to since it began. Files carry the method's name at their beginning. */
export const findTrace = (
  folder: string | undefined,
  method: string,
  sinceMs: number,
  abortWords: readonly string[],
): Trace | undefined => {
  if (folder === undefined) return undefined
  try {
    const [newest] = readdirSync(folder)
      .filter((name) => name.toLowerCase().endsWith('.trc') && name.toLowerCase().startsWith(method.toLowerCase()))
      .map((name) => ({ path: join(folder, name), ms: statSync(join(folder, name)).mtimeMs }))
      // File systems keep times coarsely.
      .filter(({ ms }) => ms >= sinceMs - 2_000)
      .sort((a, b) => b.ms - a.ms)
    return newest && readTrace(newest.path, tailOf(newest.path), abortWords)
  } catch {
    return undefined
  }
}
