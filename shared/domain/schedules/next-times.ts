import { dayMs, msOf } from '../time.ts'
import { type Cron, type DayRule, parseCron } from './cron.ts'
import { endOfExclusion, exclusionAt, skipAt } from './exclusion.ts'
import { calendarEndMs, type Rule, type RuleWindow, ratePeriodMs } from './rule.ts'
import { instantsOf, wallAt } from './zone.ts'

/** A cron that matches nothing for this many years fires never; 2096 to 2104 has no 29 February, so eight are too few. */
const horizonYears = 30

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

function* cronTimes(cron: Cron, afterMs: number, window: RuleWindow): Generator<number> {
  const firstDay = Math.floor((wallAt(window.zone, afterMs) - dayMs) / dayMs) * dayMs
  const stopDay = firstDay + horizonYears * 366 * dayMs
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

function* allTimes(rule: Rule, afterMs: number, window: RuleWindow): Generator<number> {
  switch (rule.kind) {
    case 'at': {
      const at = msOf(rule.at)
      if (at > afterMs) yield at
      return
    }
    case 'rate': {
      const period = ratePeriodMs(rule)
      const passed = Math.max(0, Math.floor((afterMs - window.startMs) / period) + 1)
      for (let at = window.startMs + passed * period; ; at += period) yield at
    }
    case 'cron': {
      const parsed = parseCron(rule.expression)
      if (parsed.ok) yield* cronTimes(parsed.cron, afterMs, window)
    }
  }
}

/**
 * The times at which a rule fires, strictly after `afterMs`, strictly increasing, within the window.
 * Used by the preview, by "next run" and by the laptop cloud's Scheduler; EventBridge's documented semantics (see zone.ts).
 * @returns a lazy sequence of milliseconds since the epoch; endless for endless rules.
 */
export function* timesAfter(rule: Rule, afterMs: number, window: RuleWindow): Generator<number> {
  const { exclusions = [], skips = [], zone } = window
  const endMs = Math.min(window.endMs ?? calendarEndMs, calendarEndMs)
  let from: number | undefined = Math.max(afterMs, window.startMs - 1)
  while (from !== undefined) {
    const begin: number = from
    from = undefined
    for (const at of allTimes(rule, begin, window)) {
      if (at > endMs) return
      const excluded = exclusionAt(exclusions, zone, at)
      if (!excluded) {
        if (!skipAt(skips, at)) yield at
        continue
      }
      // Looks on after the excluded days instead of at each time within them.
      from = endOfExclusion(excluded, zone) - 1
      break
    }
  }
}

/** The first `count` times after a moment. */
export const nextTimes = (rule: Rule, afterMs: number, window: RuleWindow, count: number): number[] =>
  timesAfter(rule, afterMs, window).take(count).toArray()
