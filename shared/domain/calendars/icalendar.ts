import { daysFrom } from '../schedules/calendar-days.ts'
import { parseCalendarRule } from '../schedules/calendar-rule.ts'
import type { Closure, Exclusion } from '../schedules/exclusion.ts'
import { calendarEndMs } from '../schedules/rule.ts'
import { dayMs, instantOf } from '../time.ts'
import { instantsOf, isZone } from '../zone.ts'

/** What an iCalendar text (RFC 5545) says about days and hours, and what of it could not be taken over, and why. */
export type ReadCalendar = {
  readonly days: readonly Exclusion[]
  readonly closures: readonly Closure[]
  readonly left: readonly { readonly event: string; readonly why: string }[]
}

/** How far repeated events are written out, and how many times each at most. */
export const expansion = { years: 5, times: 600 } as const

const mostRead = 5_000

type Property = { readonly value: string; readonly parameters: ReadonlyMap<string, string> }
type Event = ReadonlyMap<string, Property>

class Left extends Error {}

/** Lines of a text; one that begins with a space goes on where the last one ended. */
const linesOf = (text: string): string[] => text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)

const eventsOf = (text: string): Event[] => {
  const events: Event[] = []
  let open: Map<string, Property> | undefined
  let depth = 0
  for (const line of linesOf(text)) {
    if (line === 'BEGIN:VEVENT') {
      open = new Map()
      depth = 0
    } else if (line === 'END:VEVENT') {
      if (open) events.push(open)
      open = undefined
    } else if (open) {
      // An alarm within an event has properties of its own.
      if (line.startsWith('BEGIN:')) depth += 1
      const [, head = '', value = ''] = /^([^:"]*(?:"[^"]*"[^:"]*)*):(.*)$/.exec(line) ?? []
      const [name = '', ...parameters] = head.split(';')
      if (depth === 0 && name !== '' && !open.has(name.toUpperCase()))
        open.set(name.toUpperCase(), {
          value,
          parameters: new Map(
            parameters.map((parameter) => {
              const [key = '', ...rest] = parameter.split('=')
              return [key.toUpperCase(), rest.join('=').replaceAll('"', '')] as const
            }),
          ),
        })
      if (line.startsWith('END:')) depth -= 1
    }
  }
  return events
}

const textIn = (event: Event, name: string): string | undefined =>
  event
    .get(name)
    ?.value.replace(/\\n/gi, ' ')
    .replace(/\\([,;\\])/g, '$1')
    .trim()

/** A date, or a wall time in a zone; as if in UTC, in milliseconds. */
type Stamp = { readonly wall: number; readonly zone: string; readonly isDay: boolean }

const stampOf = (property: Property | undefined): Stamp | undefined => {
  if (!property) return undefined
  const [, year, month, day, hour, minute, second, utc] =
    /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?$/.exec(property.value) ?? []
  if (year === undefined) throw new Left(`"${property.value.slice(0, 40)}" is no date or time`)
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day))
  const isThere =
    new Date(date).getUTCMonth() === Number(month) - 1 && date >= 0 && date <= calendarEndMs && Number(hour ?? 0) < 24
  if (!isThere || Number(minute ?? 0) > 59 || Number(second ?? 0) > 60)
    throw new Left(`"${property.value.slice(0, 40)}" is no date or time of the years 1970 to 2199`)
  if (hour === undefined) return { wall: date, zone: 'UTC', isDay: true }
  const zone = utc === 'Z' ? 'UTC' : (property.parameters.get('TZID') ?? '')
  if (zone === '') throw new Left('its time names no zone')
  if (!isZone(zone)) throw new Left(`"${zone.slice(0, 40)}" is no IANA time zone`)
  return {
    wall: date + Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1_000,
    zone,
    isDay: false,
  }
}

/** How long an event lasts, in milliseconds of wall time. */
const lengthOf = (event: Event, start: Stamp): number => {
  const end = stampOf(event.get('DTEND'))
  if (end) {
    if (end.wall <= start.wall) throw new Left('it ends before it starts')
    if (end.wall - start.wall > 366 * dayMs) throw new Left('it lasts longer than a year')
    return end.wall - start.wall
  }
  const duration = event.get('DURATION')?.value
  const [, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] =
    /^\+?P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration ?? '') ?? []
  const ms =
    (Number(weeks) * 7 + Number(days)) * dayMs +
    Number(hours) * 3_600_000 +
    Number(minutes) * 60_000 +
    Number(seconds) * 1_000
  if (ms > 366 * dayMs) throw new Left('it lasts longer than a year')
  if (ms > 0) return ms
  if (start.isDay) return dayMs
  throw new Left('it has no length')
}

/** The walls at which a repeated event begins, written out; those in the past are left away. */
const beginningsOf = (event: Event, start: Stamp, length: number, nowMs: number): number[] => {
  const horizon = nowMs + expansion.years * 366 * dayMs
  const rrule = event.get('RRULE')?.value
  if (rrule === undefined) return start.wall + length < nowMs - dayMs ? [] : [start.wall]
  const parts = rrule.split(';')
  const partOf = (name: string) => parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1)
  const rest = parts.filter((part) => !/^(COUNT|UNTIL)=/.test(part)).join(';')
  const parsed = parseCalendarRule(rest, ['00:00'])
  if (!parsed.ok) throw new Left(`its repetition is not understood: ${parsed.reasons[0]?.message ?? rrule}`)
  const until = stampOf(
    partOf('UNTIL') === undefined
      ? undefined
      : { value: partOf('UNTIL') ?? '', parameters: new Map([['TZID', start.zone]]) },
  )
  const count = Number(partOf('COUNT') ?? Number.POSITIVE_INFINITY)
  const firstDay = Math.floor(start.wall / dayMs) * dayMs
  const excluded = new Set(
    (event.get('EXDATE')?.value ?? '').split(',').flatMap((value) => (value === '' ? [] : [value.slice(0, 8)])),
  )
  const found: number[] = []
  let seen = 0
  for (const day of daysFrom(parsed.calendar, firstDay, firstDay, horizon)) {
    const wall = day + (start.wall - firstDay)
    seen += 1
    if (seen > count || (until && wall > until.wall + (until.isDay ? dayMs - 1 : 0)) || wall > horizon) break
    if (excluded.has(new Date(day).toISOString().slice(0, 10).replaceAll('-', ''))) continue
    if (wall + length >= nowMs - dayMs) found.push(wall)
    if (found.length >= expansion.times) break
  }
  return found
}

const dateOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10)

const read = (event: Event, nowMs: number): { days: Exclusion[]; closures: Closure[] } => {
  const start = stampOf(event.get('DTSTART'))
  if (!start) throw new Left('it has no start')
  const length = lengthOf(event, start)
  const summary = textIn(event, 'SUMMARY')?.slice(0, 200)
  const note = summary ? { note: summary } : {}
  const beginnings = beginningsOf(event, start, length, nowMs)
  if (start.isDay)
    return {
      closures: [],
      days: beginnings.map((wall) => {
        const last = dateOf(wall + length - dayMs)
        return { from: dateOf(wall), ...(last !== dateOf(wall) && { to: last }), ...note }
      }),
    }
  const momentOf = (wall: number): number => instantsOf(start.zone, wall)[0] ?? wall
  return {
    days: [],
    closures: beginnings.map((wall) => ({
      start: instantOf(momentOf(wall)),
      end: instantOf(momentOf(wall + length)),
      ...note,
    })),
  }
}

/** Reads the events of an iCalendar text: whole days as days, others as closures; repeated ones written out for five years. */
export const readICalendar = (text: string, nowMs: number): ReadCalendar => {
  const days: Exclusion[] = []
  const closures: Closure[] = []
  const left: { event: string; why: string }[] = []
  for (const event of eventsOf(text)) {
    const name = (textIn(event, 'SUMMARY') ?? textIn(event, 'UID') ?? 'an event without a name').slice(0, 100)
    try {
      if (event.get('STATUS')?.value === 'CANCELLED') throw new Left('it is cancelled')
      const found = read(event, nowMs)
      if (found.days.length + found.closures.length === 0) throw new Left('it is over')
      days.push(...found.days)
      closures.push(...found.closures)
      // More than any calendar takes: whoever reads this refuses it, and need not know how much more there is.
      if (days.length + closures.length > mostRead) break
    } catch (error) {
      if (!(error instanceof Left)) throw error
      left.push({ event: name, why: error.message })
    }
  }
  return { days, closures, left }
}
