import * as z from 'zod'
import { protocolIdSchema, scheduleIdSchema } from '#domain/ids.ts'
import { nameSchema } from '#domain/name.ts'
import { runSchema } from '#domain/runs/run.ts'
import { exclusionsSchema } from '#domain/schedules/exclusion.ts'
import { explanationSchema } from '#domain/schedules/explanation.ts'
import { ruleSchema } from '#domain/schedules/rule.ts'
import { overlapPolicies, runSettingsSchema, scheduleSchema } from '#domain/schedules/schedule.ts'
import { scheduleStatsSchema } from '#domain/schedules/statistics.ts'
import { instantSchema } from '#domain/time.ts'
import { flag, noteBody, pageOf, pageWithArchivedQuery, parametersBody, route } from '../route.ts'

const name = nameSchema
const timeZone = z
  .string()
  .min(1)
  .max(50)
  .meta({ description: 'IANA time zone, such as Europe/Berlin', examples: ['Europe/Berlin'] })
const overlap = z.enum(
  Object.keys(overlapPolicies) as [keyof typeof overlapPolicies, ...(keyof typeof overlapPolicies)[]],
)
const tags = z.array(z.string().min(1).max(60)).max(20)

/** Every field of the settings may be left out; what is left out has its default. */
const settings = runSettingsSchema.prefault({})

/** A schedule as it is answered: with what it will do and what it did. */
export const scheduleDetailSchema = z
  .strictObject({
    schedule: scheduleSchema,
    nextTimes: z
      .array(z.strictObject({ utc: instantSchema, local: z.string() }))
      .meta({ description: 'The next times it fires, in UTC and in its zone; a prediction' }),
    statistics: scheduleStatsSchema,
  })
  .meta({ id: 'ScheduleDetail' })

export const previewSchema = z
  .strictObject({
    rule: ruleSchema.meta({ description: 'As it would be stored' }),
    text: z.string().meta({ description: 'What it means', examples: ['at 09:00 on weekdays, Europe/Berlin'] }),
    times: z
      .array(
        z.strictObject({
          utc: instantSchema.optional().meta({ description: 'Absent where the time does not exist' }),
          local: z.string(),
          excluded: z
            .string()
            .optional()
            .meta({ description: 'Why nothing fires then: the excluded days and their note' }),
          clockChange: z
            .strictObject({ effect: z.enum(['first-of-two', 'does-not-exist']), message: z.string() })
            .optional(),
        }),
      )
      .meta({ description: 'In the order of the clock on the wall; a prediction' }),
  })
  .meta({ id: 'Preview', description: 'What a rule means, before it is saved' })

export const upcomingSchema = z
  .strictObject({
    items: z.array(
      z.strictObject({
        scheduleId: scheduleIdSchema,
        name: nameSchema,
        utc: instantSchema,
        local: z.string().meta({ description: 'Wall time in the zone of the schedule' }),
        timeZone: z.string(),
        priority: z.int(),
      }),
    ),
    truncated: z.boolean().meta({ description: 'There are more in the window than were asked for' }),
  })
  .meta({ id: 'Upcoming', description: 'What the schedules of a workspace are going to start; a prediction' })

export const scheduleRoutes = {
  upcomingRuns: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/schedules:upcoming',
    access: 'viewer',
    summary: 'What all schedules are going to start in a window',
    query: z.strictObject({
      from: instantSchema.optional().meta({ description: 'Now, where it is left out' }),
      to: instantSchema
        .optional()
        .meta({ description: '24 hours after `from`, where it is left out; at most 31 days' }),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: upcomingSchema,
    status: 200,
    refusals: ['invalid'],
  }),
  previewSchedule: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/schedules:preview',
    access: 'viewer',
    summary: 'See what a rule means, before it is saved',
    description: 'Nothing is stored. What creating the schedule would refuse is refused here with the same reasons.',
    body: z.strictObject({
      rule: ruleSchema,
      timeZone: timeZone.default('UTC'),
      startAt: instantSchema.optional(),
      endAt: instantSchema.optional(),
      exclusions: exclusionsSchema.optional(),
      count: z.int().min(1).max(100).default(10),
    }),
    response: previewSchema,
    status: 200,
    refusals: ['invalid'],
  }),
  createSchedule: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/schedules',
    access: 'manager',
    summary: 'Create a schedule',
    description:
      'The rule is checked when it is written: what would never fire, or names a time that does not exist, is refused with the reason.',
    body: z.strictObject({
      name,
      protocolId: protocolIdSchema,
      parameters: parametersBody.default({}),
      rule: ruleSchema,
      timeZone: timeZone.default('UTC'),
      startAt: instantSchema.optional(),
      endAt: instantSchema.optional(),
      exclusions: exclusionsSchema.optional(),
      overlap: overlap.default('skip'),
      settings,
      tags: tags.default([]),
    }),
    response: scheduleSchema,
    status: 201,
    creates: true,
    refusals: ['invalid', 'invalid_state'],
  }),
  listSchedules: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/schedules',
    access: 'viewer',
    summary: 'List schedules',
    query: pageWithArchivedQuery,
    response: pageOf(scheduleSchema),
    status: 200,
  }),
  getSchedule: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/schedules/{scheduleId}',
    access: 'viewer',
    summary: 'Get a schedule, its next times and its statistics',
    response: scheduleDetailSchema,
    status: 200,
  }),
  explainSchedule: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/schedules/{scheduleId}/why',
    access: 'viewer',
    summary: 'Why did it run, or not run, at that time?',
    description: 'Answered from recorded facts: the run of that time, else the schedule as it stood then.',
    query: z.strictObject({
      at: z
        .string()
        .max(40)
        .meta({
          description: 'A moment with its offset, or a wall time in the zone of the schedule',
          examples: ['2026-11-20T09:00'],
        }),
    }),
    response: explanationSchema,
    status: 200,
    refusals: ['invalid'],
  }),
  changeSchedule: route({
    method: 'PATCH',
    path: '/v1/workspaces/{workspaceId}/schedules/{scheduleId}',
    access: 'manager',
    summary: 'Change a schedule; a new rule takes effect at once',
    description:
      'Objects and lists, settings too, are replaced whole. null takes endAt, exclusions or skips away. A completed schedule that gets a rule with future times is active again.',
    body: z
      .strictObject({
        name,
        parameters: parametersBody,
        rule: ruleSchema,
        timeZone,
        startAt: instantSchema,
        endAt: instantSchema.nullable(),
        exclusions: exclusionsSchema.nullable(),
        skips: z.null(),
        overlap,
        settings: runSettingsSchema,
        tags,
      })
      .partial(),
    response: scheduleSchema,
    status: 200,
    ifMatch: 'required',
    refusals: ['invalid', 'invalid_state'],
  }),
  deleteSchedule: route({
    method: 'DELETE',
    path: '/v1/workspaces/{workspaceId}/schedules/{scheduleId}',
    access: 'manager',
    summary: 'Archive a schedule, or remove it with ?hard=true; its runs and their history stay',
    query: z.strictObject({ hard: flag.optional() }),
    status: 204,
    ifMatch: 'required',
    refusals: ['invalid_state'],
  }),
  skipTime: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/schedules/{scheduleId}/skip',
    access: 'operator',
    summary: 'Take out the next time, or one that is named',
    description:
      'What is due then is recorded as a skipped run with the note. PATCH skips to null puts all of them back.',
    body: noteBody.extend({
      at: z.string().max(40).optional().meta({
        description:
          'A moment with its offset, or a wall time in the zone of the schedule; the next where it is left out',
      }),
    }),
    response: scheduleSchema,
    status: 200,
    ifMatch: 'optional',
    refusals: ['invalid', 'invalid_state', 'limit_exceeded'],
  }),
  pauseSchedule: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/schedules/{scheduleId}/pause',
    access: 'operator',
    summary: 'Pause a schedule; nothing of it starts until it is resumed',
    body: noteBody,
    response: scheduleSchema,
    status: 200,
    ifMatch: 'optional',
    refusals: ['invalid_state'],
  }),
  resumeSchedule: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/schedules/{scheduleId}/resume',
    access: 'operator',
    summary: 'Resume a paused schedule; what it missed is not made up',
    response: scheduleSchema,
    status: 200,
    ifMatch: 'optional',
    refusals: ['invalid_state'],
  }),
  recoverSchedule: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/schedules/{scheduleId}/recover',
    access: 'operator',
    summary: 'Clear a recovery, with a note of what was found; the schedule fires again',
    body: noteBody,
    response: scheduleSchema,
    status: 200,
    ifMatch: 'optional',
    refusals: ['invalid_state'],
  }),
  triggerSchedule: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/schedules/{scheduleId}/trigger',
    access: 'scientist',
    summary: 'Start a run of a schedule now',
    body: z.strictObject({ parameters: parametersBody.optional(), priority: z.int().min(1).max(5).optional() }),
    response: runSchema,
    status: 201,
    creates: true,
    refusals: ['invalid', 'invalid_state'],
  }),
} as const
