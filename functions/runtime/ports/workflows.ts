import { SFNClient } from '@aws-sdk/client-sfn'
import { clientDefaults, lazily } from '#adapters/aws-world.ts'
import { createCallbacks, createWorkflows } from '#adapters/step-functions/workflows.ts'
import type { Callbacks, Workflows } from '#application/world.ts'

const stepFunctions = lazily(() => new SFNClient(clientDefaults))

/** Executions of the state machine of runs. */
export const openWorkflows = (env: { STATE_MACHINE_ARN: string }): Workflows =>
  createWorkflows(stepFunctions, env.STATE_MACHINE_ARN)
/** Answers to executions that wait. */
export const openCallbacks = (): Callbacks => createCallbacks(stepFunctions)
