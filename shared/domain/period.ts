import type { Span } from './assets/opening-hours.ts'
import { dayMs } from './time.ts'
import { startOfDay, wallAt } from './zone.ts'

export type PeriodUnit = 'day' | 'week' | 'month'

/** The day, week (from Monday) or month that holds a moment, by the clocks of a zone. */
export const periodAt = (per: PeriodUnit, timeZone: string, ms: number): Span => {
  const midnight = Math.floor(wallAt(timeZone, ms) / dayMs) * dayMs
  const date = new Date(midnight)
  const monday = midnight - ((date.getUTCDay() + 6) % 7) * dayMs
  const [from, to] = {
    day: [midnight, midnight + dayMs],
    week: [monday, monday + 7 * dayMs],
    month: [
      Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1),
      Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1),
    ],
  }[per] as [number, number]
  return { startMs: startOfDay(timeZone, from), endMs: startOfDay(timeZone, to) }
}
