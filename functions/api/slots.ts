import { createCore } from '#adapters/aws-world.ts'
import { slotRoutes } from '#contracts/http/routes/slots.ts'
import { snapshotRoutes } from '#contracts/http/routes/snapshots.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { openTimetable } from '../runtime/ports/timetable.ts'
import { createApi } from './api.ts'
import { slotHandlers } from './handlers/slots.ts'
import { snapshotHandlers } from './handlers/snapshots.ts'

const env = readEnvironment('slots')

const routes = { ...slotRoutes, ...snapshotRoutes }
const handlers = { ...slotHandlers, ...snapshotHandlers }

/** Commits plans and keeps slots: reservations, and schedules that start their runs. */
export const handler = createApi('slots', routes, handlers, {
  ...createCore(env.TABLE_NAME),
  timetable: openTimetable(env),
})
