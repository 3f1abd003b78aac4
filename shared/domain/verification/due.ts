import { weekdayOf } from '../assets/opening-hours.ts'
import { localDay } from '../people/presence.ts'
import { type Day, dayMs, dayOf, hours } from '../time.ts'
import { instantAt } from '../zone.ts'
import type { VerificationRoutine } from './settings.ts'

/** What was due late yesterday is still made for so long; later, today's says more. */
const lateMs = hours(6)

/**
 * The local date whose verification is due by now; undefined where none is. A time that the clocks skip counts an hour later, one
 * that they show twice the first time.
 */
export const dueDate = ({ on, time, weekdays, timeZone }: VerificationRoutine, nowMs: number): Day | undefined => {
  if (!on) return undefined
  const today = localDay(timeZone, nowMs)
  const yesterday = dayOf(Date.parse(`${today}T00:00:00Z`) - dayMs)
  const isDue = (date: Day): boolean => {
    const atMs = instantAt(timeZone, Date.parse(`${date}T${time}:00Z`))
    return weekdays.includes(weekdayOf(date)) && atMs <= nowMs && (date === today || nowMs < atMs + lateMs)
  }
  return [today, yesterday].find(isDue)
}
