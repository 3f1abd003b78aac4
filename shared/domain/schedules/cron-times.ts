import { dayMs } from '../time.ts'
import { instantsOf, wallAt } from '../zone.ts'
import type { Cron, DayRule } from './cron.ts'
import { horizonYears, type RuleWindow } from './rule.ts'

const matchesDay = (rule: DayRule, year: number, month: number, date: number): boolean => {
  const weekday = new Date(Date.UTC(year, month - 1, date)).getUTCDay()
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  switch (rule.by) {
    case 'every':
      return true
    case 'month-day':
      return rule.days.includes(date)
    case 'last-day':
      return date === last
    case 'nearest-weekday':
      return rule.day <= last && date === nearestWeekday(year, month, rule.day, last)
    case 'weekday':
      return rule.days.includes(weekday)
    case 'nth-weekday':
      return weekday === rule.day && Math.ceil(date / 7) === rule.nth
    case 'last-weekday':
      return weekday === rule.day && date > last - 7
  }
}

const nearestWeekday = (year: number, month: number, date: number, last: number): number => {
  const weekday = new Date(Date.UTC(year, month - 1, date)).getUTCDay()
  if (weekday === 6) return date > 1 ? date - 1 : date + 2
  if (weekday === 0) return date < last ? date + 1 : date - 2
  return date
}

/** The times of a cron strictly after a moment, in order, by the clocks of the zone. */
export function* cronTimes(cron: Cron, afterMs: number, window: RuleWindow): Generator<number> {
  const firstDay = Math.floor((wallAt(window.zone, afterMs) - dayMs) / dayMs) * dayMs
  // Years that are named are walked to their end, however far away; years between them are stepped over.
  const last = cron.years === 'every' ? undefined : cron.years.at(-1)
  const stopDay = last === undefined ? firstDay + horizonYears * 366 * dayMs : Date.UTC(last + 1, 0, 2)
  for (let day = firstDay; day < stopDay; day += dayMs) {
    const date = new Date(day)
    const year = date.getUTCFullYear()
    const month = date.getUTCMonth() + 1
    if (window.endMs !== undefined && day - 2 * dayMs > window.endMs) return
    if (cron.years !== 'every' && year > (cron.years.at(-1) ?? 0)) return
    if (cron.years !== 'every' && !cron.years.includes(year)) {
      day = Date.UTC(year, 11, 31)
      continue
    }
    if (!cron.months.includes(month)) {
      day = Date.UTC(year, month, 0)
      continue
    }
    if (!matchesDay(cron.day, year, month, date.getUTCDate())) continue
    const times: number[] = []
    for (const hour of cron.hours)
      for (const minute of cron.minutes) {
        const [first] = instantsOf(window.zone, day + hour * 3_600_000 + minute * 60_000)
        if (first !== undefined && first > afterMs) times.push(first)
      }
    // Within an overlap the first instants of two wall times may lie in the other order.
    yield* times.sort((a, b) => a - b)
  }
}
