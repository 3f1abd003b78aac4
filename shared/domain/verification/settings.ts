import * as z from 'zod'
import { weekdaySchema } from '../assets/opening-hours.ts'
import { workspaceIdSchema } from '../ids.ts'
import { thresholdsSchema, usualThresholds } from '../people/workload.ts'
import { instantSchema } from '../time.ts'
import { isZone } from '../zone.ts'

const routine = z
  .strictObject({
    on: z.boolean().default(true),
    time: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected HH:MM')
      .default('06:00'),
    weekdays: z
      .array(weekdaySchema)
      .min(1)
      .max(7)
      .default(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])
      .meta({ description: 'On which it is made by itself' }),
    timeZone: z
      .string()
      .max(50)
      .refine(isZone, { error: 'expected an IANA time zone such as Europe/Berlin' })
      .default('UTC'),
    days: z.int().min(1).max(14).default(7).meta({ description: 'How far ahead it looks; for duties, 28 days' }),
  })
  .meta({ id: 'VerificationRoutine', description: 'When the daily verification is made, and how far ahead it looks' })
export type VerificationRoutine = z.output<typeof routine>

export const settingsFields = {
  workload: thresholdsSchema.default(usualThresholds),
  verification: routine.default(routine.parse({})),
}

/** What is settled once for the people of a workspace. */
export const rosterSettingsSchema = z
  .strictObject({
    workspaceId: workspaceIdSchema,
    id: z.literal('roster-settings'),
    ...settingsFields,
    version: z.int().min(0).meta({ description: '0: nothing was ever stored' }),
    updatedAt: instantSchema.optional(),
    updatedBy: z.string().optional(),
  })
  .meta({ id: 'RosterSettings', description: 'Thresholds of workload, and when the daily verification is made' })
export type RosterSettings = z.output<typeof rosterSettingsSchema>

/** What holds where nobody settled anything. */
export const usualSettings = (workspaceId: RosterSettings['workspaceId']): RosterSettings => ({
  workspaceId,
  id: 'roster-settings',
  workload: usualThresholds,
  verification: routine.parse({}),
  version: 0,
})
