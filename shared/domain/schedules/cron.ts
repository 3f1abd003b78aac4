import type { Reason } from '../errors.ts'

/**
 * The documented subset of EventBridge Scheduler's cron, strictly: what the documentation does not define is refused
 * here rather than discovered in production. Fields: minute hour day-of-month month day-of-week year.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export type Cron = {
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly months: readonly number[]
  readonly years: readonly number[] | 'every'
  readonly day: DayRule
}

export type DayRule =
  | { readonly by: 'every' }
  | { readonly by: 'month-day'; readonly days: readonly number[] }
  | { readonly by: 'last-day' }
  /** The weekday (Monday to Friday) nearest to a day of the month, within that month. */
  | { readonly by: 'nearest-weekday'; readonly day: number }
  /** 0 = Sunday … 6 = Saturday, as in Date.getUTCDay. */
  | { readonly by: 'weekday'; readonly days: readonly number[] }
  | { readonly by: 'nth-weekday'; readonly day: number; readonly nth: number }
  | { readonly by: 'last-weekday'; readonly day: number }

export type CronResult = { readonly ok: true; readonly cron: Cron } | { readonly ok: false; readonly reasons: Reason[] }

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

type Field = { name: string; min: number; max: number; names?: readonly string[]; steps: boolean }
const fields = {
  minute: { name: 'minute', min: 0, max: 59, steps: true },
  hour: { name: 'hour', min: 0, max: 23, steps: true },
  monthDay: { name: 'day-of-month', min: 1, max: 31, steps: true },
  month: { name: 'month', min: 1, max: 12, names: monthNames, steps: true },
  weekday: { name: 'day-of-week', min: 1, max: 7, names: dayNames, steps: false },
  year: { name: 'year', min: 1970, max: 2199, steps: true },
} satisfies Record<string, Field>

class Bad extends Error {}

const numberIn = (field: Field, text: string): number => {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1
  const value = named >= 0 ? named + field.min : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= field.min && value <= field.max))
    throw new Bad(
      `${field.name}: "${text}" is not a value from ${field.min} to ${field.max}${field.names ? ` or ${field.names.join(', ')}` : ''}`,
    )
  return value
}

const setOf = (field: Field, text: string): number[] | 'every' => {
  if (text === '*') return 'every'
  const values = new Set<number>()
  for (const part of text.split(',')) {
    const [span = '', step, ...more] = part.split('/')
    if (more.length > 0 || span === '')
      throw new Bad(`${field.name}: "${part}" is not a value, a range a-b or a step a/n`)
    if (step !== undefined && !field.steps) throw new Bad(`${field.name}: steps ("/") are not defined for this field`)
    const every = step === undefined ? 1 : Number(step)
    if (step !== undefined && (!/^\d{1,4}$/.test(step) || every < 1 || every > field.max))
      throw new Bad(`${field.name}: the step "${step}" is not a whole number from 1 to ${field.max}`)
    const [low = '', high, ...rest] = span.split('-')
    if (rest.length > 0) throw new Bad(`${field.name}: "${span}" is not a range`)
    const from = low === '*' && high === undefined && step !== undefined ? field.min : numberIn(field, low)
    const to = high !== undefined ? numberIn(field, high) : step !== undefined ? field.max : from
    if (to < from) throw new Bad(`${field.name}: the range "${span}" runs backwards; write it as two ranges`)
    for (let value = from; value <= to; value += every) values.add(value)
  }
  return [...values].sort((a, b) => a - b)
}

const listOf = (field: Field, text: string): number[] => {
  const set = setOf(field, text)
  return set === 'every' ? Array.from({ length: field.max - field.min + 1 }, (_, i) => field.min + i) : set
}

const monthDayRule = (text: string): DayRule => {
  if (text === 'L') return { by: 'last-day' }
  const [, nearest] = /^(\d{1,2})W$/i.exec(text) ?? []
  if (nearest) return { by: 'nearest-weekday', day: numberIn(fields.monthDay, nearest) }
  if (/[LW]/i.test(text))
    throw new Bad(`day-of-month: "${text}" is not defined; use L alone for the last day, or 15W alone`)
  const days = setOf(fields.monthDay, text)
  return days === 'every' ? { by: 'every' } : { by: 'month-day', days }
}

const weekdayRule = (text: string): DayRule => {
  const [, day, nth] = /^([A-Za-z]{3}|\d)#(\d)$/.exec(text) ?? []
  if (day && nth) {
    if (Number(nth) < 1 || Number(nth) > 5)
      throw new Bad(`day-of-week: "${text}" asks for an occurrence other than 1 to 5`)
    return { by: 'nth-weekday', day: numberIn(fields.weekday, day) - 1, nth: Number(nth) }
  }
  const [, last] = /^(\d)L$/.exec(text) ?? []
  if (last) return { by: 'last-weekday', day: numberIn(fields.weekday, last) - 1 }
  if (/[#/]|L$/i.test(text))
    throw new Bad(`day-of-week: "${text}" is not defined; use 6#3 for the third Friday or 6L for the last Friday`)
  const days = setOf(fields.weekday, text)
  return days === 'every' ? { by: 'every' } : { by: 'weekday', days: days.map((value) => value - 1) }
}

const longestMonth = (month: number) => (month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31)

/** Parses six fields, or says everything that is wrong with them. */
export const parseCron = (expression: string): CronResult => {
  const reasons: Reason[] = []
  const refuse = (message: string) => reasons.push({ code: 'bad-cron', message, path: '/rule/expression' })
  const parts = expression.trim().split(/\s+/)
  if (parts.length !== 6) {
    refuse(
      `A cron expression has six fields: minute hour day-of-month month day-of-week year; or five, without the year, as in classic cron. This one has ${parts.length}.`,
    )
    return { ok: false, reasons }
  }
  const attempt = <T>(parse: () => T): T | undefined => {
    try {
      return parse()
    } catch (error) {
      if (!(error instanceof Bad)) throw error
      refuse(error.message)
      return undefined
    }
  }
  const [minute = '', hour = '', monthDay = '', month = '', weekday = '', year = ''] = parts
  const minutes = attempt(() => listOf(fields.minute, minute))
  const hours = attempt(() => listOf(fields.hour, hour))
  const months = attempt(() => listOf(fields.month, month))
  const years = attempt(() => setOf(fields.year, year))
  if ((monthDay === '?') === (weekday === '?'))
    refuse('Exactly one of day-of-month and day-of-week must be "?": both together would contradict each other.')
  const day = attempt(() => (monthDay === '?' ? weekdayRule(weekday) : monthDayRule(monthDay)))
  if (day?.by === 'month-day' && months && !months.some((m) => day.days.some((d) => d <= longestMonth(m))))
    refuse(`No month that this expression names has a day ${day.days.join(' or ')}: it would never fire.`)
  if (reasons.length > 0 || !minutes || !hours || !months || !years || !day) return { ok: false, reasons }
  return { ok: true, cron: { minutes, hours, months, years, day } }
}
