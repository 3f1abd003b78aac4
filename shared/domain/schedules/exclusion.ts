import * as z from 'zod'
import { dayMs, instantSchema, msOf } from '../time.ts'
import { instantsOf, wallAt } from '../zone.ts'

const dateSchema = z.iso.date('must be a date such as 2026-12-24')

/** Days on which a schedule does not fire, by the calendar of its own zone. */
export const exclusionSchema = z
  .strictObject({
    from: dateSchema.meta({
      description: 'First day, by the calendar of the schedule’s zone',
      examples: ['2026-12-24'],
    }),
    to: dateSchema.optional().meta({ description: 'Last day, included; `from` where it is left out' }),
    note: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'Why', examples: ['Shutdown'] }),
  })
  .meta({ id: 'Exclusion', description: 'Days on which a schedule does not fire' })
export const exclusionsSchema = z
  .array(exclusionSchema)
  .max(100)
  .meta({ description: 'Days on which the schedule does not fire; what was due then is recorded as skipped' })
export type Exclusion = z.output<typeof exclusionSchema>

/** A span of time, such as a maintenance window, in which a schedule does not fire: from `start` until before `end`. */
export const closureSchema = z
  .strictObject({
    start: instantSchema,
    end: instantSchema,
    note: z.string().min(1).max(200).optional(),
  })
  .meta({ id: 'Closure', description: 'A span of time in which schedules do not fire' })
export type Closure = z.output<typeof closureSchema>

/** The closure that holds at a moment, if one does. */
export const closureAt = (closures: readonly Closure[], ms: number): Closure | undefined =>
  closures.find(({ start, end }) => msOf(start) <= ms && ms < msOf(end))

export const closureInEnglish = ({ start, end, note }: Closure): string =>
  `${start} to ${end}${note === undefined ? '' : ` (${note})`}`

const lastDayOf = ({ from, to = from }: Exclusion): string => to

/** One time that a person takes out, and why. */
export const skipSchema = z
  .strictObject({ at: instantSchema, note: z.string().min(1).max(500), by: z.string() })
  .meta({ id: 'Skip', description: 'One time at which the schedule does not fire' })
export type Skip = z.output<typeof skipSchema>

/** One time that a person puts elsewhere, and why. */
export const moveSchema = z
  .strictObject({ from: instantSchema, to: instantSchema, note: z.string().min(1).max(500), by: z.string() })
  .meta({ id: 'Move', description: 'One time of a schedule that fires at another moment instead' })
export type Move = z.output<typeof moveSchema>

/** EventBridge tells times in whole seconds. */
const sameSecond = (instant: string, ms: number): boolean => Math.floor(msOf(instant) / 1000) === Math.floor(ms / 1000)

/** The skip of a time, if a person took it out. */
export const skipAt = (skips: readonly Skip[], ms: number): Skip | undefined =>
  skips.find(({ at }) => sameSecond(at, ms))

/** The move of a time, if a person put it elsewhere. */
export const moveFrom = (moves: readonly Move[], ms: number): Move | undefined =>
  moves.find(({ from }) => sameSecond(from, ms))

/** The move that leads to a time. */
export const moveTo = (moves: readonly Move[], ms: number): Move | undefined =>
  moves.find(({ to }) => sameSecond(to, ms))

/** The exclusion that holds at a moment, if one does. */
export const exclusionAt = (exclusions: readonly Exclusion[], zone: string, ms: number): Exclusion | undefined => {
  if (exclusions.length === 0) return undefined
  const date = new Date(wallAt(zone, ms)).toISOString().slice(0, 10)
  return exclusions.find((exclusion) => exclusion.from <= date && date <= lastDayOf(exclusion))
}

/** The first moment after an exclusion. */
export const endOfExclusion = (exclusion: Exclusion, zone: string): number => {
  const midnight = Date.parse(`${lastDayOf(exclusion)}T00:00:00Z`) + dayMs
  // Where the clocks are put forward over midnight, the day begins later.
  for (let wall = midnight; ; wall += 15 * 60_000) {
    const [first] = instantsOf(zone, wall)
    if (first !== undefined) return first
  }
}

export const exclusionInEnglish = ({ from, to, note }: Exclusion): string =>
  `${to === undefined || to === from ? from : `${from} to ${to}`}${note === undefined ? '' : ` (${note})`}`
