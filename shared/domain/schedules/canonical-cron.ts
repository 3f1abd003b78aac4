import type { Reason } from '../errors.ts'
import { type Cron, parseCron } from './cron.ts'
import { readPhrase } from './phrase.ts'

/**
 * One canonical form of a cron rule: the six fields of EventBridge Scheduler, in capitals. Classic five fields and a few
 * phrases in English mean the same and are rewritten; what the six fields cannot say is refused with what would.
 */
export type CanonicalCron =
  | { readonly ok: true; readonly expression: string; readonly cron: Cron }
  | { readonly ok: false; readonly reasons: readonly Reason[] }

const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const

const refuse = (message: string): CanonicalCron => ({
  ok: false,
  reasons: [{ code: 'bad-cron', message, path: '/rule/expression' }],
})

/** Weekdays of classic cron, 0 or 7 for Sunday, as names; undefined where they are none. */
const classicWeekdays = (text: string): string | undefined => {
  const numberOf = (value: string): number => {
    const named = days.indexOf(value as (typeof days)[number])
    return named >= 0 ? named : /^[0-7]$/.test(value) ? Number(value) : Number.NaN
  }
  const chosen = new Set<number>()
  for (const part of text.split(',')) {
    const [, span = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? []
    const [low = '', high] = span === '*' ? ['0', '6'] : span.split('-')
    const from = numberOf(low)
    const to = high === undefined ? (step === undefined ? from : 6) : numberOf(high)
    if (Number.isNaN(from) || Number.isNaN(to) || to < from || step === '0') return undefined
    for (let day = from; day <= to; day += Number(step ?? 1)) chosen.add(day % 7)
  }
  return [...chosen]
    .sort((a, b) => a - b)
    .map((day) => days[day])
    .join(',')
}

/** Five fields as six, or why six cannot say it. */
const ofClassic = (fields: readonly string[]): CanonicalCron | string => {
  const [minute = '', hour = '', monthDay = '', month = '', weekday = ''] = fields
  const anyDay = (text: string): boolean => text === '*' || text === '?'
  if (!anyDay(monthDay) && !anyDay(weekday))
    return refuse(
      'Classic cron fires when either of both day fields fits, which one rule cannot say here. Write two schedules: one with "*" as day of the week, one with "*" as day of the month.',
    )
  if (anyDay(weekday)) return `${minute} ${hour} ${monthDay === '?' ? '*' : monthDay} ${month} ? *`
  const named = classicWeekdays(weekday)
  if (named === undefined)
    return refuse(`day-of-week: "${weekday}" is not defined in classic cron; use 0 to 7 or SUN to SAT, such as 1-5.`)
  return `${minute} ${hour} ? ${month} ${named} *`
}

/** The canonical form of what a person wrote, or everything that is wrong with it. */
export const canonicalCron = (text: string): CanonicalCron => {
  const upper = text.trim().replace(/\s+/g, ' ').toUpperCase()
  const fields = upper.split(' ')
  const phrase = readPhrase(upper)
  if (phrase && 'problem' in phrase) return refuse(phrase.problem)
  const given = phrase?.expression ?? (fields.length === 5 ? ofClassic(fields) : upper)
  if (typeof given !== 'string') return given
  const parsed = parseCron(given)
  return parsed.ok ? { ok: true, expression: given, cron: parsed.cron } : parsed
}
