import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  openAsBlob,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import type { GrantedCommand } from '#contracts/agents/messages.ts'
import { fileNameSchema, mostBytes, mostFiles } from '#domain/files/artifact.ts'
import type { CommandId, RunId } from '#domain/ids.ts'
import type { FilePort, LeftFile } from '../core/uploads.ts'

/** Beside what a command left: which of it is still to be sent. */
const noteFile = 'to-send.json'
type Note = { readonly runId: RunId; readonly paths: string[] }

const digestOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** Files below the working directories of commands, with a note of what is still to be sent. */
export const leftFiles = (
  workDir: string,
): FilePort & { note(command: GrantedCommand, paths: readonly string[]): void } => {
  const pathOf = (commandId: string): string => join(workDir, commandId, noteFile)
  const read = (commandId: string): Note | undefined => {
    try {
      return JSON.parse(readFileSync(pathOf(commandId), 'utf8')) as Note
    } catch {
      return undefined
    }
  }
  const sendable = (path: string): boolean =>
    existsSync(path) &&
    statSync(path).isFile() &&
    statSync(path).size > 0 &&
    statSync(path).size <= mostBytes &&
    fileNameSchema.safeParse(basename(path)).success
  return {
    note: ({ commandId, runId }, paths) => {
      const found = paths.filter(sendable).slice(0, mostFiles)
      if (found.length === 0) return
      mkdirSync(join(workDir, commandId), { recursive: true, mode: 0o700 })
      writeFileSync(pathOf(commandId), JSON.stringify({ runId, paths: found } satisfies Note))
    },
    pending: async () => {
      const commands = existsSync(workDir) ? readdirSync(workDir).filter((name) => existsSync(pathOf(name))) : []
      const files: LeftFile[] = []
      for (const commandId of commands) {
        const note = read(commandId)
        if (!note) continue
        for (const path of note.paths.filter(sendable))
          files.push({
            runId: note.runId,
            commandId: commandId as CommandId,
            name: basename(path),
            path,
            bytes: statSync(path).size,
            sha256: await digestOf(path),
          })
        if (note.paths.filter(sendable).length === 0) rmSync(pathOf(commandId), { force: true })
      }
      return files
    },
    put: async (url, headers, { path }) => {
      // Read as it is sent, and of a known length: the link is signed for it.
      const body = await openAsBlob(path)
      const { 'content-length': _length, ...rest } = headers
      const response = await fetch(url, {
        method: 'PUT',
        headers: rest,
        body,
        signal: AbortSignal.timeout(10 * 60_000),
      })
      if (!response.ok) throw new Error(`The bucket answered ${response.status}.`)
    },
    settle: async ({ commandId, path }) => {
      const note = read(commandId)
      if (!note) return
      const paths = note.paths.filter((other) => other !== path)
      if (paths.length === 0) rmSync(pathOf(commandId), { force: true })
      else writeFileSync(pathOf(commandId), JSON.stringify({ ...note, paths }))
    },
  }
}
