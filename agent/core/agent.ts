import type { CommandResult, Downlink, GrantedCommand, RefusalReason } from '#contracts/agents/messages.ts'
import type { CommandId } from '#domain/ids.ts'
import { emptyMemory, remember, uncertain } from './memory-of-journal.ts'
import { createOutbox } from './outbox.ts'
import type { AgentPorts, Drive, JournalRecord } from './ports.ts'
import { createQuestions } from './questions.ts'

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
  readonly unreported: number
}

type Driving = {
  readonly command: GrantedCommand
  drive: Drive | undefined
  abortWanted: boolean
  cancels: (() => void)[]
}

/**
 * The agent's core. Two keys to a start: the cloud grants a command once, and the INTENT is on disk before the driver is
 * asked to begin (I2). Whatever happens in between is answered from the journal or the driver, never by driving again.
 */
export const createAgent = (ports: AgentPorts, config: AgentConfig): Agent => {
  const { clock, journal, transport, drivers, log } = ports
  const memory = emptyMemory()
  const outbox = createOutbox(transport, clock, config.resendMs)
  const driving = new Map<CommandId, Driving>()
  /** Every command that this session has looked at. What it refused stays refused, even where the journal could not be told. */
  const taken = new Set<CommandId>()
  let ready = false
  let draining = false
  let fencesTold = false
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

  const questions = createQuestions({
    clock,
    everyMs: config.pollEveryMs,
    overdueMs: config.resendMs,
    send: () => {
      const free = !draining && driving.size < config.maxConcurrent
      const fences = [...memory.fences].slice(0, 200).map(([assetId, fence]) => ({ assetId, fence }))
      transport.poll({
        session: config.session,
        stamp: clock.monotonic(),
        want: free ? 1 : 0,
        driving: [...driving.keys()],
        software: config.software,
        ...(!fencesTold && { fences }),
      })
    },
  })
  const poll = (): void => {
    if (ready) questions.ask()
  }

  const nowText = (): string => new Date(clock.now()).toISOString()

  /** The command is over here: remembered first, then told until it is acknowledged. */
  const conclude = async (commandId: CommandId, result: CommandResult): Promise<void> => {
    const messageId = ports.messageId()
    const ended: CommandResult = { ...result, endedAt: result.endedAt ?? nowText() }
    await write({ type: 'done', commandId, messageId, result: ended })
    for (const cancel of driving.get(commandId)?.cancels ?? []) cancel()
    driving.delete(commandId)
    outbox.add({ type: 'ended', messageId, commandId, session: config.session, result: ended })
    if (moreWait) poll()
  }

  /** Follows a drive to its end: heartbeats, time limit, result. */
  const follow = (entry: Driving, drive: Drive): Promise<void> => {
    const { command } = entry
    const { commandId } = command
    entry.drive = drive
    if (entry.abortWanted) drive.abort('abort-requested')
    const beat = (): void => {
      transport.report({ type: 'progress', messageId: ports.messageId(), commandId, session: config.session })
      entry.cancels[0] = clock.after(command.heartbeatMs / 2, beat)
    }
    entry.cancels = [
      clock.after(command.heartbeatMs / 2, beat),
      clock.after(command.timeLimitMs, () => {
        log('warn', 'The time limit of a command is reached; it is being stopped.', { commandId })
        drive.abort('time-limit')
      }),
    ]
    return drive.done.then((result) => conclude(commandId, result))
  }

  /** Reasons not to begin, each known before anything is written or touched. */
  const refusal = async (command: GrantedCommand): Promise<CommandResult | undefined> => {
    const refused = (reason: RefusalReason, message: string): CommandResult => ({ outcome: 'refused', reason, message })
    const stale = command.fences.find(({ assetId, fence }) => fence < (memory.fences.get(assetId) ?? 0))
    if (stale)
      return refused(
        'stale-fence',
        `Fence ${stale.fence} of asset ${stale.assetId} is lower than ${memory.fences.get(stale.assetId)}, seen before: an order from before a restore.`,
      )
    const driver = drivers.get(command.driver)
    if (!driver)
      return refused(
        'unknown-driver',
        `This agent has no driver "${command.driver}"; it has ${[...drivers.keys()].join(', ')}.`,
      )
    const inUse = [...driving.values()].find(
      (other) =>
        other.command !== command &&
        other.command.fences.some(({ assetId }) => command.fences.some((own) => own.assetId === assetId)),
    )
    if (inUse)
      return refused('instrument-busy', `Command ${inUse.command.commandId} is still being driven on the same asset.`)
    return driver.check?.(command)
  }

  /** `askedMs`: when the poll was sent that this grant answers; its validity counts from there. */
  const take = async (command: GrantedCommand, askedMs: number): Promise<void> => {
    const { commandId } = command
    if (taken.has(commandId) || memory.intents.has(commandId) || memory.done.has(commandId)) return
    taken.add(commandId)
    const entry: Driving = { command, drive: undefined, abortWanted: false, cancels: [] }
    driving.set(commandId, entry)
    const refused = await refusal(command)
    if (refused) return conclude(commandId, refused)
    if (!(await write({ type: 'intent', command, at: nowText() })))
      return conclude(commandId, {
        outcome: 'refused',
        reason: 'journal-full',
        message: 'The journal on the agent’s disk cannot be written, so nothing was driven.',
      })
    if (clock.monotonic() - askedMs > command.validForMs)
      return conclude(commandId, {
        outcome: 'refused',
        reason: 'expired',
        message: 'It could not be started in the time it was valid for.',
      })
    if (entry.abortWanted)
      return conclude(commandId, { outcome: 'aborted', reason: 'abort-requested', message: 'Stopped before it began.' })
    const driver = drivers.get(command.driver)
    if (!driver) return
    log('info', 'Driving.', { commandId, driver: command.driver })
    const drive = driver.start(command, {
      progress: (percent, note) =>
        transport.report({
          type: 'progress',
          messageId: ports.messageId(),
          commandId,
          session: config.session,
          ...(percent !== undefined && { percent }),
          ...(note !== undefined && { note }),
        }),
    })
    outbox.add({ type: 'started', messageId: ports.messageId(), commandId, session: config.session })
    return follow(entry, drive)
  }

  /** A command that may have been driven by an earlier life: ask the driver, else say that nobody knows. */
  const answerFor = async (
    commandId: CommandId,
    driverName: string,
    command: GrantedCommand | undefined,
  ): Promise<void> => {
    const done = memory.done.get(commandId)
    if (done)
      return outbox.add({
        type: 'ended',
        messageId: done.messageId,
        commandId,
        session: config.session,
        result: done.result,
      })
    if (driving.has(commandId)) return
    const placeholder =
      command ?? ({ commandId, fences: [], heartbeatMs: 30_000, timeLimitMs: 86_400_000 } as unknown as GrantedCommand)
    const entry: Driving = { command: placeholder, drive: undefined, abortWanted: false, cancels: [] }
    driving.set(commandId, entry)
    const recovered = (await drivers.get(driverName)?.recover?.(commandId, command)) ?? { known: 'nothing' }
    if (recovered.known === 'running') return follow(entry, recovered.drive)
    if (recovered.known === 'ended') return conclude(commandId, recovered.result)
    return conclude(commandId, {
      outcome: 'indeterminate',
      reason: command ? 'power-loss' : 'no-record',
      message: command
        ? 'The agent stopped between the beginning and the end of this drive. Whether the instrument finished is not known; look at it.'
        : 'This command was granted to an earlier life of the agent, and the journal has no record of it. Whether the instrument ran is not known; look at it.',
    })
  }

  const abort = (commandId: CommandId): void => {
    const entry = driving.get(commandId)
    if (!entry) return
    entry.abortWanted = true
    entry.drive?.abort('abort-requested')
  }

  const failed = (what: string) => (error: unknown) =>
    log('error', `${what} failed unexpectedly.`, { error: String(error) })

  return {
    start: async () => {
      for (const record of await journal.load()) remember(memory, record)
      ready = true
      for (const [commandId, { acked, messageId, result }] of memory.done)
        if (!acked) outbox.add({ type: 'ended', messageId, commandId, session: config.session, result })
      for (const command of uncertain(memory))
        answerFor(command.commandId, command.driver, command).catch(failed('Recovery'))
      poll()
    },
    receive: (message) => {
      if (!ready) return
      switch (message.type) {
        case 'wake':
          return poll()
        case 'ack': {
          const report = outbox.acknowledge(message.messageId)
          if (message.rejected)
            log('warn', 'The cloud will not take a report; it is dropped.', {
              messageId: message.messageId,
              why: message.rejected,
            })
          if (report?.type === 'ended') write({ type: 'acked', commandId: report.commandId }).catch(failed('Journal'))
          return
        }
        case 'next': {
          if (message.session !== config.session) return
          fencesTold = true
          moreWait = message.more
          const wanted = questions.answered()
          for (const control of message.controls) abort(control.commandId)
          for (const { commandId, driver } of message.unresolved)
            answerFor(commandId, driver, memory.intents.get(commandId)).catch(failed('Recovery'))
          const { command } = message
          if (command) take(command, message.stamp).catch(failed('Driving'))
          if (wanted || (moreWait && driving.size < config.maxConcurrent)) poll()
          return
        }
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
      for (const { cancels } of driving.values()) for (const cancel of cancels) cancel()
    },
    get driving() {
      return [...driving.keys()]
    },
    get unreported() {
      return outbox.size
    },
  }
}
