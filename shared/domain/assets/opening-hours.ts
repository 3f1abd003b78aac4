import * as z from 'zod'
import { daySchema as date, dayMs } from '../time.ts'
import { instantsOf, isZone, type Wall, wallAt } from '../zone.ts'

/**
 * When an asset may be booked. Hours are told by the clocks of one zone: each day opens at the first moment at which they show
 * `from` or later, and closes at the last at which they show less than `to`; where an hour is skipped or repeated, that is one
 * unbroken span. `24:00` is the end of a day, so that a span across midnight is two entries that touch.
 */
const clock = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'expected a time of day such as 08:30, up to 24:00')
const entry = z
  .strictObject({ from: clock, to: clock })
  .refine(({ from, to }) => from < to, { error: '`from` must be before `to`; split what goes beyond midnight' })
const hours = z
  .array(entry)
  .max(10)
  .refine((list) => list.every(({ from }, index) => index === 0 || (list[index - 1]?.to ?? '') <= from), {
    error: 'the spans of a day must follow one another',
  })

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const
export type Weekday = (typeof weekdays)[number]
export const weekdaySchema = z.enum(weekdays)
export const weekdayOf = (day: string): Weekday =>
  weekdays[(new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7] ?? 'monday'

export const openingHoursSchema = z
  .strictObject({
    timeZone: z.string().max(50).refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' }),
    week: z.partialRecord(weekdaySchema, hours).meta({ description: 'By weekday; a day that is left out is closed' }),
    /** Runs may start and go on outside of these hours; people may not. */
    unattended: z.boolean().optional(),
    exceptions: z
      .array(
        z
          .strictObject({
            date,
            /** Last day of several. */
            to: date.optional(),
            hours: hours.default([]).meta({ description: 'Instead of those of the weekday; none: closed' }),
            note: z.string().max(200).optional(),
          })
          .refine(({ date: from, to }) => to === undefined || from <= to, { error: '`to` must not be before `date`' }),
      )
      .max(400)
      .default([])
      .meta({ description: 'Holidays, shutdowns, long Thursdays. Of two for one day the later in the list holds' }),
  })
  .meta({ id: 'OpeningHours', description: 'When it may be booked, by the clocks of one zone' })
export type OpeningHours = z.output<typeof openingHoursSchema>
export type Span = { readonly startMs: number; readonly endMs: number }

/** The moment at which clocks are put forward over a wall time that does not exist. */
const jump = (zone: string, wall: Wall): number => {
  // The local time moves on by more than the time that passes, somewhere in here.
  let [low, high] = [wall - dayMs * 1.5, wall + dayMs * 1.5]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (wallAt(zone, middle) < wall) low = middle
    else high = middle
  }
  return high
}

/** The first moment at which clocks show a wall time or later. */
export const opensAt = (zone: string, wall: Wall): number => instantsOf(zone, wall)[0] ?? jump(zone, wall)
/** The end of the last moment at which they show less. */
export const closesAt = (zone: string, wall: Wall): number => {
  const instants = instantsOf(zone, wall)
  // Where the clocks are put back to this very time, they have shown it for an hour already.
  return instants.findLast((at) => wallAt(zone, at - 1) < wall) ?? instants[0] ?? jump(zone, wall)
}

const wallOf = (midnight: Wall, time: string): Wall =>
  midnight + Number(time.slice(0, 2)) * 3_600_000 + Number(time.slice(3)) * 60_000

/** The entries of a local day, and what made them differ from its weekday. */
export const hoursOn = ({ week, exceptions }: OpeningHours, day: string) => {
  const exception = exceptions.findLast(({ date: from, to = from }) => from <= day && day <= to)
  const weekday = weekdayOf(day)
  return { weekday, exception, hours: exception ? exception.hours : (week[weekday] ?? []) }
}

/** The spans in which it is open within [from, to), in order and never touching one another. Always open without hours. */
export const openSpans = (opening: OpeningHours | undefined, { startMs, endMs }: Span): Span[] => {
  if (endMs <= startMs) return []
  if (!opening) return [{ startMs, endMs }]
  const { timeZone } = opening
  const spans: { startMs: number; endMs: number }[] = []
  const first = Math.floor(wallAt(timeZone, startMs) / dayMs) * dayMs - dayMs
  const last = wallAt(timeZone, endMs) + dayMs
  for (let midnight = first; midnight <= last; midnight += dayMs) {
    const day = new Date(midnight).toISOString().slice(0, 10)
    for (const { from, to } of hoursOn(opening, day).hours) {
      const open = Math.max(startMs, opensAt(timeZone, wallOf(midnight, from)))
      const close = Math.min(endMs, closesAt(timeZone, wallOf(midnight, to)))
      if (close <= open) continue
      const before = spans.at(-1)
      if (before && open <= before.endMs) before.endMs = Math.max(before.endMs, close)
      else spans.push({ startMs: open, endMs: close })
    }
  }
  return spans
}

export const isOpenThroughout = (opening: OpeningHours | undefined, span: Span): boolean =>
  openSpans(opening, span).some(({ startMs, endMs }) => startMs === span.startMs && endMs === span.endMs)
