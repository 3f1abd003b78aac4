import { createCore } from '#adapters/aws-world.ts'
import { jsonSchemaParameters } from '#adapters/system/parameters.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { openTimetable, openWorkflows } from '../runtime/ports.ts'
import { createApi } from './api.ts'
import { scheduleChangeHandlers } from './handlers/schedule-changes.ts'

const env = readEnvironment('schedules')

/** Changes of schedules and calendars. */
export const handler = createApi('schedules', scheduleChangeHandlers, {
  ...createCore(env.TABLE_NAME),
  timetable: openTimetable(env),
  workflows: openWorkflows(env),
  parameters: jsonSchemaParameters,
})
