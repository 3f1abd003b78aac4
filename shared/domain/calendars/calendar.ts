import * as z from 'zod'
import { calendarIdSchema, workspaceIdSchema } from '../ids.ts'
import { nameSchema } from '../name.ts'
import { type Closure, closureSchema, type Exclusion, exclusionSchema } from '../schedules/exclusion.ts'
import { instantSchema } from '../time.ts'

/** Bounds of one calendar; ten years of holidays and weekly maintenance fit. */
export const calendarLimits = { days: 1_000, closures: 1_000 } as const

/**
 * Holidays, shutdowns and maintenance windows, named once and shared by the schedules of a workspace. Days count by the
 * calendar of each schedule's own zone; closures are spans of time.
 */
export const calendarSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: calendarIdSchema,
    name: nameSchema,
    days: z.array(exclusionSchema).max(calendarLimits.days),
    closures: z.array(closureSchema).max(calendarLimits.closures),
    status: z.enum(['active', 'archived']),
    version: z.int().min(1),
    createdAt: instantSchema,
    createdBy: z.string(),
    updatedAt: instantSchema,
    updatedBy: z.string(),
  })
  .meta({ id: 'Calendar', description: 'Days and hours in which the schedules that name it do not fire' })
export type Calendar = z.output<typeof calendarSchema>

/** What calendars take out of a schedule's times. */
export type Closed = { readonly days: readonly Exclusion[]; readonly closures: readonly Closure[] }
export const nothingClosed: Closed = { days: [], closures: [] }

/** What several calendars take out together; every note names its calendar. */
export const closedBy = (calendars: readonly Pick<Calendar, 'name' | 'days' | 'closures'>[]): Closed => {
  const named = <T extends { note?: string | undefined }>(entry: T, name: string): T => ({
    ...entry,
    note: entry.note === undefined ? name : `${name}: ${entry.note}`.slice(0, 200),
  })
  return {
    days: calendars.flatMap(({ name, days }) => days.map((day) => named(day, name))),
    closures: calendars.flatMap(({ name, closures }) => closures.map((closure) => named(closure, name))),
  }
}
