import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { clientDefaults, lazily } from '#adapters/aws-world.ts'
import type { TimetableConfig } from '#adapters/scheduler/entries.ts'

export const scheduler = lazily(() => new SchedulerClient(clientDefaults))

/** What entries need of the environment, to start executions of a state machine. */
export type EntriesEnvironment = {
  readonly SCHEDULE_GROUP_NAME: string
  readonly SCHEDULER_ROLE_ARN: string
  readonly SCHEDULER_DLQ_ARN: string
}
export const entriesOf = (env: EntriesEnvironment, stateMachineArn: string): TimetableConfig => ({
  groupName: env.SCHEDULE_GROUP_NAME,
  roleArn: env.SCHEDULER_ROLE_ARN,
  dlqArn: env.SCHEDULER_DLQ_ARN,
  stateMachineArn,
})
