import { createCore } from '#adapters/aws-world.ts'
import { approvalRoutes } from '#contracts/http/routes/approvals.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { openTimetable } from '../runtime/ports/timetable.ts'
import { createApi } from './api.ts'
import { approvalHandlers } from './handlers/approvals.ts'

const env = readEnvironment('approvals')

/** Commits what is approved of assignments: reservations, and schedules that start their runs. */
export const handler = createApi('approvals', approvalRoutes, approvalHandlers, {
  ...createCore(env.TABLE_NAME),
  timetable: openTimetable(env),
})
