import type { Report } from '#contracts/agents/messages.ts'
import type { MessageId } from '#domain/ids.ts'
import type { AgentClock, Transport } from './ports.ts'

/** Reports that are sent again, in order, until the cloud acknowledges each by its message id. */
export type Outbox = {
  add(report: Report): void
  /** The acknowledged report, if it was still waiting. */
  acknowledge(messageId: MessageId): Report | undefined
  /** Sends everything that waits now: after a reconnect. */
  flush(): void
  readonly size: number
  stop(): void
}

export const createOutbox = (transport: Transport, clock: AgentClock, resendMs: number): Outbox => {
  const waiting = new Map<MessageId, Report>()
  let cancel: (() => void) | undefined
  const flush = (): void => {
    for (const report of waiting.values()) transport.report(report)
  }
  const arm = (): void => {
    if (cancel || waiting.size === 0) return
    cancel = clock.after(resendMs, () => {
      cancel = undefined
      flush()
      arm()
    })
  }
  return {
    add: (report) => {
      waiting.set(report.messageId, report)
      transport.report(report)
      arm()
    },
    acknowledge: (messageId) => {
      const report = waiting.get(messageId)
      waiting.delete(messageId)
      return report
    },
    flush,
    get size() {
      return waiting.size
    },
    stop: () => {
      cancel?.()
      cancel = undefined
    },
  }
}
