import { createCore } from '#adapters/aws-world.ts'
import { planningRoutes } from '#contracts/http/routes/planning.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { openPlanners, openRoutines } from '../runtime/ports/planners.ts'
import { createApi } from './api.ts'
import { planningHandlers } from './handlers/planning.ts'

const env = readEnvironment('planning')

/** Planning runs and routines: starts executions that plan, and keeps their times at EventBridge Scheduler. */
export const handler = createApi('planning', planningRoutes, planningHandlers, {
  ...createCore(env.TABLE_NAME),
  planners: openPlanners(env),
  routines: openRoutines(env),
})
