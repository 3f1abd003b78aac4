import * as z from 'zod'
import { assetIdSchema, commandIdSchema, messageIdSchema, runIdSchema } from '#domain/ids.ts'
import { driverNameSchema } from '#domain/protocols/protocol.ts'
import { instantSchema } from '#domain/time.ts'

/** What the agent may do, granted once. Durations, never deadlines: the agent measures them on its monotonic clock. */
export const grantedCommandSchema = z.strictObject({
  commandId: commandIdSchema,
  runId: runIdSchema,
  attempt: z.int().min(1),
  driver: driverNameSchema,
  path: z.string().optional(),
  payload: z.record(z.string(), z.json()).optional(),
  parameters: z.record(z.string(), z.json()),
  /** One fence per reserved asset of one unit: those that are used by one command at a time. The agent refuses a command with a fence lower than the highest it has seen for that asset (I9). */
  fences: z.array(z.strictObject({ assetId: assetIdSchema, fence: z.int().min(1) })),
  /**
   * The start must happen within this time, else the agent refuses with `expired` (I10). Counted from the moment at which the
   * agent asked, which is before the cloud granted: so a slow message makes the time shorter, never longer.
   */
  validForMs: z.int().min(0),
  /** The agent aborts the drive after this time. */
  timeLimitMs: z.int().min(1),
  /** Report progress at least this often while driving; it is the heartbeat. */
  heartbeatMs: z.int().min(100),
})
export type GrantedCommand = z.output<typeof grantedCommandSchema>

/**
 * "What is for me?" Sent on connect, on wake, when more letters wait, and every few minutes; never before the last one was
 * answered or is overdue.
 * `session` is drawn at process start and never stored: a grant is repeated only to the session that received it.
 */
export const pollSchema = z.strictObject({
  session: z.string().min(8).max(64),
  /** The agent's monotonic clock when it asked, in milliseconds; the answer brings it back. */
  stamp: z.number(),
  /** How many further commands the agent can take now; 0 asks for controls only. */
  want: z.int().min(0).max(1),
  /** Commands being driven at this moment. */
  driving: z.array(commandIdSchema).max(50),
  software: z.string().max(80),
  /** Highest fence seen per asset, sent on the first poll of a session: the floor after a restore of the table. */
  fences: z
    .array(z.strictObject({ assetId: assetIdSchema, fence: z.int().min(0) }))
    .max(200)
    .optional(),
})
export type Poll = z.output<typeof pollSchema>

export const reportOutcomes = {
  succeeded: 'the instrument did it',
  failed: 'the instrument ran and did not succeed',
  aborted: 'stopped on request or at its time limit, and known to have stopped',
  refused: 'never started: bad path, stale fence, expired, unknown driver, instrument busy',
  indeterminate: 'it may or may not have run; a person must look',
} as const
export type ReportOutcome = keyof typeof reportOutcomes

const refusalReasons = {
  'stale-fence': 'the fence is lower than one already seen for the asset',
  expired: 'received too late to start',
  'unknown-driver': 'this agent has no such driver',
  'bad-path': 'the path is missing, not a file, or outside the allowed roots',
  'bad-parameters': 'the driver cannot use these parameters',
  'instrument-busy': 'the instrument is busy with something else',
  'journal-full': 'the journal cannot be written, so nothing may be driven',
} as const

export type RefusalReason = keyof typeof refusalReasons

const outcomes = Object.keys(reportOutcomes) as [ReportOutcome, ...ReportOutcome[]]

export const commandResultSchema = z.strictObject({
  outcome: z.enum(outcomes),
  /** Machine-readable: one of `refusalReasons`, `exit-code`, `signal`, `time-limit`, `abort-requested`, `power-loss`, `simulated`, … */
  reason: z.string().max(80).optional(),
  /** One sentence for a person. */
  message: z.string().max(1_000).optional(),
  exitCode: z.int().optional(),
  /** The end of what the program printed, at most 4 KB. */
  outputTail: z.string().max(4_096).optional(),
  startedAt: instantSchema.optional(),
  endedAt: instantSchema.optional(),
})
export type CommandResult = z.output<typeof commandResultSchema>

/** Resent from the outbox until acknowledged by message id. */
export const reportSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('started'),
    messageId: messageIdSchema,
    commandId: commandIdSchema,
    session: z.string(),
  }),
  z.strictObject({
    type: z.literal('progress'),
    messageId: messageIdSchema,
    commandId: commandIdSchema,
    session: z.string(),
    percent: z.number().min(0).max(100).optional(),
    note: z.string().max(500).optional(),
  }),
  z.strictObject({
    type: z.literal('ended'),
    messageId: messageIdSchema,
    commandId: commandIdSchema,
    session: z.string(),
    result: commandResultSchema,
  }),
])
export type Report = z.output<typeof reportSchema>

export const controlSchema = z.strictObject({
  type: z.literal('abort'),
  commandId: commandIdSchema,
  note: z.string().max(500).optional(),
})

/** Everything the cloud says to an agent, on its one downlink topic. */
export const downlinkSchema = z.discriminatedUnion('type', [
  /** A hint to poll. Losing it is harmless. */
  z.strictObject({ type: z.literal('wake') }),
  /** Answer to a poll: controls first, then at most one granted command. */
  z.strictObject({
    type: z.literal('next'),
    session: z.string(),
    /** Of the poll that is answered: what the answer grants counts from then. */
    stamp: z.number(),
    controls: z.array(controlSchema),
    command: grantedCommandSchema.optional(),
    /** Further letters wait for this agent: worth another question as soon as it can take one. */
    more: z.boolean(),
    /** Granted to an earlier session and not known to have ended: answer from the journal or the driver, never drive. */
    unresolved: z.array(z.strictObject({ commandId: commandIdSchema, driver: driverNameSchema })),
  }),
  z.strictObject({
    type: z.literal('ack'),
    messageId: messageIdSchema,
    /** Set where the report will never be accepted (unknown command); the agent drops it and says so in its log. */
    rejected: z.string().optional(),
  }),
])
export type Downlink = z.output<typeof downlinkSchema>

/** What the topic rule hands to the agents function. `thing` comes from the topic, never from the payload. */
export const uplinkEventSchema = z.object({ thing: z.string(), kind: z.enum(['poll', 'report']), message: z.unknown() })
