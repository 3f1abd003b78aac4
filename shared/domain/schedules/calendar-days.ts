import { dayMs } from '../time.ts'
import type { CalendarRule } from './calendar-rule.ts'

/** A day as the milliseconds of its midnight in UTC: a name for a date, without a zone. */
type Day = number

const weekdayOf = (day: Day): number => new Date(day).getUTCDay()
const dateOf = (day: Day): number => new Date(day).getUTCDate()
const monthOf = (day: Day): number => new Date(day).getUTCMonth() + 1
const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

const fitsMonthDays = (rule: CalendarRule, day: Day): boolean => {
  if (rule.monthDays.length === 0) return true
  const last = daysIn(new Date(day).getUTCFullYear(), monthOf(day))
  return rule.monthDays.some((wanted) => (wanted > 0 ? wanted : last + 1 + wanted) === dateOf(day))
}

const fitsWeekdays = (rule: CalendarRule, day: Day): boolean => {
  if (rule.weekdays.length === 0) return true
  const last = daysIn(new Date(day).getUTCFullYear(), monthOf(day))
  return rule.weekdays.some(({ day: wanted, nth }) => {
    if (weekdayOf(day) !== wanted) return false
    if (nth === 0) return true
    return nth > 0 ? Math.ceil(dateOf(day) / 7) === nth : Math.ceil((last + 1 - dateOf(day)) / 7) === -nth
  })
}

/** What the day of the anchor stands for where the rule names no day: RFC 5545 takes it from DTSTART. */
const fitsAnchor = (rule: CalendarRule, day: Day, anchor: Day): boolean => {
  if (rule.weekdays.length + rule.monthDays.length > 0) return true
  switch (rule.freq) {
    case 'DAILY':
      return true
    case 'WEEKLY':
      return weekdayOf(day) === weekdayOf(anchor)
    case 'MONTHLY':
      return dateOf(day) === dateOf(anchor)
    case 'YEARLY':
      return dateOf(day) === dateOf(anchor) && (rule.months.length > 0 || monthOf(day) === monthOf(anchor))
  }
}

/** First day of the period that a day lies in, and the first day of the one after it. */
const periodAt = (rule: CalendarRule, day: Day): [Day, Day] => {
  const date = new Date(day)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  switch (rule.freq) {
    case 'DAILY':
      return [day, day + dayMs]
    case 'WEEKLY': {
      const first = day - ((weekdayOf(day) - rule.weekStart + 7) % 7) * dayMs
      return [first, first + 7 * dayMs]
    }
    case 'MONTHLY':
      return [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)]
    case 'YEARLY':
      return [Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 1)]
  }
}

/** How many periods lie between two periods, by their first days. */
const periodsBetween = (rule: CalendarRule, from: Day, to: Day): number => {
  const [a, b] = [new Date(from), new Date(to)]
  switch (rule.freq) {
    case 'DAILY':
      return Math.round((to - from) / dayMs)
    case 'WEEKLY':
      return Math.round((to - from) / (7 * dayMs))
    case 'MONTHLY':
      return (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth()
    case 'YEARLY':
      return b.getUTCFullYear() - a.getUTCFullYear()
  }
}

const daysOfPeriod = (rule: CalendarRule, first: Day, end: Day, anchor: Day): Day[] => {
  const days: Day[] = []
  for (let day = first; day < end; day += dayMs) {
    if (rule.months.length > 0 && !rule.months.includes(monthOf(day))) continue
    if (fitsMonthDays(rule, day) && fitsWeekdays(rule, day) && fitsAnchor(rule, day, anchor)) days.push(day)
  }
  if (rule.positions.length === 0) return days
  return days.filter((_, index) =>
    rule.positions.some((position) => (position > 0 ? position - 1 : days.length + position) === index),
  )
}

/**
 * The days that a calendar rule names, from a day on, in order. Days are midnights as if they were UTC. Which of every
 * second (third, …) period counts is told from the anchor's.
 * @param until looks no further than this day
 */
export function* daysFrom(rule: CalendarRule, from: Day, anchor: Day, until: Day): Generator<Day> {
  const [anchorPeriod] = periodAt(rule, anchor)
  let [first, end] = periodAt(rule, from)
  while (first <= until) {
    if (periodsBetween(rule, anchorPeriod, first) % rule.interval === 0)
      for (const day of daysOfPeriod(rule, first, end, anchor)) if (day >= from && day >= anchor) yield day
    ;[first, end] = periodAt(rule, end)
  }
}
