import type { Downlink } from '#contracts/agents/messages.ts'
import type { CommandId } from '#domain/ids.ts'
import { createDrives } from './drives.ts'
import { lookAtInstruments } from './instruments.ts'
import { emptyMemory, remember, uncertain } from './memory-of-journal.ts'
import { createOutbox } from './outbox.ts'
import type { AgentPorts, JournalRecord } from './ports.ts'
import { createQuestions } from './questions.ts'
import { createUploads } from './uploads.ts'

export type AgentConfig = {
  /** Drawn when the process starts, never stored: a grant is repeated only to the session that received it. */
  readonly session: string
  readonly software: string
  /** Drives at one time. */
  readonly maxConcurrent: number
  /** Between polls when nothing happens. */
  readonly pollEveryMs: number
  /** Until a poll or a report without an answer is sent again. */
  readonly resendMs: number
  /** Between two messages about the progress of one drive; 5 s where it is left out. */
  readonly progressEveryMs?: number
}

export type Agent = {
  /** Reads the journal, answers for what it does not know the end of, and begins to poll. */
  start(): Promise<void>
  receive(message: Downlink): void
  /** The connection is (back) up: poll and resend. */
  connected(): void
  /** Takes no more commands. What is being driven goes on and is reported. */
  drain(): void
  /** Stops all timers; drives are left alone, as after a crash. */
  stop(): void
  readonly driving: readonly CommandId[]
  /** What is being driven and would not outlive the agent. */
  readonly bound: readonly CommandId[]
  readonly unreported: number
}

/** Wall clocks that differ by more are worth a line in the log. */
const skewWorthTellingMs = 60_000

/**
 * The agent's core: it asks what is for it, drives (drives.ts), and tells what came of it until the cloud has acknowledged it.
 * No input or output of its own; a simulation runs the very same core.
 */
export const createAgent = (ports: AgentPorts, config: AgentConfig): Agent => {
  const { clock, journal, transport, log } = ports
  const { session } = config
  const memory = emptyMemory()
  const outbox = createOutbox(transport, clock, config.resendMs)
  let ready = false
  let draining = false
  let fencesTold = false
  let skewTold = false
  /** More letters lie in the mailbox than this agent could take when it last asked. */
  let moreWait = false

  const write = async (record: JournalRecord): Promise<boolean> => {
    try {
      await journal.append(record)
      remember(memory, record)
      return true
    } catch (error) {
      log('error', 'The journal cannot be written; nothing will be driven until it can. Is the disk full?', {
        error: String(error),
      })
      return false
    }
  }

  const drives = createDrives({
    ports,
    session,
    progressEveryMs: config.progressEveryMs ?? 5_000,
    memory,
    outbox,
    write,
    onEnded: (command, port) => {
      if (!ports.files || !command.runId) return
      try {
        ports.files.note(command, port?.driver.leftBehind?.(command) ?? [])
        uploads?.look()
      } catch (error) {
        log('warn', 'What a drive left behind cannot be looked at.', { error: String(error) })
      }
    },
    onFree: () => {
      if (moreWait) poll()
    },
  })
  const uploads =
    ports.files && createUploads({ files: ports.files, transport, clock, session, messageId: ports.messageId, log })
  const looking = lookAtInstruments({
    instruments: ports.instruments,
    clock,
    drives: drives.drivesOn,
    onChange: () => poll(),
  })

  const questions = createQuestions({
    clock,
    everyMs: config.pollEveryMs,
    overdueMs: config.resendMs,
    send: () => {
      const free = !draining && drives.ids.length < config.maxConcurrent
      const fences = [...memory.fences].slice(0, 200).map(([assetId, fence]) => ({ assetId, fence }))
      transport.poll({
        session,
        stamp: clock.monotonic(),
        want: free ? 1 : 0,
        driving: [...drives.ids],
        software: config.software,
        instruments: looking.seen.slice(0, 20),
        wallClock: new Date(clock.now()).toISOString(),
        ...(!fencesTold && { fences }),
      })
    },
  })
  const poll = (): void => {
    if (ready) questions.ask()
  }

  const failed = (what: string) => (error: unknown) =>
    log('error', `${what} failed unexpectedly.`, { error: String(error) })

  /** Nothing is decided by the wall clock; but whoever reads the log should know that its times are wrong. */
  const compareClocks = (now: string | undefined): void => {
    if (now === undefined || skewTold) return
    const aheadMs = clock.now() - Date.parse(now)
    if (Math.abs(aheadMs) < skewWorthTellingMs) return
    skewTold = true
    log('warn', 'The clock of this machine is wrong; times in this log and in reports are. Set it (NTP).', {
      aheadSeconds: Math.round(aheadMs / 1000),
    })
  }

  const hearNext = (message: Extract<Downlink, { type: 'next' }>): void => {
    if (message.session !== session) return
    fencesTold = true
    moreWait = message.more
    compareClocks(message.now)
    const wanted = questions.answered()
    for (const { type, commandId } of message.controls) drives.control(type, commandId)
    for (const { commandId, driver } of message.unresolved)
      drives.answerFor(commandId, driver, memory.intents.get(commandId)).catch(failed('Recovery'))
    const { command } = message
    if (command) drives.take(command, message.stamp).catch(failed('Driving'))
    if (wanted || (moreWait && drives.ids.length < config.maxConcurrent)) poll()
  }

  return {
    start: async () => {
      for (const record of await journal.load()) remember(memory, record)
      ready = true
      for (const [commandId, { acked, messageId, result }] of memory.done)
        if (!acked) outbox.add({ type: 'ended', messageId, commandId, session, result })
      for (const command of uncertain(memory))
        drives.answerFor(command.commandId, command.driver, command).catch(failed('Recovery'))
      looking.start()
      uploads?.look()
      poll()
    },
    receive: (message) => {
      if (!ready) return
      switch (message.type) {
        case 'wake':
          return poll()
        case 'ack': {
          if (uploads?.acknowledge(message)) return
          const report = outbox.acknowledge(message.messageId)
          if (message.rejected)
            log('warn', 'The cloud will not take a report; it is dropped.', {
              messageId: message.messageId,
              why: message.rejected,
            })
          if (report?.type === 'ended') write({ type: 'acked', commandId: report.commandId }).catch(failed('Journal'))
          return
        }
        case 'next':
          return hearNext(message)
      }
    },
    connected: () => {
      questions.forget()
      poll()
      outbox.flush()
    },
    drain: () => {
      draining = true
    },
    stop: () => {
      questions.stop()
      outbox.stop()
      looking.stop()
      uploads?.stop()
      drives.stop()
    },
    get driving() {
      return drives.ids
    },
    get bound() {
      return drives.bound
    },
    get unreported() {
      return outbox.size
    },
  }
}
