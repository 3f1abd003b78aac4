import type { Reason } from '../errors.ts'

/**
 * The part of RFC 5545's recurrence rules that names days: by weekday, by day of the month, the last or first weekday of a
 * month, every second week. https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10
 */
export type CalendarRule = {
  readonly freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY'
  readonly interval: number
  /** 1 to 12. */
  readonly months: readonly number[]
  /** 1 to 31, or -1 to -31 counted from the end of the month. */
  readonly monthDays: readonly number[]
  /** Weekdays, 0 = Sunday; `nth` counts within the month, from its end where it is negative, and is 0 for all of them. */
  readonly weekdays: readonly { readonly day: number; readonly nth: number }[]
  /** Which of the days of a period, counted from 1, or from its end by negative numbers. */
  readonly positions: readonly number[]
  /** First day of the week, 0 = Sunday. */
  readonly weekStart: number
  /** Minutes after midnight, in order. */
  readonly times: readonly number[]
}

const dayNames = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const refusedParts: Readonly<Record<string, string>> = {
  COUNT: 'say how many runs with maxRuns of the settings',
  UNTIL: 'say until when with endAt',
  BYSECOND: 'runs start on whole minutes',
  BYWEEKNO: 'weeks are not numbered here; name days of months instead',
  BYYEARDAY: 'days of the year are not numbered here; name months and days instead',
  RSCALE: 'only the Gregorian calendar is known',
}

type Parts = ReadonlyMap<string, string>

class Problem extends Error {}

const numbers = (parts: Parts, name: string, low: number, high: number, signed = false): number[] => {
  const text = parts.get(name)
  if (text === undefined) return []
  return text.split(',').map((each) => {
    const value = /^[+-]?\d{1,3}$/.test(each) ? Number(each) : Number.NaN
    const size = signed ? Math.abs(value) : value
    if (!(size >= low && size <= high) || (!signed && value < 0))
      throw new Problem(
        `${name}=${each} is not between ${low} and ${high}${signed ? ', or counted from the end by a minus' : ''}.`,
      )
    return value
  })
}

const weekday = (text: string): number => {
  const day = dayNames.indexOf(text)
  if (day < 0) throw new Problem(`"${text}" is no weekday; use ${dayNames.join(', ')}.`)
  return day
}

const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b)

const timesOf = (parts: Parts, times: readonly string[] | undefined): number[] => {
  const hours = numbers(parts, 'BYHOUR', 0, 23)
  const minutes = numbers(parts, 'BYMINUTE', 0, 59)
  if (times !== undefined) {
    if (hours.length + minutes.length > 0)
      throw new Problem('Times are said twice: in the rule and in times. Keep one.')
    return ascending(
      times.map((time) => {
        const [, hour, minute] = /^(\d{1,2}):(\d\d)$/.exec(time) ?? []
        if (hour === undefined || Number(hour) > 23 || Number(minute) > 59)
          throw new Problem(`"${time}" is no time of day such as 09:00 or 17:30.`)
        return Number(hour) * 60 + Number(minute)
      }),
    )
  }
  if (hours.length === 0)
    throw new Problem('It does not say at what time of day. Add times, such as ["09:00"], or BYHOUR.')
  return ascending(hours.flatMap((hour) => (minutes.length === 0 ? [0] : minutes).map((minute) => hour * 60 + minute)))
}

const weekdaysOf = (parts: Parts, freq: CalendarRule['freq']): CalendarRule['weekdays'] => {
  const byDay = parts.get('BYDAY')
  if (byDay === undefined) return []
  return byDay.split(',').map((each) => {
    const [, nth = '', name = ''] = /^([+-]?\d+)?([A-Z]{2})$/.exec(each) ?? []
    const day = weekday(name === '' ? each : name)
    if (nth === '') return { day, nth: 0 }
    const within = freq === 'MONTHLY' || (freq === 'YEARLY' && parts.has('BYMONTH'))
    if (!within)
      throw new Problem(
        `BYDAY=${each} counts weekdays of a month; use it with FREQ=MONTHLY, or FREQ=YEARLY and BYMONTH.`,
      )
    if (!(Math.abs(Number(nth)) >= 1 && Math.abs(Number(nth)) <= 5))
      throw new Problem(`BYDAY=${each}: a month has a first to fifth ${name}; the last is -1${name}.`)
    return { day, nth: Number(nth) }
  })
}

const known = ['FREQ', 'INTERVAL', 'BYMONTH', 'BYMONTHDAY', 'BYDAY', 'BYSETPOS', 'BYHOUR', 'BYMINUTE', 'WKST']

const partsOf = (text: string): Parts => {
  const parts = new Map<string, string>()
  for (const part of text.split(';')) {
    const [name = '', value, more] = part.split('=')
    if (value === undefined || value === '' || more !== undefined)
      throw new Problem(`"${part}" is not of the form NAME=VALUE, as in FREQ=WEEKLY;BYDAY=MO,WE.`)
    if (parts.has(name)) throw new Problem(`${name} stands there twice.`)
    if (!known.includes(name))
      throw new Problem(`${name} is not known here: ${refusedParts[name] ?? `${known.join(', ')} are`}.`)
    parts.set(name, value)
  }
  return parts
}

const parse = (rrule: string, times: readonly string[] | undefined): CalendarRule => {
  const parts = partsOf(
    rrule
      .trim()
      .toUpperCase()
      .replace(/^RRULE:/, '')
      .replace(/;$/, ''),
  )
  const freq = parts.get('FREQ') ?? ''
  if (freq !== 'DAILY' && freq !== 'WEEKLY' && freq !== 'MONTHLY' && freq !== 'YEARLY')
    throw new Problem(
      /^(HOURLY|MINUTELY|SECONDLY)$/.test(freq)
        ? `FREQ=${freq} is not known here; write {"kind": "every", "interval": "PT1H"} instead.`
        : 'FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY.',
    )
  const [interval = 1] = numbers(parts, 'INTERVAL', 1, 400)
  const rule: CalendarRule = {
    freq,
    interval,
    months: ascending(numbers(parts, 'BYMONTH', 1, 12)),
    monthDays: ascending(numbers(parts, 'BYMONTHDAY', 1, 31, true)),
    weekdays: weekdaysOf(parts, freq),
    positions: ascending(numbers(parts, 'BYSETPOS', 1, 366, true)),
    weekStart: weekday(parts.get('WKST') ?? 'MO'),
    times: timesOf(parts, times),
  }
  if (freq === 'WEEKLY' && rule.monthDays.length > 0)
    throw new Problem('A weekly rule takes no BYMONTHDAY; use FREQ=MONTHLY.')
  if (rule.positions.length > 0 && rule.weekdays.length + rule.monthDays.length + rule.months.length === 0)
    throw new Problem('BYSETPOS picks among the days that another part names; add BYDAY or BYMONTHDAY.')
  return rule
}

export type ParsedCalendar =
  | { readonly ok: true; readonly calendar: CalendarRule }
  | { readonly ok: false; readonly reasons: readonly Reason[] }

/** Reads a calendar rule, or says what is wrong with it. */
export const parseCalendarRule = (rrule: string, times: readonly string[] | undefined): ParsedCalendar => {
  try {
    return { ok: true, calendar: parse(rrule, times) }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { ok: false, reasons: [{ code: 'bad-rrule', message: error.message, path: '/rule/rrule' }] }
  }
}

const two = (value: number): string => String(value).padStart(2, '0')
export const timeOfDay = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`

/** The one form in which a calendar rule is stored: parts in a fixed order, times beside them. */
export const writeCalendarRule = (rule: CalendarRule): { rrule: string; times: string[] } => {
  const lists: [string, readonly (string | number)[]][] = [
    ['BYMONTH', rule.months],
    ['BYMONTHDAY', rule.monthDays],
    ['BYDAY', rule.weekdays.map(({ day, nth }) => `${nth === 0 ? '' : nth}${dayNames[day]}`)],
    ['BYSETPOS', rule.positions],
  ]
  const parts = [
    `FREQ=${rule.freq}`,
    ...(rule.interval === 1 ? [] : [`INTERVAL=${rule.interval}`]),
    ...lists.flatMap(([name, values]) => (values.length === 0 ? [] : [`${name}=${values.join(',')}`])),
    // The start of the week matters only where weeks are counted.
    ...(rule.weekStart === 1 || rule.freq !== 'WEEKLY' || rule.interval === 1
      ? []
      : [`WKST=${dayNames[rule.weekStart]}`]),
  ]
  return { rrule: parts.join(';'), times: rule.times.map(timeOfDay) }
}
