import type { SchedulerClient } from '@aws-sdk/client-scheduler'
import type { RoutineEntries } from '#application/world.ts'
import type { PlanningInput } from '#contracts/workflow/messages.ts'
import { putEntry, removeEntry, scheduledTime, startExecution, type TimetableConfig } from './entries.ts'

/** A plan of last night is worth little in the morning. */
const maximumAgeSeconds = 3_600

/** Entries of planning routines at EventBridge Scheduler: each starts an execution of the state machine of planning runs. */
export const createRoutineEntries = (client: () => SchedulerClient, config: TimetableConfig): RoutineEntries => ({
  put: ({ workspaceId, routineId, expression, timeZone, generation }) => {
    const input: PlanningInput = { kind: 'fired', workspaceId, routineId, scheduledTime, generation }
    return putEntry(client, {
      ...startExecution(config, routineId, input, maximumAgeSeconds),
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: timeZone,
    })
  },
  remove: (id) => removeEntry(client, config, id),
})
