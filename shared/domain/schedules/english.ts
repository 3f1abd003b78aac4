import { msOf } from '../time.ts'
import { wallAt } from '../zone.ts'
import { type CalendarRule, parseCalendarRule, timeOfDay } from './calendar-rule.ts'
import type { Cron, DayRule } from './cron.ts'
import { parseCron } from './cron.ts'
import { intervalInEnglish } from './interval.ts'
import { monthNames as months, ordinalNames as ordinals, weekdayNames as weekdays } from './names.ts'
import { periodMs, type Rule, type SingleRule } from './rule.ts'

const and = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

const two = (value: number): string => String(value).padStart(2, '0')

/** The distance between values that run evenly from `first` through the whole field, or undefined. */
const stepOf = (values: readonly number[], size: number): number | undefined => {
  const [first = 0, second = first + size] = values
  const step = second - first
  const even = values.every((value, index) => value === first + index * step)
  return even && first < step && (values.at(-1) ?? 0) + step >= size ? step : undefined
}

/** `from 08:00 to 17:59` for hours in a row, else the hours themselves. */
const duringHours = (hours: readonly number[]): string => {
  if (hours.length === 24) return ''
  const first = hours[0] ?? 0
  const last = hours.at(-1) ?? 0
  if (last - first === hours.length - 1) return ` from ${two(first)}:00 to ${two(last)}:59`
  return ` in the hours ${and(hours.map(two))}`
}

const timesOf = ({ minutes, hours }: Cron): string => {
  if (minutes.length * hours.length <= 6)
    return `at ${and(hours.flatMap((hour) => minutes.map((minute) => `${two(hour)}:${two(minute)}`)))}`
  const step = stepOf(minutes, 60)
  const during = duringHours(hours)
  if (minutes.length === 60) return `every minute${during}`
  if (step !== undefined && minutes[0] === 0 && minutes.length > 1) return `every ${step} minutes${during}`
  const past = and(minutes.map((minute) => String(minute)))
  const everyHours = stepOf(hours, 24)
  if (minutes.length === 1 && everyHours !== undefined && everyHours > 1)
    return `at ${past} minutes past every ${everyHours} hours, from ${two(hours[0] ?? 0)}:${two(minutes[0] ?? 0)}`
  if (minutes.length === 1 && minutes[0] === 0) return `every hour${during}`
  return `at ${past} minutes past every hour${during}`
}

const everyDay = ' every day'

const daysOf = (day: DayRule): string => {
  switch (day.by) {
    case 'every':
      return everyDay
    case 'month-day':
      return ` on day ${and(day.days.map(String))} of the month`
    case 'last-day':
      return ' on the last day of the month'
    case 'nearest-weekday':
      return ` on the weekday nearest to day ${day.day} of the month`
    case 'weekday':
      if (day.days.join() === '1,2,3,4,5') return ' on weekdays'
      if (day.days.length === 7) return everyDay
      return ` on ${and(day.days.map((each) => `${weekdays[each]}s`))}`
    case 'nth-weekday':
      return ` on the ${ordinals[day.nth - 1]} ${weekdays[day.day]} of the month`
    case 'last-weekday':
      return ` on the last ${weekdays[day.day]} of the month`
  }
}

const monthsAndYears = ({ months: chosen, years }: Cron): string => {
  const inMonths = chosen.length === 12 ? '' : `, in ${and(chosen.map((month) => months[month - 1] ?? ''))}`
  return `${inMonths}${years === 'every' ? '' : `, in ${and(years.map(String))}`}`
}

/** A wall time as people write it: `Friday 20 November 2026, 09:00`. */
export const dateInEnglish = (ms: number, zone: string): string => {
  const wall = new Date(wallAt(zone, ms))
  const seconds = wall.getUTCSeconds() === 0 ? '' : `:${two(wall.getUTCSeconds())}`
  const time = `${two(wall.getUTCHours())}:${two(wall.getUTCMinutes())}${seconds}`
  const date = `${weekdays[wall.getUTCDay()]} ${wall.getUTCDate()} ${months[wall.getUTCMonth()]} ${wall.getUTCFullYear()}`
  return `${date}, ${time}`
}

const fromTheEnd = ['last', 'second to last', 'third to last', 'fourth to last', 'fifth to last']
const ordinal = (nth: number): string =>
  (nth > 0 ? ordinals[nth - 1] : fromTheEnd[-nth - 1]) ?? `${nth > 0 ? nth : -nth}th${nth < 0 ? ' to last' : ''}`

const calendarPeriods = { DAILY: 'day', WEEKLY: 'week', MONTHLY: 'month', YEARLY: 'year' } as const

/** Which days a calendar rule names. `anchor` is a date, its midnight as if in UTC: it says what the rule leaves open. */
const calendarDays = (rule: CalendarRule, anchor: number): string => {
  const plain = rule.weekdays.filter(({ nth }) => nth === 0).map(({ day }) => day)
  const counted = rule.weekdays.filter(({ nth }) => nth !== 0)
  const picked = rule.positions.length === 0 ? '' : `the ${and(rule.positions.map(ordinal))} of `
  const weekdayNames =
    [...plain].sort().join() === '1,2,3,4,5'
      ? picked
        ? 'the weekdays'
        : 'weekdays'
      : and(plain.map((day) => `${weekdays[day]}s`))
  const parts = [
    ...(plain.length === 0 ? [] : [weekdayNames]),
    ...counted.map(({ day, nth }) => `the ${ordinal(nth)} ${weekdays[day]}`),
  ]
  const monthDays = rule.monthDays.map((day) => (day > 0 ? `day ${day}` : `the ${ordinal(day)} day`))
  const date = new Date(anchor)
  const left =
    rule.freq === 'WEEKLY'
      ? `${weekdays[date.getUTCDay()]}s`
      : rule.freq === 'DAILY'
        ? ''
        : `day ${date.getUTCDate()}${rule.freq === 'YEARLY' && rule.months.length === 0 ? ` of ${months[date.getUTCMonth()]}` : ''}`
  const named = [and(parts), and(monthDays)].filter((text) => text !== '').join(', if it is ')
  return `${picked}${named === '' ? left : named}`
}

const calendarInEnglish = (rule: CalendarRule, anchor: number): string => {
  const days = calendarDays(rule, anchor)
  const period = calendarPeriods[rule.freq]
  const every = rule.interval === 1 ? `every ${period}` : `every ${rule.interval} ${period}s`
  const inMonths = rule.months.length === 0 ? '' : `, in ${and(rule.months.map((month) => months[month - 1] ?? ''))}`
  const when =
    days === ''
      ? ` ${every}`
      : rule.freq === 'MONTHLY' && rule.interval === 1
        ? ` on ${days} of the month`
        : rule.freq === 'WEEKLY' && rule.interval === 1
          ? ` on ${days}`
          : ` on ${days}, ${every}`
  return `at ${and(rule.times.map(timeOfDay))}${when}${inMonths}`
}

/** A rule without its zone. `startMs` is the anchor of what has no other. */
const phraseOf = (rule: SingleRule, zone: string, startMs: number): string => {
  switch (rule.kind) {
    case 'at':
      return `once, on ${dateInEnglish(msOf(rule.at), zone)}`
    case 'rate': {
      const every = rule.every === 1 ? `every ${rule.unit}` : `every ${rule.every} ${rule.unit}s`
      return `${every}, from ${dateInEnglish(startMs, zone)}`
    }
    case 'every': {
      const from = rule.anchor === undefined ? startMs : msOf(rule.anchor)
      return `every ${intervalInEnglish(periodMs(rule) / 1_000)}, counted from ${dateInEnglish(from, zone)}`
    }
    case 'cron': {
      const parsed = parseCron(rule.expression)
      if (!parsed.ok) return rule.expression
      const times = timesOf(parsed.cron)
      const days = daysOf(parsed.cron.day)
      // "every hour" says enough; "at 09:00" does not.
      const told = days === everyDay && !/^at \d\d:/.test(times) ? '' : days
      return `${times}${told}${monthsAndYears(parsed.cron)}`
    }
    case 'calendar': {
      const parsed = parseCalendarRule(rule.rrule, rule.times)
      return parsed.ok ? calendarInEnglish(parsed.calendar, wallAt(zone, startMs)) : rule.rrule
    }
  }
}

/**
 * What a stored rule means, in a sentence without its full stop: "at 09:00 on weekdays, Europe/Berlin".
 * @param startMs anchor of a rate, milliseconds since the epoch
 */
export const ruleInEnglish = (rule: Rule, zone: string, startMs: number): string => {
  const rules = rule.kind === 'any' ? rule.rules : [rule]
  return `${rules.map((each) => phraseOf(each, zone, startMs)).join('; and ')}, ${zone}`
}
