import { createCore } from '#adapters/aws-world.ts'
import { jsonSchemaParameters } from '#adapters/system/parameters.ts'
import { insightRoutes } from '#contracts/http/routes/insight.ts'
import { scheduleOperationRoutes } from '#contracts/http/routes/schedule-operations.ts'
import { scheduleRoutes } from '#contracts/http/routes/schedules.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { openTimetable } from '../runtime/ports/timetable.ts'
import { openWorkflows } from '../runtime/ports/workflows.ts'
import { createApi } from './api.ts'
import { scheduleChangeHandlers } from './handlers/schedule-changes.ts'

const env = readEnvironment('schedules')

const routes = { ...scheduleRoutes, ...scheduleOperationRoutes, ...insightRoutes }

/** Changes of schedules. */
export const handler = createApi('schedules', routes, scheduleChangeHandlers, {
  ...createCore(env.TABLE_NAME),
  timetable: openTimetable(env),
  workflows: openWorkflows(env),
  parameters: jsonSchemaParameters,
})
