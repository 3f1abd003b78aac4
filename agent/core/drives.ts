import type { CommandResult, GrantedCommand, Report } from '#contracts/agents/messages.ts'
import type { CommandId } from '#domain/ids.ts'
import { checked, inspected, started } from './guarded.ts'
import { instrumentFor } from './instruments.ts'
import type { Remembered } from './memory-of-journal.ts'
import type { Outbox } from './outbox.ts'
import type { AgentPorts, Drive, InstrumentPort, JournalRecord } from './ports.ts'
import { refused } from './refused.ts'
import { type Prepared, prepare, unknownStep } from './steps.ts'
import { createTelling, type Telling } from './telling.ts'

export type Drives = {
  /** `askedMs`: when the poll was sent that this grant answers; its validity counts from there. */
  take(command: GrantedCommand, askedMs: number): Promise<void>
  /** A command that may have been driven by an earlier life: ask the driver, else say that nobody knows. */
  answerFor(commandId: CommandId, driverName: string, command: GrantedCommand | undefined): Promise<void>
  control(type: 'abort' | 'pause' | 'resume', commandId: CommandId): void
  drivesOn(port: InstrumentPort): boolean
  readonly ids: readonly CommandId[]
  /** What would be lost if the agent ended now: drives that do not outlive it. */
  readonly bound: readonly CommandId[]
  stop(): void
}

type Entry = {
  readonly command: GrantedCommand
  readonly port: InstrumentPort | undefined
  readonly telling: Telling
  drive: Drive | undefined
  abortWanted: boolean
  /** What was asked last; undefined while nothing was. */
  pauseWanted: boolean | undefined
  /** Steps before the drive go on; nothing of them outlives the agent. */
  preparing: boolean
  cancelLimit: (() => void) | undefined
}

type Of = {
  readonly ports: AgentPorts
  readonly session: string
  readonly progressEveryMs: number
  readonly memory: Remembered
  readonly outbox: Outbox
  /** Whether the record is on disk. */
  readonly write: (record: JournalRecord) => Promise<boolean>
  /** A command is over here; what it left behind may be sent. */
  readonly onEnded: (command: GrantedCommand, port: InstrumentPort | undefined) => void
  /** A drive is over, so there is room for another. */
  readonly onFree: () => void
}

/**
 * What the agent drives. Two keys to a start: the cloud grants a command once, and the INTENT is on disk before the driver is
 * asked to begin (I2). Whatever happens in between is answered from the journal or the driver, never by driving again.
 */
export const createDrives = ({
  ports,
  session,
  progressEveryMs,
  memory,
  outbox,
  write,
  onEnded,
  onFree,
}: Of): Drives => {
  const { clock, log, instruments } = ports
  const entries = new Map<CommandId, Entry>()
  /** Every command that this session has looked at. What it refused stays refused, even where the journal could not be told. */
  const taken = new Set<CommandId>()

  const enter = (command: GrantedCommand): Entry => {
    const { commandId, heartbeatMs } = command
    const entry: Entry = {
      command,
      port: instrumentFor(instruments, command),
      telling: createTelling({
        commandId,
        session,
        heartbeatMs,
        everyMs: progressEveryMs,
        clock,
        transport: ports.transport,
        messageId: ports.messageId,
        ...(ports.onLog && { onLog: (text) => ports.onLog?.(commandId, text) }),
      }),
      drive: undefined,
      abortWanted: false,
      pauseWanted: undefined,
      preparing: false,
      cancelLimit: undefined,
    }
    entries.set(commandId, entry)
    return entry
  }

  const tell = (
    commandId: CommandId,
    report: { type: 'preparing' | 'started' | 'paused' | 'resumed' } | { type: 'not-paused'; message: string },
  ): void => outbox.add({ ...report, messageId: ports.messageId(), commandId, session } as Report)

  /** The command is over here: remembered first, then told until it is acknowledged. */
  const conclude = async (commandId: CommandId, result: CommandResult): Promise<void> => {
    const messageId = ports.messageId()
    const ended: CommandResult = { ...result, endedAt: result.endedAt ?? new Date(clock.now()).toISOString() }
    await write({ type: 'done', commandId, messageId, result: ended })
    const entry = entries.get(commandId)
    entry?.telling.stop()
    entry?.cancelLimit?.()
    entries.delete(commandId)
    outbox.add({ type: 'ended', messageId, commandId, session, result: ended })
    if (entry) onEnded(entry.command, entry.port)
    onFree()
  }

  const trouble = (commandId: CommandId) => (what: string) => log('error', what, { commandId })

  /** Follows a drive to its end: time limit, orders that came meanwhile, clean-up, result. */
  const follow = async (entry: Entry, drive: Drive, prepared: Prepared | undefined): Promise<void> => {
    const { command } = entry
    const { commandId } = command
    entry.drive = drive
    if (entry.abortWanted) drive.abort('abort-requested')
    else if (entry.pauseWanted !== undefined) apply(entry, entry.pauseWanted)
    entry.cancelLimit = clock.after(command.timeLimitMs, () => {
      log('warn', 'The time limit of a command is reached; it is being stopped.', { commandId })
      drive.abort('time-limit')
    })
    const result = await drive.done
    const left = await prepared?.cleanUp()
    return conclude(commandId, left ? { ...result, message: `${result.message ?? ''} ${left}`.trim() } : result)
  }

  /** Reasons not to begin, each known before anything is written or touched. */
  const refusal = async (entry: Entry): Promise<CommandResult | undefined> => {
    const { command, port } = entry
    const stale = command.fences.find(({ assetId, fence }) => fence < (memory.fences.get(assetId) ?? 0))
    if (stale)
      return refused(
        'stale-fence',
        `Fence ${stale.fence} of asset ${stale.assetId} is lower than ${memory.fences.get(stale.assetId)}, seen before: an order from before a restore.`,
      )
    if (!port)
      return refused(
        'unknown-driver',
        `This agent has no driver "${command.driver}" for it; it has ${[...new Set(instruments.map(({ driver }) => driver.name))].join(', ')}.`,
      )
    const inUse = [...entries.values()].find(
      (other) =>
        other !== entry &&
        other.command.fences.some(({ assetId }) => command.fences.some((own) => own.assetId === assetId)),
    )
    if (inUse)
      return refused('instrument-busy', `Command ${inUse.command.commandId} is still being driven on the same asset.`)
    return unknownStep(command, ports) ?? (await checked(port.driver, command, clock))
  }

  const take = async (command: GrantedCommand, askedMs: number): Promise<void> => {
    const { commandId } = command
    if (taken.has(commandId) || memory.intents.has(commandId) || memory.done.has(commandId)) return
    taken.add(commandId)
    const entry = enter(command)
    const no = await refusal(entry)
    if (no) return conclude(commandId, no)
    if (!(await write({ type: 'intent', command, at: new Date(clock.now()).toISOString() })))
      return conclude(
        commandId,
        refused('journal-full', 'The journal on the agent’s disk cannot be written, so nothing was driven.'),
      )
    const late = () => clock.monotonic() - askedMs > command.validForMs
    const tooLate = refused('expired', 'It could not be started in the time it was valid for.')
    if (late()) return conclude(commandId, tooLate)
    const stopped: CommandResult = {
      outcome: 'aborted',
      reason: 'abort-requested',
      message: 'Stopped before it began.',
    }
    if (entry.abortWanted) return conclude(commandId, stopped)
    const prepared = command.steps?.length ? await prepareFor(entry) : undefined
    const instead: CommandResult | undefined =
      prepared?.failed !== undefined
        ? { outcome: 'failed', reason: 'step-failed', message: `${prepared.failed} Nothing was driven.` }
        : prepared && entry.abortWanted
          ? stopped
          : prepared && late()
            ? tooLate
            : undefined
    if (instead) {
      const left = await prepared?.cleanUp()
      return conclude(commandId, left ? { ...instead, message: `${instead.message} ${left}` } : instead)
    }
    const driver = entry.port?.driver
    if (!driver) return
    log('info', 'Driving.', { commandId, driver: command.driver })
    const drive = started(driver, command, entry.telling.io, trouble(commandId))
    tell(commandId, { type: 'started' })
    return follow(entry, drive, prepared)
  }

  const prepareFor = async (entry: Entry): Promise<Prepared> => {
    const { command } = entry
    entry.preparing = true
    tell(command.commandId, { type: 'preparing' })
    const prepared = await prepare(command, ports, (name) => entry.telling.io.progress(undefined, undefined, name))
    entry.preparing = false
    return prepared
  }

  const answerFor = async (
    commandId: CommandId,
    driverName: string,
    command: GrantedCommand | undefined,
  ): Promise<void> => {
    const done = memory.done.get(commandId)
    if (done) return outbox.add({ type: 'ended', messageId: done.messageId, commandId, session, result: done.result })
    if (entries.has(commandId)) return
    const placeholder =
      command ??
      ({
        commandId,
        driver: driverName,
        fences: [],
        heartbeatMs: 30_000,
        timeLimitMs: 86_400_000,
      } as unknown as GrantedCommand)
    const entry = enter(placeholder)
    const of = { commandId, command, io: entry.telling.io }
    const found = await inspected(entry.port?.driver, of, clock, trouble(commandId))
    if (found.known === 'running') return follow(entry, found.drive, undefined)
    if (found.known === 'ended') return conclude(commandId, found.result)
    const { message, uncertain, options } = found
    return conclude(commandId, {
      outcome: 'indeterminate',
      reason: command ? 'power-loss' : 'no-record',
      message: `${
        command
          ? 'The agent stopped between the beginning and the end of this drive. Whether the instrument finished is not known; look at it.'
          : 'This command was granted to an earlier life of the agent, and the journal has no record of it. Whether the instrument ran is not known; look at it.'
      }${message ? ` ${message}` : ''}`.slice(0, 1_000),
      ...(uncertain && { uncertain }),
      ...(options && { options }),
    })
  }

  /** Pauses or resumes, and says what came of it. Asked again for what is so already, it says so again. */
  const apply = (entry: Entry, pause: boolean): void => {
    const { commandId } = entry.command
    const { drive } = entry
    entry.pauseWanted = pause
    if (!drive) return
    const act = pause ? drive.pause : drive.resume
    const cannot = (message: string) => tell(commandId, { type: 'not-paused', message: message.slice(0, 500) })
    if (!act) {
      cannot(`Driver "${entry.command.driver}" cannot ${pause ? 'pause' : 'resume'} a drive.`)
      return
    }
    Promise.resolve()
      .then(() => act())
      .then(
        () => entry.pauseWanted === pause && tell(commandId, { type: pause ? 'paused' : 'resumed' }),
        (error: unknown) => {
          entry.pauseWanted = undefined
          cannot(error instanceof Error ? error.message : String(error))
        },
      )
  }

  return {
    take,
    answerFor,
    control: (type, commandId) => {
      const entry = entries.get(commandId)
      if (!entry) return
      if (type === 'abort') {
        entry.abortWanted = true
        entry.drive?.abort('abort-requested')
      } else if (entry.pauseWanted !== (type === 'pause')) apply(entry, type === 'pause')
    },
    drivesOn: (port) => [...entries.values()].some((entry) => entry.port === port),
    get ids() {
      return [...entries.keys()]
    },
    get bound() {
      return [...entries.values()]
        .filter(({ port, preparing }) => preparing || !port?.driver.describe().outlivesAgent)
        .map(({ command }) => command.commandId)
    },
    stop: () => {
      for (const { telling, cancelLimit } of entries.values()) {
        telling.stop()
        cancelLimit?.()
      }
    },
  }
}
