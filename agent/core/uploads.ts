import type { Downlink, Report } from '#contracts/agents/messages.ts'
import type { CommandId, MessageId, RunId } from '#domain/ids.ts'
import type { AgentClock, AgentPorts, Transport } from './ports.ts'

/** A file that a command left behind, as it lies on the disk. */
export type LeftFile = {
  readonly runId: RunId
  readonly commandId: CommandId
  readonly name: string
  readonly path: string
  readonly bytes: number
  readonly sha256: string
}

/** What the uploads need of the world beside the agent’s own ports. */
export type FilePort = {
  /** Files that are still to be sent, of earlier lives too. */
  pending(): Promise<readonly LeftFile[]>
  /** @throws where it did not get there */
  put(url: string, headers: Readonly<Record<string, string>>, file: LeftFile): Promise<void>
  /** It is there, or will never be: not to be sent again. */
  settle(file: LeftFile): Promise<void>
}

export type Uploads = {
  /** Looks for files that are to be sent, and sends them one after the other. */
  look(): void
  /** @returns whether the acknowledgement was for an upload */
  acknowledge(message: Extract<Downlink, { type: 'ack' }>): boolean
  stop(): void
}

const askAgainMs = 15_000
const mostAsks = 20

type Ack = Extract<Downlink, { type: 'ack' }>

/** Sends what drives left behind, after their ends are told; what is not sent when the agent ends is sent by its next life. */
export const createUploads = (of: {
  readonly files: FilePort
  readonly transport: Transport
  readonly clock: AgentClock
  readonly session: string
  readonly messageId: () => MessageId
  readonly log: AgentPorts['log']
}): Uploads => {
  const { files, clock, log } = of
  const waiting = new Map<MessageId, (ack: Ack) => void>()
  const cancels = new Set<() => void>()
  let stopped = false
  let busy = false
  let again = false

  /** Says it until it is acknowledged; undefined where nobody answers for minutes. */
  const ask = (type: 'upload' | 'uploaded', file: LeftFile): Promise<Ack | undefined> => {
    const { promise, resolve } = Promise.withResolvers<Ack | undefined>()
    const messageId = of.messageId()
    const { runId, commandId, name, bytes, sha256 } = file
    const report: Report = { type, messageId, commandId, session: of.session, runId, name, bytes, sha256 }
    let asks = 0
    let cancel: (() => void) | undefined
    const done = (ack: Ack | undefined): void => {
      cancel?.()
      if (cancel) cancels.delete(cancel)
      waiting.delete(messageId)
      resolve(ack)
    }
    const say = (): void => {
      if (cancel) cancels.delete(cancel)
      if (stopped || asks++ >= mostAsks) {
        done(undefined)
        return
      }
      of.transport.report(report)
      cancel = clock.after(askAgainMs, say)
      cancels.add(cancel)
    }
    waiting.set(messageId, done)
    say()
    return promise
  }

  const send = async (file: LeftFile): Promise<void> => {
    const offered = await ask('upload', file)
    if (!offered) return
    if (!offered.upload) {
      log('warn', 'A file is not taken by the cloud.', {
        name: file.name,
        commandId: file.commandId,
        why: offered.rejected,
      })
      return files.settle(file)
    }
    await files.put(offered.upload.url, offered.upload.headers, file)
    if (await ask('uploaded', file)) await files.settle(file)
  }

  const sendAll = async (): Promise<void> => {
    for (const file of await files.pending()) {
      if (stopped) return
      await send(file).catch((error: unknown) =>
        log('warn', 'A file could not be sent; it is tried again when the next command ends, or at the next start.', {
          name: file.name,
          commandId: file.commandId,
          error: String(error),
        }),
      )
    }
  }

  const look = (): void => {
    if (busy) {
      again = true
      return
    }
    busy = true
    sendAll()
      .catch((error: unknown) => log('warn', 'Files could not be looked for.', { error: String(error) }))
      .finally(() => {
        busy = false
        if (!again || stopped) return
        again = false
        look()
      })
  }

  return {
    look,
    acknowledge: (message) => {
      const settle = waiting.get(message.messageId)
      settle?.(message)
      return settle !== undefined
    },
    stop: () => {
      stopped = true
      for (const cancel of cancels) cancel()
    },
  }
}
