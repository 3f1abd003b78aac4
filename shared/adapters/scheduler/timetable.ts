import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  ListSchedulesCommand,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import type { Timetable, TimetableEntry } from '#application/world.ts'
import { type ExecutionInput, executionInputSchema } from '#contracts/workflow/messages.ts'
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
    ScheduleExpressionTimezone: entry.timeZone,
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

/** An entry as we wrote it, from what the service tells; undefined where it is none of ours. */
const entryOf = (found: GetScheduleCommandOutput): TimetableEntry | undefined => {
  try {
    const outer = JSON.parse(found.Target?.Input ?? '') as { Input?: string }
    const input = executionInputSchema.parse(JSON.parse(outer.Input ?? ''))
    if (input.kind !== 'scheduled') return undefined
    return {
      scheduleId: input.scheduleId,
      workspaceId: input.workspaceId,
      expression: found.State === 'DISABLED' ? 'disabled' : (found.ScheduleExpression ?? ''),
      // An `at` stands there in UTC, whatever the zone of its schedule is.
      timeZone: found.ScheduleExpressionTimezone ?? 'UTC',
      ...(found.StartDate && { startAt: found.StartDate.toISOString() }),
      ...(found.EndDate && { endAt: found.EndDate.toISOString() }),
      generation: input.arming,
      maximumEventAgeSeconds: found.Target?.RetryPolicy?.MaximumEventAgeInSeconds ?? 0,
    }
  } catch {
    return undefined
  }
}

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
  read: async (scheduleId) => {
    try {
      return entryOf(await client().send(new GetScheduleCommand({ Name: scheduleId, GroupName: config.groupName })))
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return undefined
      throw told(error)
    }
  },
  list: async (cursor) => {
    try {
      const { Schedules = [], NextToken } = await client().send(
        new ListSchedulesCommand({ GroupName: config.groupName, MaxResults: 100, NextToken: cursor }),
      )
      const items = Schedules.flatMap(({ Name, LastModificationDate }) =>
        Name === undefined ? [] : [{ name: Name, changedAt: (LastModificationDate ?? new Date(0)).toISOString() }],
      )
      return { items, ...(NextToken !== undefined && { next: NextToken }) }
    } catch (error) {
      throw told(error)
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
