import * as z from 'zod'
import { setupSchema } from '../assets/booking-rules.ts'
import { actorSchema } from '../audit/entry.ts'
import {
  agentIdSchema,
  assetIdSchema,
  commandIdSchema,
  protocolIdSchema,
  reservationIdSchema,
  runIdSchema,
  scheduleIdSchema,
  workspaceIdSchema,
} from '../ids.ts'
import { driverNameSchema, overtimeSchema, requirementSchema } from '../protocols/protocol.ts'
import { continuationSchema, mostFacts, uncertainFactSchema } from '../recovery/uncertain.ts'
import { assetWaitSchema, recoveryRuleSchema, retrySchema } from '../schedules/schedule.ts'
import { instantSchema } from '../time.ts'
import { gateSchema } from './gate.ts'
import { stepSchema } from './step.ts'

/** How a run can end. Each is terminal; a run gets exactly one (I5). */
export const outcomes = {
  succeeded: 'the instrument did it',
  failed: 'it did not, and is known not to be running: see the reason',
  aborted: 'a person stopped it, and it is known to have stopped (or never started)',
  indeterminate: 'it may or may not have run or still be running; its assets are in quarantine until somebody looks',
  skipped: 'it was due, and the rules said not to start it: see the reason',
} as const
export type Outcome = keyof typeof outcomes
const outcomeNames = Object.keys(outcomes) as [Outcome, ...Outcome[]]

export const endReasons = {
  completed: 'the instrument reported success',
  'instrument-failed': 'the instrument or its program reported failure',
  'refused-by-agent': 'the agent could not start it',
  'assets-busy': 'the assets were not free within the attempts that the settings allow',
  'asset-unavailable': 'an asset is missing, retired, in maintenance or offline',
  'gate-closed': 'a gate stayed closed for as long as it could wait: an interlock, a hold, the health of an instrument',
  'capacity-exhausted': 'as many runs as may be live were live for as long as it could wait',
  'emergency-stop': 'an emergency stop is on and not acknowledged',
  'no-agent': 'no required asset is a machine with an agent',
  'too-late': 'it could not start within its misfire grace',
  'agent-silent': 'the agent did not take the command in time; nothing was started',
  'lost-contact': 'the agent took the command and was not heard of in time',
  'time-limit': 'it ran longer than its time limit',
  'uncertain-drive': 'the agent cannot tell whether the instrument ran',
  'abort-requested': 'a person aborted it',
  overlap: 'another run of the schedule was still live',
  'stopped-by-switch': 'a person had switched off the workspace, or a tag of the schedule',
  'runs-used-up': 'the schedule had started as many runs as it may',
  excluded: 'the schedule does not fire on that day, or a person took that time out',
  'schedule-not-active': 'the schedule was paused, archived, completed or in recovery',
  'outside-window': 'the time lies outside the schedule’s start and end, or belongs to an older version of it',
  'no-protocol': 'the protocol is gone or archived',
  'workflow-broken': 'Benchtime itself failed; see the log of the execution',
} as const
export type EndReason = keyof typeof endReasons
const reasonNames = Object.keys(endReasons) as [EndReason, ...EndReason[]]

/** Firings that did not come, and for which one run stands: how many, and the first of them. */
const standsForSchema = z.strictObject({ missed: z.int().min(1), from: instantSchema })

export const triggerSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('schedule'), scheduledTime: instantSchema }),
    /** A firing that did not come was made up for; `standsFor` where earlier ones are coalesced into it. */
    z.strictObject({
      kind: z.literal('catch-up'),
      scheduledTime: instantSchema,
      standsFor: standsForSchema.optional(),
    }),
    /** A person filled in a time of the schedule. */
    z.strictObject({ kind: z.literal('backfill'), scheduledTime: instantSchema, subject: z.string() }),
    z.strictObject({ kind: z.literal('person'), subject: z.string() }),
    /** Whether an instrument is fit, as its asset asks to be found out. */
    z.strictObject({ kind: z.literal('health-check'), assetId: assetIdSchema }),
    /** Tidies up after a run that took too long. */
    z.strictObject({ kind: z.literal('clean-up'), ofRunId: runIdSchema }),
    /** Goes on from a run whose end was uncertain, as a person chose. */
    z.strictObject({ kind: z.literal('continuation'), ofRunId: runIdSchema, subject: z.string() }),
  ])
  .meta({ id: 'Trigger', description: 'What started a run' })
export type Trigger = z.output<typeof triggerSchema>

/** Whether the schedule itself wanted the run; a person did otherwise. What holds for firings holds for these alone. */
export const isOfRule = (trigger: Trigger): trigger is Extract<Trigger, { kind: 'schedule' | 'catch-up' }> =>
  trigger.kind === 'schedule' || trigger.kind === 'catch-up'

/** What the run executes: a snapshot of the protocol when the run was opened. */
export const workSchema = z.strictObject({
  protocolId: protocolIdSchema,
  protocolName: z.string(),
  protocolVersion: z.int(),
  driver: driverNameSchema,
  path: z.string().optional(),
  payload: z.record(z.string(), z.json()).optional(),
  parameters: z.record(z.string(), z.json()),
  requirements: z.array(requirementSchema),
  setup: setupSchema.optional(),
  expectedDurationSeconds: z.int(),
  timeLimitSeconds: z.int(),
  heartbeatSeconds: z.int(),
  overtime: overtimeSchema.optional(),
  steps: z.array(stepSchema).optional(),
  uncertainFacts: z.array(uncertainFactSchema).max(mostFacts).optional(),
  continuation: continuationSchema.optional(),
})

/** The drive at hand: which assets are claimed, who drives, by which command. */
export const driveSchema = z.strictObject({
  attempt: z.int().min(1),
  reservationId: reservationIdSchema,
  commandId: commandIdSchema,
  agentId: agentIdSchema,
  /**
   * `fence` where the asset is one unit, so that its claims follow one another: only then does the order of fences mean anything.
   * `counted` where the health of the asset is checked every so many runs.
   */
  assets: z.array(
    z.strictObject({
      assetId: assetIdSchema,
      units: z.int().min(1),
      fence: z.int().min(1).optional(),
      counted: z.literal(true).optional(),
    }),
  ),
  /** Limits of concurrent runs of which it takes one place each. */
  capacity: z.array(z.string()).optional(),
  since: instantSchema,
})
export type Drive = z.output<typeof driveSchema>

/** Why it waits, in words and in facts. */
export const waitingSchema = z.strictObject({
  reason: z.enum(['assets-busy', 'retry', 'jitter', 'overlap', 'gate', 'capacity']),
  /** The gates that are closed. */
  gates: z.array(gateSchema).optional(),
  /** Which try it is, of how many. */
  attempt: z.int().optional(),
  of: z.int().optional(),
  message: z.string(),
  facts: z.record(z.string(), z.json()),
  since: instantSchema,
  until: instantSchema,
})

/** How an attempt that led to a retry ended. */
export const pastAttemptSchema = z.strictObject({
  attempt: z.int(),
  reason: z.enum(reasonNames),
  message: z.string(),
  endedAt: instantSchema,
})

const shared = {
  workspaceId: workspaceIdSchema,
  id: runIdSchema,
  scheduleId: scheduleIdSchema.optional(),
  /** Its name when the run was opened, so that history can be read when the schedule is gone. */
  scheduleName: z.string().optional(),
  /** The version of the schedule that it runs; versions never change. */
  scheduleVersion: z.int().min(1).optional(),
  trigger: triggerSchema,
  work: workSchema,
  priority: z.int().min(1).max(5),
  retry: retrySchema,
  assetWait: assetWaitSchema,
  recovery: recoveryRuleSchema.optional(),
  dueAt: instantSchema,
  /** No command of this run starts after this moment (I10). Moves on by a retry, and while it waits for another run to end. */
  notAfter: instantSchema,
  /** Misfire grace: `notAfter` lies this long after each time that a start is due. */
  startWithinSeconds: z.int(),
  /** The one execution that may act for this run; a second delivery of the firing finds another here and ends (I4). */
  execution: z.string().optional(),
  /** Attempts to get busy assets so far, within the current attempt. */
  assetAttempts: z.int().min(0),
  attempts: z.array(pastAttemptSchema),
  abort: z.strictObject({ at: instantSchema, by: actorSchema, note: z.string().optional() }).optional(),
  /** When people were told that it takes long. */
  longRunningAt: instantSchema.optional(),
  /** It is kept whatever the workspace says about old runs. */
  legalHold: z.strictObject({ note: z.string(), by: z.string(), since: instantSchema }).optional(),
  version: z.int().min(1),
  createdAt: instantSchema,
}

/** What is kept of an ended drive. */
export const endSchema = z.strictObject({
  reason: z.enum(reasonNames),
  message: z.string(),
  at: instantSchema,
  exitCode: z.int().optional(),
  outputTail: z.string().optional(),
  facts: z.record(z.string(), z.json()).optional(),
})
export type End = z.output<typeof endSchema>

export const runSchema = z
  .discriminatedUnion('status', [
    /** Recorded; nothing is claimed yet. */
    z.strictObject({ ...shared, status: z.literal('pending') }),
    /** Prepare tried, or a retry is due: comes back at `waiting.until`. */
    z.strictObject({ ...shared, status: z.literal('waiting'), waiting: waitingSchema }),
    /** Assets are claimed, the command is or will be in the agent's mailbox. */
    z.strictObject({ ...shared, status: z.literal('queued'), drive: driveSchema }),
    /** The agent does the steps before the drive. */
    z.strictObject({ ...shared, status: z.literal('preparing'), drive: driveSchema, preparingSince: instantSchema }),
    /** The agent reported that the drive started. */
    z.strictObject({
      ...shared,
      status: z.literal('running'),
      drive: driveSchema,
      startedAt: instantSchema,
      expectedEndAt: instantSchema.optional(),
    }),
    /** The instrument stands still, in the middle of the drive. */
    z.strictObject({
      ...shared,
      status: z.literal('paused'),
      drive: driveSchema,
      startedAt: instantSchema,
      pausedSince: instantSchema,
    }),
    /** The agent is to stop it, and has not told yet that it has stopped. */
    z.strictObject({
      ...shared,
      status: z.literal('aborting'),
      drive: driveSchema,
      startedAt: instantSchema.optional(),
    }),
    z.strictObject({
      ...shared,
      status: z.literal('ended'),
      outcome: z.enum(outcomeNames),
      end: endSchema,
      drive: driveSchema.optional(),
      startedAt: instantSchema.optional(),
    }),
  ])
  .meta({ id: 'Run', description: 'One execution: its state, attempts and outcome' })
export type Run = z.output<typeof runSchema>

export type LiveRun = Exclude<Run, { status: 'ended' }>
/** A run whose assets are claimed: its command is at the agent, or may be. */
export type DrivenRun = Extract<Run, { status: 'queued' | 'preparing' | 'running' | 'paused' | 'aborting' }>
const driven: ReadonlySet<Run['status']> = new Set(['queued', 'preparing', 'running', 'paused', 'aborting'])
export const hasDrive = (run: Run): run is DrivenRun => driven.has(run.status)

/** The drive of a run, at hand or ended; undefined where none began. */
export const driveOf = (run: Run): Drive | undefined => ('drive' in run ? run.drive : undefined)

/** Waits for other runs of its schedule to end, without an execution: whoever ends one of them starts it. */
export const isBuffered = (run: Run): boolean => run.status === 'waiting' && run.waiting.reason === 'overlap'

/** Number of the attempt at hand; the first is 1. */
export const currentAttempt = (run: Run): number => run.attempts.length + 1
