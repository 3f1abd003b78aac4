import type { Reason } from '../errors.ts'
import { instantOf, instantSchema } from '../time.ts'
import { instantsOf } from '../zone.ts'
import { indexOfName, monthNames } from './names.ts'

const reason = (code: string, message: string, path: string, facts?: Record<string, unknown>): Reason => ({
  code,
  message,
  path,
  ...(facts && { facts }),
})

/** `Friday 20 November 2026, 09:00`, as the product writes it, in the form of ISO-8601; undefined where it is none. */
const fromEnglish = (text: string): string | undefined => {
  const [, day = '', month = '', year, time] =
    /^(?:[A-Za-z]+ )?(\d{1,2}) ([A-Za-z]+) (\d{4}), (\d\d:\d\d(?::\d\d)?)$/.exec(text) ?? []
  const index = indexOfName(monthNames, month)
  if (year === undefined || index < 0) return undefined
  return `${year}-${String(index + 1).padStart(2, '0')}-${day.padStart(2, '0')}T${time}`
}

/** The wall time as if it were UTC, in ms since the epoch; NaN where the calendar has no such date or time. */
const wallOf = (given: string): number => {
  const text = fromEnglish(given) ?? given
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) return Number.NaN
  const wall = Date.parse(`${text}${text.length === 16 ? ':00' : ''}Z`)
  // The engine reads 30 February as 2 March.
  return Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(text) ? Number.NaN : wall
}

/** The moment that an `at` names, or what is wrong with it. A wall time is read in the zone. */
export const momentOf = (at: string, zone: string): string | Reason => {
  const path = '/rule/at'
  const exact = instantSchema.safeParse(at)
  if (exact.success) return `${exact.data.slice(0, 19)}.000Z`
  const wall = wallOf(at)
  if (Number.isNaN(wall))
    return reason(
      'bad-time',
      `"${at}" is neither a moment such as 2026-11-20T09:00:00+01:00 nor a wall time such as 2026-11-20T09:00.`,
      path,
    )
  const [first, second] = instantsOf(zone, wall)
  if (first === undefined)
    return reason(
      'time-in-gap',
      `${at} does not exist in ${zone}: the clocks are put forward over it. Choose a time before or after the change.`,
      path,
    )
  if (second !== undefined)
    return reason(
      'time-twice',
      `${at} exists twice in ${zone}: the clocks are put back over it. Say which one, with its offset.`,
      path,
      {
        choices: [instantOf(first), instantOf(second)],
      },
    )
  return instantOf(first)
}
