/**
 * A process of its own between the agent and the program: `node keeper.ts DIRECTORY`. It leads the program's process group,
 * takes its output and writes down how it ended, so that a program goes on undisturbed when the agent stops, is killed or is
 * updated, and the agent's next life can still tell what became of it. Reads DIRECTORY/plan.json, writes DIRECTORY/end.json and
 * DIRECTORY/output.log.
 */
import { spawn } from 'node:child_process'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Ending, endFile, mostOutput, outputFile, planFile } from './ending.ts'

const tailBytes = 4_096
const [directory = '.'] = process.argv.slice(2)
const { program, args } = JSON.parse(readFileSync(join(directory, planFile), 'utf8')) as {
  program: string
  args: string[]
}

let tail = Buffer.alloc(0)
let written = 0
const output = openSync(join(directory, outputFile), 'w', 0o600)
const take = (chunk: Buffer): void => {
  tail = Buffer.concat([tail, chunk]).subarray(-tailBytes)
  // A program that prints without end fills no disk; its last words are in the tail.
  const room = Math.min(chunk.length, mostOutput - written)
  if (room <= 0) return
  try {
    written += writeSync(output, chunk, 0, room)
  } catch {
    // The disk is full; the program goes on.
  }
}

/** Whole or not at all, and on the disk before anybody can see it. */
const write = (ending: Ending): void => {
  const path = join(directory, endFile)
  const file = openSync(`${path}.new`, 'w', 0o600)
  writeSync(file, JSON.stringify(ending))
  fsyncSync(file)
  closeSync(file)
  renameSync(`${path}.new`, path)
}

// The whole group is asked to stop; the keeper stays to see whether the program does.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined)
const child = spawn(program, args, {
  stdio: ['ignore', 'pipe', 'pipe'],
  shell: false,
  windowsHide: true,
})
child.stdout.on('data', take)
child.stderr.on('data', take)
child.on('error', ({ message }) => {
  write({ kind: 'not-started', message })
  process.exit(0)
})

/** Its own end counts; what it left behind may hold its output open for ever. */
const end = (code: number | null, signal: string | null): void => {
  const outputTail = tail.toString('utf8').replaceAll('\u0000', '')
  write({ kind: 'ended', code, signal, outputTail, endedAt: new Date().toISOString() })
  process.exit(0)
}
const lastWordsMs = 2_000
child.on('close', end)
child.on('exit', (code, signal) => setTimeout(end, lastWordsMs, code, signal))
