import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SFNClient } from '@aws-sdk/client-sfn'
import { clientDefaults, lazily } from '#adapters/aws-world.ts'
import { createAgentLink, createSend, type Send } from '#adapters/iot/downlink.ts'
import { createTimetable } from '#adapters/scheduler/timetable.ts'
import { createCallbacks, createWorkflows } from '#adapters/step-functions/workflows.ts'
import type { AgentLink, Callbacks, Timetable, Workflows } from '#application/world.ts'
import { log } from './log.ts'

/**
 * The ports beyond the table, each made by the functions that use it; what is not used is not bundled. Clients are made at
 * their first use.
 */
const iot = lazily(() => new IoTDataPlaneClient(clientDefaults))
const stepFunctions = lazily(() => new SFNClient(clientDefaults))
const scheduler = lazily(() => new SchedulerClient(clientDefaults))

export const openSend = (): Send => createSend(iot)
export const openAgentLink = (): AgentLink =>
  createAgentLink(openSend(), (message, facts) => log.warn(message, { ...facts }))
export const openCallbacks = (): Callbacks => createCallbacks(stepFunctions)
export const openWorkflows = (env: { STATE_MACHINE_ARN: string }): Workflows =>
  createWorkflows(stepFunctions, env.STATE_MACHINE_ARN)
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
