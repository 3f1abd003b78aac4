import {
  type CreateScheduleCommandInput,
  GetScheduleCommand,
  type GetScheduleCommandOutput,
  ListSchedulesCommand,
  ResourceNotFoundException,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler'
import type { Timetable, TimetableEntry } from '#application/world.ts'
import { type ExecutionInput, executionInputSchema } from '#contracts/workflow/messages.ts'
import { putEntry, removeEntry, scheduledTime, startExecution, type TimetableConfig, told } from './entries.ts'

const definitionOf = (entry: TimetableEntry, config: TimetableConfig): CreateScheduleCommandInput => {
  const input: ExecutionInput = {
    kind: 'scheduled',
    workspaceId: entry.workspaceId,
    scheduleId: entry.scheduleId,
    scheduledTime,
    arming: entry.generation,
  }
  return {
    ...startExecution(config, entry.scheduleId, input, entry.maximumEventAgeSeconds),
    ScheduleExpression: entry.expression,
    ScheduleExpressionTimezone: entry.timeZone,
    // A start in the past is refused by the service; a rate that began earlier keeps its rhythm from now on.
    ...(entry.startAt !== undefined && { StartDate: new Date(entry.startAt) }),
    ...(entry.endAt !== undefined && { EndDate: new Date(entry.endAt) }),
  }
}

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
  put: (entry) => putEntry(client, definitionOf(entry, config)),
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
  remove: (scheduleId) => removeEntry(client, config, scheduleId),
})
