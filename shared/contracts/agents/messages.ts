import * as z from 'zod'
import { instrumentSchema } from '#domain/agents/instrument.ts'
import { artifactSchema } from '#domain/files/artifact.ts'
import { assetIdSchema, commandIdSchema, messageIdSchema, runIdSchema } from '#domain/ids.ts'
import { driverNameSchema } from '#domain/protocols/protocol.ts'
import {
  continuationOptionSchema,
  continuationSchema,
  mostFacts,
  mostOptions,
  uncertainFactSchema,
} from '#domain/recovery/uncertain.ts'
import { stepSchema } from '#domain/runs/step.ts'
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
  /** Every asset that is reserved for it: which instrument, where an agent has several of a kind. */
  assetIds: z.array(assetIdSchema).max(20).optional(),
  /** Done before the drive, in this order; what they have to tidy up is done after it, in reverse. The agent knows them by name. */
  steps: z.array(stepSchema).max(10).optional(),
  /** It goes on from an earlier drive, in the way that a person chose. */
  continuation: continuationSchema.optional(),
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
  /** The instruments beside the agent, as they are now. */
  instruments: z.array(instrumentSchema).max(20).optional(),
  /** The agent's wall clock, so that one that is wrong is noticed; nothing is decided by it. */
  wallClock: instantSchema.optional(),
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
  'unknown-step': 'the agent does not know a step that is to be done before',
  'driver-silent': 'the driver did not say in time whether it can do it',
  offline: 'the instrument cannot be reached',
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
  /** After an uncertain end: what nobody knows, and the ways to go on. */
  uncertain: z.array(uncertainFactSchema).max(mostFacts).optional(),
  options: z.array(continuationOptionSchema).max(mostOptions).optional(),
})
export type CommandResult = z.output<typeof commandResultSchema>

const ofCommand = { messageId: messageIdSchema, commandId: commandIdSchema, session: z.string() }

const { name, bytes, sha256, runId } = artifactSchema.shape
const offeredFile = { name, bytes, sha256, runId }

/** Drivers count as they like; what is told is 0 to 100. */
const percent = z.number().transform((value) => Math.min(100, Math.max(0, value)))

/** All but `progress` are resent from the outbox until acknowledged by message id. */
export const reportSchema = z.discriminatedUnion('type', [
  /** The steps before the drive have begun. */
  z.strictObject({ type: z.literal('preparing'), ...ofCommand, note: z.string().max(500).optional() }),
  z.strictObject({ type: z.literal('started'), ...ofCommand }),
  /** The heartbeat, and how far it is. `log`: what the instrument has printed since, at most 4 KB. */
  z.strictObject({
    type: z.literal('progress'),
    ...ofCommand,
    percent: percent.optional(),
    step: z.string().max(120).optional(),
    note: z.string().max(500).optional(),
    log: z.string().max(4_096).optional(),
  }),
  /** Whether it stands still now; told whenever that changes. */
  z.strictObject({ type: z.literal('paused'), ...ofCommand }),
  z.strictObject({ type: z.literal('resumed'), ...ofCommand }),
  /** It cannot be paused or resumed; the drive is as it was. */
  z.strictObject({ type: z.literal('not-paused'), ...ofCommand, message: z.string().max(500) }),
  z.strictObject({ type: z.literal('ended'), ...ofCommand, result: commandResultSchema }),
  /** Where may this file go? The acknowledgement brings a link. */
  z.strictObject({ type: z.literal('upload'), ...ofCommand, ...offeredFile }),
  /** It is there. */
  z.strictObject({ type: z.literal('uploaded'), ...ofCommand, ...offeredFile }),
])
export type Report = z.output<typeof reportSchema>

export const controlSchema = z.strictObject({
  type: z.enum(['abort', 'pause', 'resume']),
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
    /** The clock of the cloud, so that an agent notices that its own is wrong. */
    now: instantSchema.optional(),
  }),
  z.strictObject({
    type: z.literal('ack'),
    messageId: messageIdSchema,
    /** Set where the report will never be accepted (unknown command); the agent drops it and says so in its log. */
    rejected: z.string().optional(),
    /** Of `upload`: PUT the file there, with these headers, within a quarter of an hour. */
    upload: z.strictObject({ url: z.string(), headers: z.record(z.string(), z.string()) }).optional(),
  }),
])
export type Downlink = z.output<typeof downlinkSchema>

/** What the topic rule hands to the agents function. `thing` comes from the topic, never from the payload. */
export const uplinkEventSchema = z.object({ thing: z.string(), kind: z.enum(['poll', 'report']), message: z.unknown() })
