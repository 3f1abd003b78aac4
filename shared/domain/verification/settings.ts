import * as z from 'zod'
import { weekdaySchema } from '../assets/opening-hours.ts'
import { workspaceIdSchema } from '../ids.ts'
import { thresholdFields, thresholdsSchema, usualThresholds } from '../people/workload.ts'
import { instantSchema } from '../time.ts'
import { isZone } from '../zone.ts'

const routineFields = {
  on: z.boolean().meta({ description: 'Whether it is made by itself' }),
  time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected HH:MM'),
  weekdays: z.array(weekdaySchema).min(1).max(7),
  timeZone: z.string().max(50).refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' }),
  days: z.int().min(1).max(14).meta({ description: 'How far ahead it looks; for duties, 28 days' }),
}
const routineSchema = z
  .strictObject(routineFields)
  .meta({ id: 'VerificationRoutine', description: 'When the daily verification is made, and how far ahead it looks' })
export type VerificationRoutine = z.output<typeof routineSchema>

const usualRoutine: VerificationRoutine = {
  on: true,
  time: '06:00',
  weekdays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  timeZone: 'UTC',
  days: 7,
}

/** What is settled once for the people of a workspace. */
export const rosterSettingsSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: z.literal('roster-settings'),
    workload: thresholdsSchema,
    verification: routineSchema,
    version: z.int().min(0).meta({ description: '0: nothing was ever stored' }),
    updatedAt: instantSchema.optional(),
    updatedBy: z.string().optional(),
  })
  .meta({ id: 'RosterSettings', description: 'Thresholds of workload, and when the daily verification is made' })
export type RosterSettings = z.output<typeof rosterSettingsSchema>

/** A change of them: what is left out stays as it is. */
export const settingsChangeSchema = z
  .strictObject({
    workload: z.strictObject(thresholdFields).partial(),
    verification: z.strictObject(routineFields).partial(),
  })
  .partial()
export type SettingsChange = z.output<typeof settingsChangeSchema>

/** What holds where nobody settled anything. */
export const usualSettings = (workspaceId: RosterSettings['workspaceId']): RosterSettings => ({
  workspaceId,
  id: 'roster-settings',
  workload: usualThresholds,
  verification: usualRoutine,
  version: 0,
})
