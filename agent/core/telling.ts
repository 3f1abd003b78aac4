import type { Report } from '#contracts/agents/messages.ts'
import type { CommandId, MessageId } from '#domain/ids.ts'
import type { AgentClock, DriveIo, Transport } from './ports.ts'

/** What a report of progress can carry at most. */
const mostLog = 4_000

/**
 * How far a drive is, told as often as somebody may want to know it: at most every few seconds whatever the driver says, and
 * at least as often as the heartbeat. What an instrument prints is kept to its end; a flood of it costs no more than a drop.
 */
export type Telling = { readonly io: DriveIo; stop(): void }

export const createTelling = (of: {
  readonly commandId: CommandId
  readonly session: string
  readonly heartbeatMs: number
  readonly everyMs: number
  readonly clock: AgentClock
  readonly transport: Transport
  readonly messageId: () => MessageId
  /** The whole of what is printed, for whoever keeps it. */
  readonly onLog?: (text: string) => void
}): Telling => {
  const { clock } = of
  let news: Partial<Extract<Report, { type: 'progress' }>> = {}
  let log = ''
  let stopped = false
  let cancelSoon: (() => void) | undefined
  let cancelBeat: (() => void) | undefined
  let lastMs = Number.NEGATIVE_INFINITY

  const tell = (): void => {
    cancelSoon?.()
    cancelSoon = undefined
    if (stopped) return
    lastMs = clock.monotonic()
    of.transport.report({
      ...news,
      type: 'progress',
      messageId: of.messageId(),
      commandId: of.commandId,
      session: of.session,
      ...(log !== '' && { log }),
    })
    news = {}
    log = ''
    beatLater()
  }
  const beatLater = (): void => {
    cancelBeat?.()
    cancelBeat = clock.after(of.heartbeatMs / 2, tell)
  }
  const soon = (): void => {
    if (stopped || cancelSoon) return
    const wait = lastMs + of.everyMs - clock.monotonic()
    if (wait <= 0) tell()
    else cancelSoon = clock.after(wait, tell)
  }
  beatLater()
  return {
    io: {
      progress: (percent, note, step) => {
        const told = percent !== undefined && Number.isFinite(percent) ? Math.min(100, Math.max(0, percent)) : undefined
        news = {
          ...news,
          ...(told !== undefined && { percent: told }),
          ...(note !== undefined && { note: note.slice(0, 500) }),
          ...(step !== undefined && { step: step.slice(0, 120) }),
        }
        soon()
      },
      log: (text) => {
        const clean = text.replaceAll('\u0000', '').toWellFormed()
        log = (log + clean.slice(-mostLog)).slice(-mostLog)
        of.onLog?.(text)
        soon()
      },
    },
    stop: () => {
      stopped = true
      cancelSoon?.()
      cancelBeat?.()
    },
  }
}
