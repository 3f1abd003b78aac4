import { createCore } from '#adapters/aws-world.ts'
import { assetRoutes } from '#contracts/http/routes/assets.ts'
import { availabilityRoutes } from '#contracts/http/routes/availability.ts'
import { calendarRoutes } from '#contracts/http/routes/calendars.ts'
import { conflictRoutes } from '#contracts/http/routes/conflicts.ts'
import { feedRoutes } from '#contracts/http/routes/feeds.ts'
import { outageRoutes } from '#contracts/http/routes/outages.ts'
import { recoveryRoutes } from '#contracts/http/routes/recoveries.ts'
import { reservationRoutes } from '#contracts/http/routes/reservations.ts'
import { ruleRoutes } from '#contracts/http/routes/rules.ts'
import { seriesRoutes } from '#contracts/http/routes/series.ts'
import { waitlistRoutes } from '#contracts/http/routes/waitlist.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { createApi } from './api.ts'
import { availabilityHandlers } from './handlers/availability.ts'

const routes = {
  ...assetRoutes,
  ...availabilityRoutes,
  ...calendarRoutes,
  ...conflictRoutes,
  ...feedRoutes,
  ...outageRoutes,
  ...recoveryRoutes,
  ...reservationRoutes,
  ...ruleRoutes,
  ...seriesRoutes,
  ...waitlistRoutes,
}
const core = createCore(readEnvironment('availability').TABLE_NAME)

/** Tells of assets, of what is booked and of what is free; its role may not write. */
export const handler = createApi('availability', routes, availabilityHandlers, core)
