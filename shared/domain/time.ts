import * as z from 'zod'

/** A moment in UTC as ISO-8601 with milliseconds and `Z`, so that text order is time order. */
export type Instant = string & { readonly __brand?: 'Instant' }

export const instantOf = (ms: number): Instant => new Date(ms).toISOString()
export const msOf = (instant: Instant): number => Date.parse(instant)

/** Accepts ISO-8601 with `Z` or an offset; gives UTC. A local time without an offset is refused, because it names no moment. */
export const instantSchema = z.iso
  .datetime({ offset: true, error: 'expected a date and time with Z or an offset, such as 2026-11-20T09:00:00+01:00' })
  .refine((text) => Date.parse('1900-01-01') <= Date.parse(text) && Date.parse(text) < Date.parse('9999-01-01'), {
    error: 'expected a moment of the years 1900 to 9998',
  })
  .transform((text): Instant => new Date(text).toISOString())
  .meta({
    description: 'A moment: ISO-8601 with Z or an offset; answered in UTC',
    examples: ['2026-11-20T08:00:00.000Z'],
  })

/** A day of somebody's calendar. Clocks are asked for days within these years alone: beyond them nobody knows when a day begins. */
export const daySchema = z.iso
  .date({ error: 'expected a day such as 2026-12-24' })
  .refine((day) => '1900-01-01' <= day && day <= '9998-12-31', {
    error: 'expected a day from 1900-01-01 to 9998-12-31',
  })

export const seconds = (n: number): number => n * 1000
export const minutes = (n: number): number => n * 60_000
export const hours = (n: number): number => n * 3_600_000
export const dayMs = 86_400_000

/** A UTC calendar day, `2026-11-20`: the unit of the reservation ledger. */
export type Day = string

export const dayOf = (ms: number): Day => new Date(ms).toISOString().slice(0, 10)

/** Every UTC day that [start, end) touches, in order. An empty interval touches none. */
export const daysTouched = (startMs: number, endMs: number): Day[] => {
  const days: Day[] = []
  for (let at = Math.floor(startMs / dayMs) * dayMs; at < endMs; at += dayMs) days.push(dayOf(at))
  return days
}
