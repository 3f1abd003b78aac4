import * as z from 'zod'
import { runIdSchema, scheduleIdSchema } from '#domain/ids.ts'
import { nameSchema } from '#domain/name.ts'
import { scheduleSchema } from '#domain/schedules/schedule.ts'
import { instantSchema } from '#domain/time.ts'
import { noteBody, route } from '../route.ts'
import { filterFields, newScheduleFields } from './schedule-fields.ts'

const all = '/v1/workspaces/{workspaceId}/schedules'
const one = `${all}/{scheduleId}` as const

const someTime = z
  .string()
  .max(40)
  .meta({
    description: 'A moment with its offset, or a wall time in the zone of the schedule',
    examples: ['2026-11-23T09:00'],
  })

const bulkSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        scheduleId: scheduleIdSchema,
        name: nameSchema,
        result: z.enum(['done', 'would-be-done', 'unchanged', 'refused']),
        message: z.string().optional(),
      }),
    ),
    next: z.string().optional().meta({ description: 'There are more: send the request again with it as cursor' }),
  })
  .meta({ id: 'BulkReport', description: 'What became of each schedule' })

const backfillSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        at: instantSchema,
        result: z.enum(['started', 'would-be-started', 'has-run']),
        runId: runIdSchema,
        message: z.string().optional(),
      }),
    ),
  })
  .meta({ id: 'BackfillReport', description: 'What became of each time of the range' })

const reasonSchema = z.strictObject({
  code: z.string(),
  message: z.string(),
  path: z.string().optional(),
  facts: z.record(z.string(), z.unknown()).optional(),
})

const applySchema = z
  .strictObject({
    applied: z.boolean().meta({ description: 'false for a dry run, and where one was refused: then none was changed' }),
    items: z.array(
      z.strictObject({
        externalName: z.string(),
        scheduleId: scheduleIdSchema.optional(),
        action: z.enum(['create', 'change', 'restore', 'archive', 'unchanged', 'refused']),
        changes: z
          .record(z.string(), z.strictObject({ from: z.json(), to: z.json() }))
          .optional()
          .meta({ description: 'Fields that differ: as they are, and as the file has them' }),
        message: z.string().optional(),
        reasons: z.array(reasonSchema).optional(),
      }),
    ),
  })
  .meta({ id: 'ApplyReport', description: 'What applying a file of schedules does' })

/** A schedule in a file: as it is created, under an external name. */
const fileSchedule = z.strictObject({
  ...newScheduleFields,
  externalName: newScheduleFields.externalName.unwrap(),
})

/** What is done with schedules, one or many. */
export const scheduleOperationRoutes = {
  skipTime: route({
    method: 'POST',
    path: `${one}/skip`,
    access: 'operator',
    summary: 'Take out the next time, or one that is named',
    description:
      'What is due then is recorded as a skipped run with the note. PATCH skips to null puts all of them back.',
    body: noteBody.extend({
      at: someTime.optional(),
    }),
    response: scheduleSchema,
    status: 200,
    ifMatch: 'optional',
    refusals: ['invalid', 'invalid_state', 'limit_exceeded'],
  }),
  moveTime: route({
    method: 'POST',
    path: `${one}/move`,
    access: 'operator',
    summary: 'Put the next time, or one that is named, elsewhere',
    description:
      'What was due is recorded as moved, the new time fires like any other. PATCH moves to null puts all of them back.',
    body: noteBody.extend({ from: someTime.optional(), to: someTime }),
    response: scheduleSchema,
    status: 200,
    ifMatch: 'optional',
    refusals: ['invalid', 'invalid_state', 'limit_exceeded'],
  }),
  pauseSchedule: route({
    method: 'POST',
    path: `${one}/pause`,
    access: 'operator',
    summary: 'Pause a schedule; nothing of it starts until it is resumed, or until a moment',
    body: noteBody.extend({
      until: instantSchema.optional().meta({ description: 'It fires again by itself from this moment on' }),
    }),
    response: scheduleSchema,
    status: 200,
    ifMatch: 'optional',
    refusals: ['invalid', 'invalid_state'],
  }),
  resumeSchedule: route({
    method: 'POST',
    path: `${one}/resume`,
    access: 'operator',
    summary: 'Resume a paused schedule; what it missed is not made up',
    response: scheduleSchema,
    status: 200,
    ifMatch: 'optional',
    refusals: ['invalid_state'],
  }),
  recoverSchedule: route({
    method: 'POST',
    path: `${one}/recover`,
    access: 'operator',
    summary: 'Clear a recovery, with a note of what was found; the schedule fires again',
    body: noteBody,
    response: scheduleSchema,
    status: 200,
    ifMatch: 'optional',
    refusals: ['invalid_state'],
  }),
  restoreSchedule: route({
    method: 'POST',
    path: `${one}/restore`,
    access: 'manager',
    summary: 'Bring an archived schedule back, paused',
    response: scheduleSchema,
    status: 200,
    ifMatch: 'optional',
    refusals: ['invalid_state'],
  }),
  changePriority: route({
    method: 'POST',
    path: `${one}/priority`,
    access: 'operator',
    summary: 'Change the priority of the runs that it is going to start',
    body: z.strictObject({ priority: z.int().min(1).max(5), note: z.string().min(1).max(500).optional() }),
    response: scheduleSchema,
    status: 200,
    ifMatch: 'optional',
    refusals: ['invalid_state'],
  }),
  backfillSchedule: route({
    method: 'POST',
    path: `${one}/backfill`,
    access: 'operator',
    summary: 'Start runs for times of a range, past or future, for which nothing drove',
    description:
      'Times after `from`, up to and with `to`, at most 200. A future time that is filled in does not fire any more. One by one, runs follow one another in the order of their times; at once, they start as far as the assets allow. Filling in again starts nothing more.',
    body: z.strictObject({
      from: instantSchema,
      to: instantSchema,
      order: z.enum(['one-by-one', 'at-once']).default('one-by-one'),
      dryRun: z.boolean().default(false),
    }),
    response: backfillSchema,
    status: 200,
    refusals: ['invalid', 'invalid_state', 'limit_exceeded'],
  }),
  bulkSchedules: route({
    method: 'POST',
    path: `${all}:bulk`,
    access: 'manager',
    summary: 'Pause, resume or archive all schedules that a filter means',
    description:
      'Works page by page: while the answer has `next`, send the request again with it as `cursor`. Done again it changes nothing more.',
    body: noteBody.extend({
      action: z.enum(['pause', 'resume', 'archive']),
      filter: z.strictObject(filterFields),
      everything: z.boolean().default(false).meta({ description: 'Needed where the filter is empty' }),
      until: instantSchema.optional().meta({ description: 'Of a pause: they fire again by themselves from then on' }),
      dryRun: z.boolean().default(false),
      cursor: z.string().max(1_000).optional(),
    }),
    response: bulkSchema,
    status: 200,
    refusals: ['invalid'],
  }),
  exportSchedules: route({
    method: 'GET',
    path: `${all}:export`,
    access: 'viewer',
    summary: 'The schedules as a file holds them; apply takes it as it is',
    query: z.strictObject({ cursor: z.string().max(1_000).optional() }),
    response: z
      .strictObject({ schedules: z.array(fileSchedule), next: z.string().optional() })
      .meta({ id: 'ScheduleFile', description: 'Schedules as a file holds them' }),
    status: 200,
  }),
  applySchedules: route({
    method: 'PUT',
    path: `${all}:apply`,
    access: 'manager',
    summary: 'Make the schedules as a file tells them, each known by its external name',
    description:
      'With dryRun it tells what it would do. Where one schedule of the file is refused, none is changed. Applied again it changes nothing.',
    body: z.strictObject({
      schedules: z.array(fileSchedule).max(100),
      pruneUnder: z
        .string()
        .min(1)
        .max(100)
        .optional()
        .meta({ description: 'Schedules whose external name begins so, and that are not in the file, are archived' }),
      dryRun: z.boolean().default(false),
    }),
    response: applySchema,
    status: 200,
    refusals: ['invalid'],
  }),
} as const
