import type { ReservationId } from '../ids.ts'
import { periodAt } from '../period.ts'
import { type AssetLedger, holdersOf, type Interval } from '../reservations/ledger.ts'
import { hours } from '../time.ts'

/** What somebody has in the week and on the day of a time, by their clocks. */
export type Load = { readonly hoursInWeek: number; readonly hoursOnDay: number; readonly onDay: number }

const rounded = (value: number): number => Math.round(value * 100) / 100

/** What starts in a week counts as of that week, as it does for limits. */
export const loadOf = (
  ledger: AssetLedger,
  zone: string,
  { startMs }: Interval,
  nowMs: number,
  own?: ReservationId,
): Load => {
  const holders = holdersOf(ledger, nowMs, own)
  const within = (unit: 'week' | 'day') => {
    const period = periodAt(unit, zone, startMs)
    return holders.filter((one) => period.startMs <= one.startMs && one.startMs < period.endMs)
  }
  const hoursOf = (all: readonly Interval[]): number =>
    rounded(all.reduce((sum, one) => sum + (one.endMs - one.startMs) / hours(1), 0))
  const onDay = within('day')
  return { hoursInWeek: hoursOf(within('week')), hoursOnDay: hoursOf(onDay), onDay: onDay.length }
}
