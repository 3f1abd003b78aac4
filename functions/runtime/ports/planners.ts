import { createRoutineEntries } from '#adapters/scheduler/routines.ts'
import { createPlanners } from '#adapters/step-functions/planners.ts'
import type { Planners, RoutineEntries } from '#application/world.ts'
import { type EntriesEnvironment, entriesOf, scheduler } from './scheduler-client.ts'
import { stepFunctions } from './step-functions-client.ts'

type Environment = { readonly PLANNING_MACHINE_ARN: string }

/** Executions of the state machine of planning runs, and the entries that start them. */
export const openPlanners = (env: Environment): Planners => createPlanners(stepFunctions, env.PLANNING_MACHINE_ARN)
export const openRoutines = (env: Environment & EntriesEnvironment): RoutineEntries =>
  createRoutineEntries(scheduler, entriesOf(env, env.PLANNING_MACHINE_ARN))
