import * as z from 'zod'
import { type AssetId, reservationIdSchema, slotIdSchema, type WorkspaceId } from '../ids.ts'
import { type Day, daySchema, instantSchema } from '../time.ts'
import type { Absence } from './presence.ts'

/** What became of somebody's planned presence. */
export const outcomes = {
  present: 'they were there',
  late: 'they came so many minutes late',
  absent: 'they were not there, and had said so',
  'no-show': 'they were not there, and had said nothing',
} as const
export type Outcome = keyof typeof outcomes

/** What a person says of somebody's day, or of one reservation on it. */
export const attendanceFields = {
  date: daySchema.meta({ description: 'By the zone of their working hours; today or before' }),
  outcome: z.enum(Object.keys(outcomes) as [Outcome, ...Outcome[]]),
  lateMinutes: z.int().min(1).max(1_440).optional(),
  reservationId: reservationIdSchema.optional().meta({ description: 'Of this one alone; of the day, without one' }),
  slotId: slotIdSchema.optional().meta({ description: 'The same, by the slot whose reservation it is' }),
  note: z.string().min(1).max(500).optional(),
}

export const attendanceRecordSchema = z
  .strictObject({ ...attendanceFields, by: z.string(), at: instantSchema })
  .meta({ id: 'AttendanceRecord', description: 'What became of somebody’s planned presence' })
export type AttendanceRecord = z.output<typeof attendanceRecordSchema>

/** What is known of one person in one month: read by its name, so that looking back costs the same however much there is. */
export type Attendance = {
  readonly workspaceId: WorkspaceId
  /** Person and month. */
  readonly id: string
  readonly assetId: AssetId
  readonly records: readonly AttendanceRecord[]
  readonly version: number
}

export const attendanceIdOf = (assetId: string, day: Day): string => `${assetId}_${day.slice(0, 7)}`

/** Records of one person in one month. */
export const mostRecords = 500

const isSameThing = (a: AttendanceRecord, b: AttendanceRecord): boolean =>
  a.date === b.date && a.reservationId === b.reservationId

/** A record in place of what was said of the same day and reservation before. */
export const withRecord = (records: readonly AttendanceRecord[], record: AttendanceRecord): AttendanceRecord[] =>
  [...records.filter((one) => !isSameThing(one, record)), record].toSorted((a, b) =>
    a.date === b.date ? ((a.reservationId ?? '') < (b.reservationId ?? '') ? -1 : 1) : a.date < b.date ? -1 : 1,
  )

/** Why an outcome cannot be said of a day on which somebody was off: nobody expected them. */
export const wasOff = (name: string, outcome: Outcome, [absence]: readonly Absence[]): string | undefined => {
  if (!absence || outcome === 'present' || outcome === 'late') return undefined
  return absence.because === 'left'
    ? `${name} was off: they were not here any more after ${absence.lastDay}.`
    : `${name} was off from ${absence.off.from} to ${absence.off.to} (${absence.off.kind}).`
}
