import * as z from 'zod'
import { closesAt, opensAt } from '../assets/opening-hours.ts'
import { orderTemplateIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { daySchema as date, dayMs, instantSchema, minutes } from '../time.ts'
import { isZone, wallAt } from '../zone.ts'
import { orderFields } from './order-row.ts'

const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as 08:30')
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const

export const templateStatuses = {
  active: 'places its orders',
  paused: 'places none until it is active again',
  ended: 'places none any more',
} as const

const {
  externalReference: _own,
  release: _release,
  due: _due,
  follows: _follows,
  batchId: _batchId,
  name: _name,
  ...repeated
} = orderFields

/** What a person says of its orders: how long they take may be left to their type. */
export const saidTemplateOrder = z.strictObject(repeated)
export type SaidTemplateOrder = z.output<typeof saidTemplateOrder>

export const orderTemplateSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: orderTemplateIdSchema,
    /** Of the template, and of its orders. */
    name: nameSchema,
    status: z.enum(Object.keys(templateStatuses) as [keyof typeof templateStatuses]),
    order: z.strictObject({ ...repeated, durationMinutes: repeated.durationMinutes.unwrap() }),
    every: z
      .strictObject({
        unit: z.enum(['day', 'week']),
        interval: z.int().min(1).max(52).default(1),
        weekdays: z.array(z.enum(weekdays)).min(1).max(7).optional(),
      })
      .refine(({ unit, weekdays: days }) => unit === 'week' || days === undefined, {
        error: '`weekdays` belong to weeks',
      }),
    /** By the clocks of the zone; `to` before `from` is on the next day. */
    window: z.strictObject({ from: clock, to: clock }).refine(({ from, to }) => from !== to, {
      error: '`from` and `to` must differ',
    }),
    timeZone: z.string().max(50).refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' }),
    firstDate: date,
    lastDate: date.optional(),
    /** Its orders are placed so many days ahead. */
    aheadDays: z.int().min(1).max(30),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'OrderTemplate', description: 'A recurring order: one for each of its days' })
export type OrderTemplate = z.output<typeof orderTemplateSchema>

type Recurrence = Pick<OrderTemplate, 'every' | 'window' | 'timeZone' | 'firstDate' | 'lastDate'>
export type Instance = { readonly date: string; readonly releaseMs: number; readonly dueMs: number }

const midnightOf = (day: string): number => Date.parse(`${day}T00:00:00Z`)
const dateOf = (midnight: number): string => new Date(midnight).toISOString().slice(0, 10)
const weekdayOf = (midnight: number): (typeof weekdays)[number] =>
  weekdays[(new Date(midnight).getUTCDay() + 6) % 7] ?? 'monday'

const isDay = ({ every, firstDate }: Recurrence, midnight: number): boolean => {
  const first = midnightOf(firstDate)
  const days = Math.round((midnight - first) / dayMs)
  if (every.unit === 'day') return days % every.interval === 0
  // Weeks are counted from the Monday of the first.
  const monday = first - weekdays.indexOf(weekdayOf(first)) * dayMs
  const weeks = Math.floor((midnight - monday) / (7 * dayMs))
  return weeks % every.interval === 0 && (every.weekdays ?? [weekdayOf(first)]).includes(weekdayOf(midnight))
}

const wallOf = (midnight: number, time: string): number =>
  midnight + Number(time.slice(0, 2)) * 3_600_000 + Number(time.slice(3)) * 60_000

/**
 * The days of a template whose windows begin from one moment until before another, in order. Windows are told as opening hours
 * are: where an hour is skipped one may be shorter than on other days, or empty.
 */
export const instancesOf = (of: Recurrence, fromMs: number, untilMs: number): Instance[] => {
  const { window, timeZone, firstDate, lastDate = '9999-12-31' } = of
  const instances: Instance[] = []
  const first = Math.max(midnightOf(firstDate), Math.floor(wallAt(timeZone, fromMs) / dayMs) * dayMs - dayMs)
  const last = Math.min(midnightOf(lastDate), wallAt(timeZone, untilMs) + dayMs)
  for (let midnight = first; midnight <= last; midnight += dayMs) {
    if (!isDay(of, midnight)) continue
    const releaseMs = opensAt(timeZone, wallOf(midnight, window.from))
    const dueMs = closesAt(timeZone, wallOf(window.to > window.from ? midnight : midnight + dayMs, window.to))
    if (releaseMs >= fromMs && releaseMs < untilMs) instances.push({ date: dateOf(midnight), releaseMs, dueMs })
  }
  return instances
}

/** Whether the window of a day has room for an order; on a day on which the clocks change it may not. */
export const hasRoom = ({ releaseMs, dueMs }: Instance, { order }: Pick<OrderTemplate, 'order'>): boolean =>
  dueMs - releaseMs >= minutes(order.durationMinutes)

/** Minutes from `from` to `to`, on a day without a change of the clocks. */
export const windowMinutes = ({ from, to }: OrderTemplate['window']): number => {
  const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
  return (minutesOf(to) - minutesOf(from) + 1_440) % 1_440
}
