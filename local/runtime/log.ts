/** One log file for everything: `<dataDir>/cloud.log`. */
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'

export type Log = { write(source: string, line: string): void; close(): Promise<void> }

export const openLog = (dataDir: string): Log => {
  const stream = createWriteStream(join(dataDir, 'cloud.log'), { flags: 'a' })
  // A full disk must not take the laboratory down with it; the services themselves fail loudly where they must store.
  stream.on('error', () => {})
  let open = true
  return {
    write: (source, line) => {
      if (open) stream.write(`${new Date().toISOString()} ${source}: ${line}\n`)
    },
    close: () => {
      open = false
      return new Promise((resolve) => stream.end(() => resolve()))
    },
  }
}
