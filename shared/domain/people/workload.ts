import * as z from 'zod'
import { type OpeningHours, openSpans, type Span } from '../assets/opening-hours.ts'
import type { AssetId, ReservationId } from '../ids.ts'
import { type Day, dayMs, dayOf, hours } from '../time.ts'
import { emptyPerson, type Person } from './person.ts'
import { dayBegins, presentIn, zoneOf } from './presence.ts'

/** How much somebody has in a week. */
export const workloadLevels = {
  normal: 'below the threshold of `high`',
  high: 'a lot; others should be asked first',
  overloaded: 'too much: something should be given to others',
} as const
export type WorkloadLevel = keyof typeof workloadLevels

export const thresholdFields = { high: z.int().min(1).max(500), overloaded: z.int().min(2).max(500) }
export const thresholdsSchema = z.strictObject(thresholdFields).meta({
  id: 'WorkloadThresholds',
  description: 'From how many reservations a week (from Monday) on somebody has a lot, or too much',
})
export type Thresholds = z.output<typeof thresholdsSchema>
export const usualThresholds: Thresholds = { high: 13, overloaded: 19 }

export const levelOf = (count: number, { high, overloaded }: Thresholds): WorkloadLevel =>
  count >= overloaded ? 'overloaded' : count >= high ? 'high' : 'normal'

/** One reservation of one asset. */
export type Work = Span & { readonly assetId: AssetId; readonly reservationId: ReservationId }

export type WeekOfWork = {
  /** The Monday. */
  readonly from: Day
  readonly reservations: number
  readonly hours: number
  readonly level: WorkloadLevel
  /** Working hours, less time off; not told of somebody without working hours. */
  readonly workingHours?: number
  /** Hours of work for each working hour; not told where there is none. */
  readonly share?: number
}

/** The Monday on or before a day. */
export const mondayOf = (day: Day): Day => {
  const ms = Date.parse(`${day}T00:00:00Z`)
  return dayOf(ms - ((new Date(ms).getUTCDay() + 6) % 7) * dayMs)
}
export const weekAfter = (monday: Day): Day => dayOf(Date.parse(`${monday}T00:00:00Z`) + 7 * dayMs)

const rounded = (value: number): number => Math.round(value * 100) / 100
const hoursOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs) / hours(1), 0)

/** What one person has in some weeks: what starts in a week counts in it, whole. */
export const workloadOf = (
  of: {
    readonly person?: Person | undefined
    readonly openingHours: OpeningHours | undefined
    readonly work: readonly Work[]
  },
  mondays: readonly Day[],
  thresholds: Thresholds,
): WeekOfWork[] => {
  const zone = zoneOf(of.openingHours)
  return mondays.map((from): WeekOfWork => {
    const week = { startMs: dayBegins(zone, from), endMs: dayBegins(zone, weekAfter(from)) }
    const work = of.work.filter(({ startMs }) => week.startMs <= startMs && startMs < week.endMs)
    const taken = hoursOf(work)
    const told = {
      from,
      reservations: work.length,
      hours: rounded(taken),
      level: levelOf(work.length, thresholds),
    }
    if (!of.openingHours) return told
    const working = hoursOf(presentIn(of.person ?? emptyPerson, zone, openSpans(of.openingHours, week)))
    return { ...told, workingHours: rounded(working), ...(working > 0 && { share: rounded(taken / working) }) }
  })
}
