import { createCore } from '#adapters/aws-world.ts'
import { planRoutes } from '#contracts/http/routes/plans.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { openTimetable } from '../runtime/ports/timetable.ts'
import { createApi } from './api.ts'
import { slotHandlers } from './handlers/slots.ts'

const env = readEnvironment('slots')

/** Commits plans and keeps slots: reservations, and schedules that start their runs. */
export const handler = createApi('slots', planRoutes, slotHandlers, {
  ...createCore(env.TABLE_NAME),
  timetable: openTimetable(env),
})
