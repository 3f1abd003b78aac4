import { createCallbacks, createWorkflows } from '#adapters/step-functions/workflows.ts'
import type { Callbacks, Workflows } from '#application/world.ts'
import { stepFunctions } from './step-functions-client.ts'

/** Executions of the state machine of runs. */
export const openWorkflows = (env: { STATE_MACHINE_ARN: string }): Workflows =>
  createWorkflows(stepFunctions, env.STATE_MACHINE_ARN)
/** Answers to executions that wait. */
export const openCallbacks = (): Callbacks => createCallbacks(stepFunctions)
