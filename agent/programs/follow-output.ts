import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { StringDecoder } from 'node:string_decoder'
import type { AgentClock, DriveIo } from '../core/ports.ts'
import { outputFile } from './ending.ts'

const lookEveryMs = 1_000
/** Read in one look; more waits for the next look. */
const mostPerLook = 64 * 1024

/** Hands on what a program prints while it runs, from the file in which its keeper puts it. */
export const followOutput = (directory: string, io: DriveIo, clock: AgentClock): { stop(): void } => {
  const decoder = new StringDecoder('utf8')
  const buffer = Buffer.alloc(mostPerLook)
  let at = 0
  let cancel: (() => void) | undefined
  const read = (): void => {
    try {
      const file = openSync(join(directory, outputFile), 'r')
      try {
        const count = readSync(file, buffer, 0, mostPerLook, at)
        at += count
        if (count > 0) io.log(decoder.write(buffer.subarray(0, count)))
      } finally {
        closeSync(file)
      }
    } catch {
      // Not there yet.
    }
  }
  const look = (): void => {
    read()
    cancel = clock.after(lookEveryMs, look)
  }
  cancel = clock.after(lookEveryMs, look)
  return {
    // What came last is in the report of the end.
    stop: () => cancel?.(),
  }
}
