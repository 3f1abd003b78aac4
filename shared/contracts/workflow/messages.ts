import * as z from 'zod'
import {
  planningRoutineIdSchema,
  planningRunIdSchema,
  runIdSchema,
  scheduleIdSchema,
  workspaceIdSchema,
} from '#domain/ids.ts'

/**
 * Input of an execution of the run state machine. `scheduled` comes from EventBridge Scheduler (which fills in the
 * scheduled time), `requested` from the API or the sweeper for a run that is already recorded.
 */
export const executionInputSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('scheduled'),
    workspaceId: workspaceIdSchema,
    scheduleId: scheduleIdSchema,
    /** `<aws.scheduler.scheduled-time>`: ISO-8601 with seconds and Z. */
    scheduledTime: z.string(),
    /** The arming this firing belongs to; a firing of an older arming is ignored. */
    arming: z.int().min(1),
  }),
  z.object({ kind: z.literal('requested'), workspaceId: workspaceIdSchema, runId: runIdSchema }),
])
export type ExecutionInput = z.output<typeof executionInputSchema>

/** Task input of Prepare: `{ "input.$": "$$.Execution.Input", "executionArn.$": "$$.Execution.Id" }`. */
export const prepareEventSchema = z.object({ input: executionInputSchema, executionArn: z.string() })

/** What Prepare and Finish answer; the Route state reads `action`. All fields are always present, so that paths resolve. */
export type Routing = {
  /** drive: a command may be queued. wait: come back to Prepare after `waitSeconds`. end: nothing more to do. */
  action: 'drive' | 'wait' | 'end'
  workspaceId: string
  runId: string
  attempt: number
  waitSeconds: number
  /** For the Drive state: TimeoutSecondsPath and HeartbeatSecondsPath. */
  timeoutSeconds: number
  heartbeatSeconds: number
  reason: string
}

/** Task input of Drive, with the callback token of the state machine. The token never leaves the cloud. */
export const driveEventSchema = z.object({
  workspaceId: workspaceIdSchema,
  runId: runIdSchema,
  attempt: z.int().min(1),
  taskToken: z.string(),
})

/** Task input of Finish, on the way of success and on the way of failure. */
export const finishEventSchema = z.object({
  workspaceId: workspaceIdSchema,
  runId: runIdSchema,
  attempt: z.int().min(1),
  cause: z.enum(['drive-succeeded', 'drive-failed']),
  error: z.object({ Error: z.string().optional(), Cause: z.string().optional() }).optional(),
})

/** Input of an execution that plans: `fired` comes from EventBridge Scheduler, `requested` from the API or the sweeper. */
export const planningInputSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('fired'),
    workspaceId: workspaceIdSchema,
    routineId: planningRoutineIdSchema,
    /** `<aws.scheduler.scheduled-time>`: ISO-8601 with seconds and Z. */
    scheduledTime: z.string(),
    generation: z.int().min(1),
  }),
  z.object({ kind: z.literal('requested'), workspaceId: workspaceIdSchema, planningRunId: planningRunIdSchema }),
])
export type PlanningInput = z.output<typeof planningInputSchema>

/** Task input of Plan; with `error` all its tries have failed, and the run is to be ended. */
export const planEventSchema = z.object({
  input: planningInputSchema,
  error: z.object({ Error: z.string().optional(), Cause: z.string().optional() }).optional(),
})

/** What the sweeper is woken for: the scheduled event itself means a sweep. */
export const sweeperEventSchema = z.object({ task: z.enum(['sweep', 'tidy']).default('sweep') })
/** The timekeeper is woken for the time alone. */
export const timekeeperEventSchema = z.object({})
/** And so is the auditor. */
export const auditorEventSchema = z.object({})

/**
 * What the notifier is woken for: records of the table's stream, or the time. Of a record only what is new matters; what is no
 * record of ours is passed over.
 */
export const notifierEventSchema = z.union([
  z.object({
    Records: z.array(
      z.object({
        dynamodb: z.object({ NewImage: z.record(z.string(), z.unknown()).optional(), SequenceNumber: z.string() }),
      }),
    ),
  }),
  z.object({ source: z.literal('aws.events') }),
])
export type NotifierEvent = z.output<typeof notifierEventSchema>

/** Lines of the sweeper's log that alarms look for. */
export const sweeperSays = {
  missed: 'Firings did not come.',
  drifted: 'EventBridge Scheduler held something else than the schedules say; it was put right.',
} as const

/** A line of the timekeeper's log that an alarm looks for. */
export const timekeeperSays = {
  notMigrated: 'A migration failed. It is tried again in a minute.',
} as const

export type SweeperEvent = z.input<typeof sweeperEventSchema>

/** Event rule: "Step Functions Execution Status Change" with FAILED, TIMED_OUT or ABORTED. */
export const executionEndedEventSchema = z.object({
  detail: z.object({ executionArn: z.string(), status: z.string(), input: z.string().optional() }),
})

/** Error names that mean something to the state machine; everything else is a crash and is retried. */
export const workflowErrors = {
  /** The agent reported an end other than success (SendTaskFailure). */
  driveEnded: 'DriveEnded',
  /** Drive found that there is nothing to drive: aborted, ended already, too late, schedule not active. */
  driveRefused: 'DriveRefused',
} as const
