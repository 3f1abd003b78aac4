import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { clientDefaults, lazily } from '#adapters/aws-world.ts'
import { createTimetable } from '#adapters/scheduler/timetable.ts'
import type { Timetable } from '#application/world.ts'

const scheduler = lazily(() => new SchedulerClient(clientDefaults))

/** Entries at EventBridge Scheduler that start runs. */
export const openTimetable = (env: {
  SCHEDULE_GROUP_NAME: string
  SCHEDULER_ROLE_ARN: string
  SCHEDULER_DLQ_ARN: string
  STATE_MACHINE_ARN: string
}): Timetable =>
  createTimetable(scheduler, {
    groupName: env.SCHEDULE_GROUP_NAME,
    roleArn: env.SCHEDULER_ROLE_ARN,
    dlqArn: env.SCHEDULER_DLQ_ARN,
    stateMachineArn: env.STATE_MACHINE_ARN,
  })
