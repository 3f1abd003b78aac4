import type { CommandResult, GrantedCommand, Poll, Report } from '#contracts/agents/messages.ts'
import type { InstrumentState } from '#domain/agents/instrument.ts'
import type { AssetId, CommandId, MessageId } from '#domain/ids.ts'
import type { FilePort } from './uploads.ts'

/** Everything that the agent's core needs of the world; a simulation supplies other ones and runs the very same core. */
export type AgentPorts = {
  readonly clock: AgentClock
  readonly journal: Journal
  readonly transport: Transport
  readonly instruments: readonly InstrumentPort[]
  /** By name, from the agent’s configuration. */
  readonly steps?: ReadonlyMap<string, StepPort>
  readonly messageId: () => MessageId
  /** Everything that an instrument prints, for whoever keeps it. */
  readonly onLog?: (commandId: CommandId, text: string) => void
  /** Files that drives leave behind; none are sent where it is left out. */
  readonly files?: FilePort & { note(command: GrantedCommand, paths: readonly string[]): void }
  readonly log: (level: 'info' | 'warn' | 'error', message: string, facts?: Record<string, unknown>) => void
}

export type AgentClock = {
  /** Wall clock, milliseconds since the epoch. For display only: it may be wrong by hours. */
  now(): number
  /** Milliseconds that only ever grow; all limits are measured on it. */
  monotonic(): number
  /** Calls once after so many milliseconds, unless cancelled. */
  after(ms: number, call: () => void): () => void
}

/** What must be remembered over a crash. */
export type JournalRecord =
  /** About to touch the instrument. On disk before anything is driven (I2). Raises the fences of its assets (I9). */
  | { readonly type: 'intent'; readonly command: GrantedCommand; readonly at: string }
  /** The command is over for this agent, with or without a drive; kept until the report of it is acknowledged. */
  | {
      readonly type: 'done'
      readonly commandId: CommandId
      readonly messageId: MessageId
      readonly result: CommandResult
    }
  | { readonly type: 'acked'; readonly commandId: CommandId }

export type Journal = {
  /** All records so far, oldest first. */
  load(): Promise<readonly JournalRecord[]>
  /** Resolves only when the record is safe on disk. @throws when it cannot be written; then nothing may be driven. */
  append(record: JournalRecord): Promise<void>
}

/** Sending is best effort: the outbox sends again until the cloud acknowledges. */
export type Transport = {
  poll(message: Poll): void
  report(message: Report): void
}

/** How an instrument stands, as its driver sees it. */
export type InstrumentView = {
  readonly state: InstrumentState
  readonly message?: string
  /** Interlocks that it answers: a door, a pressure, a light curtain. */
  readonly conditions?: readonly { readonly name: string; readonly ok: boolean; readonly message?: string }[]
}

export type DriverDescription = {
  /** `pause`: a drive can be paused and resumed. `inspect`: after a power loss it can tell what became of a drive. */
  readonly can: readonly ('pause' | 'inspect')[]
  /** Whether a drive goes on undisturbed when the agent ends, and its next life finds it again. */
  readonly outlivesAgent: boolean
}

/** The adapter to one instrument. The contract in words: docs/guides/writing-a-driver.md; as tests: test/agent/driver-contract.ts. */
export type Driver = {
  readonly name: string
  describe(): DriverDescription
  /** Free, busy with something that is not ours, or not reachable; asked every few seconds, moves nothing. */
  view?(): Promise<InstrumentView>
  /** What would make this command impossible, before anything is journaled or touched; undefined if nothing would. */
  check?(command: GrantedCommand): Promise<CommandResult | undefined>
  /** Begins to drive. Called at most once for a command id, ever. */
  start(command: GrantedCommand, io: DriveIo): Drive
  /** Full paths of what a drive that is over left behind: the whole of what was printed, traces, results. */
  leftBehind?(command: GrantedCommand): readonly string[]
  /** After a restart: what is known of a command that may have been driven. Never drives. */
  inspect?(commandId: CommandId, command: GrantedCommand | undefined, io: DriveIo): Promise<Inspected>
}

/** An instrument beside the agent: the asset that it is, where the agent has several of a kind. */
export type InstrumentPort = { readonly driver: Driver; readonly assetId?: AssetId }

export type DriveIo = {
  /** How far it is, 0 to 100, and what it is doing; as often as the driver likes. */
  progress(percent: number | undefined, note?: string, step?: string): void
  /** What the instrument prints. */
  log(text: string): void
}

export type Drive = {
  /** Settles when the instrument is known to have stopped, or to be beyond knowing (`indeterminate`). */
  readonly done: Promise<CommandResult>
  /** Asks it to stop; `done` says when it has. More than once is harmless. */
  abort(reason: 'abort-requested' | 'time-limit'): void
  /** Resolve when it stands still, or goes on. @throws with words for a person where it cannot */
  pause?(): Promise<void>
  resume?(): Promise<void>
}

export type Inspected =
  | { readonly known: 'ended'; readonly result: CommandResult }
  | { readonly known: 'running'; readonly drive: Drive }
  /** `uncertain` and `options`: what a person has to look at, and how it can go on, as far as the driver can say that much. */
  | {
      readonly known: 'nothing'
      readonly message?: string
      readonly uncertain?: CommandResult['uncertain']
      readonly options?: CommandResult['options']
    }

/** What is done before a drive, and tidied up after it. */
export type StepPort = {
  run(args: readonly string[], command: GrantedCommand): Promise<StepResult>
  cleanUp?(args: readonly string[], command: GrantedCommand): Promise<StepResult>
}
export type StepResult = { readonly ok: boolean; readonly message?: string }
