import { createCore } from '#adapters/aws-world.ts'
import { systemSecrets } from '#adapters/system/secrets.ts'
import { assetRoutes } from '#contracts/http/routes/assets.ts'
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
import { bookingHandlers } from './handlers/booking-changes.ts'

const routes = {
  ...assetRoutes,
  ...recoveryRoutes,
  ...reservationRoutes,
  ...ruleRoutes,
  ...calendarRoutes,
  ...conflictRoutes,
  ...waitlistRoutes,
  ...seriesRoutes,
  ...outageRoutes,
  ...feedRoutes,
}

/** Changes of assets, of calendars, and of what is reserved; it needs the table and nothing else. */
export const handler = createApi('bookings', routes, bookingHandlers, {
  ...createCore(readEnvironment('bookings').TABLE_NAME),
  secrets: systemSecrets,
})
