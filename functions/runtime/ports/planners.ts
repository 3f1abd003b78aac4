import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SFNClient } from '@aws-sdk/client-sfn'
import { clientDefaults, lazily } from '#adapters/aws-world.ts'
import { createRoutineEntries } from '#adapters/scheduler/routines.ts'
import { createPlanners } from '#adapters/step-functions/planners.ts'
import type { Planners, RoutineEntries } from '#application/world.ts'

const stepFunctions = lazily(() => new SFNClient(clientDefaults))
const scheduler = lazily(() => new SchedulerClient(clientDefaults))

/** Executions of the state machine of planning runs, and the entries that start them. */
export const openPlanners = (env: { PLANNING_MACHINE_ARN: string }): Planners =>
  createPlanners(stepFunctions, env.PLANNING_MACHINE_ARN)
export const openRoutines = (env: {
  PLANNING_MACHINE_ARN: string
  SCHEDULE_GROUP_NAME: string
  SCHEDULER_ROLE_ARN: string
  SCHEDULER_DLQ_ARN: string
}): RoutineEntries =>
  createRoutineEntries(scheduler, {
    groupName: env.SCHEDULE_GROUP_NAME,
    roleArn: env.SCHEDULER_ROLE_ARN,
    dlqArn: env.SCHEDULER_DLQ_ARN,
    stateMachineArn: env.PLANNING_MACHINE_ARN,
  })
