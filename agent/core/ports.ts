import type { CommandResult, GrantedCommand, Poll, Report } from '#contracts/agents/messages.ts'
import type { CommandId, MessageId } from '#domain/ids.ts'

/** Everything that the agent's core needs of the world; a simulation supplies other ones and runs the very same core. */
export type AgentPorts = {
  readonly clock: AgentClock
  readonly journal: Journal
  readonly transport: Transport
  readonly drivers: ReadonlyMap<string, Driver>
  readonly messageId: () => MessageId
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

export type Driver = {
  readonly name: string
  /** What would make this command impossible, before anything is journaled or touched; undefined if nothing would. */
  check?(command: GrantedCommand): Promise<CommandResult | undefined>
  /** Begins to drive. Called at most once for a command id, ever. */
  start(command: GrantedCommand, io: DriveIo): Drive
  /** After a restart: what is known of a command that may have been driven. */
  recover?(commandId: CommandId, command: GrantedCommand | undefined): Promise<Recovered>
}

export type DriveIo = { progress(percent: number | undefined, note?: string): void }

export type Drive = {
  /** Settles when the instrument is known to have stopped, or to be beyond knowing (`indeterminate`). Never rejects. */
  readonly done: Promise<CommandResult>
  /** Asks it to stop; `done` says when it has. More than once is harmless. */
  abort(reason: 'abort-requested' | 'time-limit'): void
}

export type Recovered =
  | { readonly known: 'ended'; readonly result: CommandResult }
  | { readonly known: 'running'; readonly drive: Drive }
  | { readonly known: 'nothing' }
