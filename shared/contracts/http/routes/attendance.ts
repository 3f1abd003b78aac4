import * as z from 'zod'
import { assetIdSchema } from '#domain/ids.ts'
import { attendanceFields, attendanceRecordSchema } from '#domain/people/attendance.ts'
import { thresholdsSchema, workloadLevels } from '#domain/people/workload.ts'
import { daySchema } from '#domain/time.ts'
import { rosterSettingsSchema, settingsChangeSchema } from '#domain/verification/settings.ts'
import { route } from '../route.ts'

const workspace = '/v1/workspaces/{workspaceId}'
const settings = `${workspace}/roster-settings` as const

const workloadSchema = z
  .strictObject({
    thresholds: thresholdsSchema,
    people: z.array(
      z.strictObject({
        assetId: assetIdSchema,
        name: z.string(),
        weeks: z.array(
          z.strictObject({
            from: daySchema.meta({ description: 'The Monday' }),
            reservations: z.int().meta({ description: 'Those that start in the week' }),
            hours: z.number().meta({ description: 'How long they take, whole' }),
            level: z.enum(Object.keys(workloadLevels) as [keyof typeof workloadLevels]),
            workingHours: z.number().optional().meta({ description: 'Working hours of the week, less time off' }),
            share: z.number().optional().meta({ description: 'Hours for each working hour; 1 is all of them' }),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'Workload', description: 'What people have in some weeks, and whether that is much' })

const attendanceSchema = z
  .strictObject({
    people: z.array(
      z.strictObject({
        assetId: assetIdSchema,
        name: z.string(),
        noShows: z.int().meta({ description: 'In the last 90 days' }),
        records: z.array(attendanceRecordSchema),
      }),
    ),
  })
  .meta({ id: 'Attendance', description: 'What became of people’s planned presence' })

export const attendanceRoutes = {
  getWorkload: route({
    method: 'GET',
    path: `${workspace}/people:workload`,
    access: 'viewer',
    summary: 'What everybody has in some weeks, from Monday, and whether that is normal, high or too much',
    query: z.strictObject({
      from: daySchema
        .optional()
        .meta({ description: 'A day of the first week, also a past one; this week by default' }),
      weeks: z.coerce.number().int().min(1).max(6).default(2),
    }),
    response: workloadSchema,
    status: 200,
  }),
  recordAttendance: route({
    method: 'POST',
    path: `${workspace}/people/{personId}/attendance`,
    access: 'operator',
    summary: 'Write down what became of somebody’s planned presence, today or before',
    description:
      'Of a day, or of one reservation on it. Said again of the same, it takes the place of what was said. Nobody is absent on a day on which they were off.',
    body: z.strictObject(attendanceFields),
    response: attendanceRecordSchema.extend({ assetId: assetIdSchema }),
    status: 200,
    refusals: ['invalid', 'invalid_state', 'limit_exceeded', 'contended'],
  }),
  getAttendance: route({
    method: 'GET',
    path: `${workspace}/attendance`,
    access: 'viewer',
    summary: 'What became of people’s planned presence on some days, and how often they did not show up lately',
    query: z.strictObject({ from: daySchema, to: daySchema, personId: assetIdSchema.optional() }),
    response: attendanceSchema,
    status: 200,
    refusals: ['invalid', 'limit_exceeded'],
  }),
  getRosterSettings: route({
    method: 'GET',
    path: settings,
    access: 'viewer',
    summary: 'Thresholds of workload, and when the daily verification is made',
    response: rosterSettingsSchema,
    status: 200,
  }),
  changeRosterSettings: route({
    method: 'PATCH',
    path: settings,
    access: 'manager',
    summary: 'Change them; what is left out stays as it is',
    ifMatch: 'required',
    body: settingsChangeSchema,
    response: rosterSettingsSchema,
    status: 200,
    refusals: ['invalid', 'contended'],
  }),
} as const
