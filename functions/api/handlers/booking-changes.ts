import { assetHandlers } from './assets.ts'
import { calendarHandlers } from './calendars.ts'
import { conflictHandlers } from './conflicts.ts'
import { feedHandlers, outageHandlers, seriesHandlers, waitlistHandlers } from './plans.ts'
import { reservationHandlers } from './reservations.ts'
import { ruleHandlers } from './rules.ts'

/** What is done by the function that keeps the calendar of the assets. */
export const bookingHandlers = {
  ...assetHandlers,
  ...reservationHandlers,
  ...ruleHandlers,
  ...calendarHandlers,
  ...conflictHandlers,
  ...waitlistHandlers,
  ...seriesHandlers,
  ...outageHandlers,
  ...feedHandlers,
}
