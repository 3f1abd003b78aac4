import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import type { Timetable, TimetableEntry } from '#application/world.ts'
import type { ExecutionInput } from '#contracts/workflow/messages.ts'
import { Refusal } from '#domain/errors.ts'

export type TimetableConfig = {
  readonly groupName: string
  readonly roleArn: string
  readonly dlqArn: string
  readonly stateMachineArn: string
}

/** EventBridge fills this in with the time that the firing was due. */
const scheduledTime = '<aws.scheduler.scheduled-time>'

/**
 * The universal target, because only it can name the execution. The name holds the id of the attempt, which is new for
 * every delivery: it tells executions apart and is no guard against duplicates; that is the run's id.
 */
const targetArn = 'arn:aws:scheduler:::aws-sdk:sfn:startExecution'

const definitionOf = (entry: TimetableEntry, config: TimetableConfig): CreateScheduleCommandInput => {
  const input: ExecutionInput = {
    kind: 'scheduled',
    workspaceId: entry.workspaceId,
    scheduleId: entry.scheduleId,
    scheduledTime,
    arming: entry.generation,
  }
  return {
    Name: entry.scheduleId,
    GroupName: config.groupName,
    ScheduleExpression: entry.expression,
    ScheduleExpressionTimezone: entry.expression.startsWith('at(') ? 'UTC' : entry.timeZone,
    // A start in the past is refused by the service; a rate that began earlier keeps its rhythm from now on.
    ...(entry.startAt !== undefined && { StartDate: new Date(entry.startAt) }),
    ...(entry.endAt !== undefined && { EndDate: new Date(entry.endAt) }),
    FlexibleTimeWindow: { Mode: 'OFF' },
    State: 'ENABLED',
    Target: {
      Arn: targetArn,
      RoleArn: config.roleArn,
      Input: JSON.stringify({
        StateMachineArn: config.stateMachineArn,
        Name: `${entry.scheduleId}.<aws.scheduler.execution-id>`,
        Input: JSON.stringify(input),
      }),
      // Both are set: the defaults (a day, 185 attempts) could start an instrument a day late.
      RetryPolicy: { MaximumEventAgeInSeconds: entry.maximumEventAgeSeconds, MaximumRetryAttempts: 20 },
      DeadLetterConfig: { Arn: config.dlqArn },
    },
  }
}

const told = (error: unknown): unknown =>
  error instanceof Error && error.name === 'AccessDeniedException'
    ? error
    : new Refusal(
        'unavailable',
        `EventBridge Scheduler did not answer (${(error as Error).name}: ${(error as Error).message}).`,
      )

/** The timetable at EventBridge Scheduler: one entry per schedule, named by its id. */
export const createTimetable = (client: () => SchedulerClient, config: TimetableConfig): Timetable => ({
  put: async (entry) => {
    const definition = definitionOf(entry, config)
    try {
      await client().send(new CreateScheduleCommand(definition))
    } catch (error) {
      if (!(error instanceof ConflictException)) throw told(error)
      // An update resets what it omits, so it carries the whole definition.
      await client()
        .send(new UpdateScheduleCommand(definition))
        .catch((failed: unknown) => {
          throw told(failed)
        })
    }
  },
  remove: async (scheduleId) => {
    try {
      await client().send(new DeleteScheduleCommand({ Name: scheduleId, GroupName: config.groupName }))
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw told(error)
    }
  },
})
