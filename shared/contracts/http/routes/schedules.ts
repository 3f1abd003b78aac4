import * as z from 'zod'
import { scheduleIdSchema } from '#domain/ids.ts'
import { nameSchema } from '#domain/name.ts'
import { runSchema } from '#domain/runs/run.ts'
import { ruleSchema } from '#domain/schedules/rule.ts'
import { scheduleSchema } from '#domain/schedules/schedule.ts'
import { summarySchema } from '#domain/schedules/statistics.ts'
import { instantSchema } from '#domain/time.ts'
import { flag, pageOf, pageQuery, parametersBody, route } from '../route.ts'
import { filterFields, newScheduleFields, scheduleFields, timingFields } from './schedule-fields.ts'

/** A schedule as it is answered: with what it means, what it will do and what it did. */
const scheduleDetailSchema = z
  .strictObject({
    schedule: scheduleSchema,
    text: z.string().meta({ description: 'What its rule means', examples: ['at 09:00 on weekdays, Europe/Berlin'] }),
    nextTimes: z
      .array(z.strictObject({ utc: instantSchema, local: z.string() }))
      .meta({ description: 'The next times at which it starts runs, in UTC and in its zone; a prediction' }),
    statistics: summarySchema,
  })
  .meta({ id: 'ScheduleDetail' })

const previewSchema = z
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
    warnings: z.array(z.string()).meta({ description: 'What to know before it is saved' }),
    timeZoneData: z
      .string()
      .meta({ description: 'Release of the time zone database that told this', examples: ['2026a'] }),
  })
  .meta({ id: 'Preview', description: 'What a rule means, before it is saved' })

const upcomingSchema = z
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

const one = '/v1/workspaces/{workspaceId}/schedules/{scheduleId}'
const { startAt, endAt, exclusions, calendars, jitterSeconds } = timingFields

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
  getSchedule: route({
    method: 'GET',
    path: one,
    access: 'viewer',
    summary: 'Get a schedule, its next times and its statistics',
    response: scheduleDetailSchema,
    status: 200,
  }),
  deleteSchedule: route({
    method: 'DELETE',
    path: one,
    access: 'manager',
    summary: 'Archive a schedule, or remove it with ?hard=true; its runs and their history stay',
    query: z.strictObject({
      hard: flag.optional(),
      note: z.string().min(1).max(500).optional().meta({ description: 'Why; kept in the history' }),
    }),
    status: 204,
    ifMatch: 'required',
    refusals: ['invalid_state'],
  }),
  previewSchedule: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/schedules:preview',
    access: 'viewer',
    summary: 'See what a rule means, before it is saved',
    description: 'Nothing is stored. What creating the schedule would refuse is refused here with the same reasons.',
    body: z.strictObject({
      rule: timingFields.rule,
      timeZone: timingFields.timeZone.default('UTC'),
      startAt: startAt.optional(),
      endAt: endAt.optional(),
      exclusions: exclusions.optional(),
      calendars: calendars.optional(),
      jitterSeconds: jitterSeconds.optional(),
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
    body: z.strictObject(newScheduleFields),
    response: scheduleSchema,
    status: 201,
    creates: true,
    refusals: ['invalid', 'invalid_state', 'already_exists'],
  }),
  listSchedules: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/schedules',
    access: 'viewer',
    summary: 'List schedules, those that a filter means, in the order of their making or of their next run',
    description:
      'A page looks at 500 schedules at most, so one that filters may hold fewer items than limit; go on while there is next. In the order of the next run stand those that have one.',
    query: pageQuery.extend({
      ...filterFields,
      archived: flag.optional().meta({ description: 'true: also what was archived' }),
      nextFrom: instantSchema.optional().meta({ description: 'Its next run is at this moment or later' }),
      nextTo: instantSchema.optional().meta({ description: 'Its next run is at this moment or earlier' }),
      sort: z.enum(['created', '-created', 'next']).default('created'),
    }),
    response: pageOf(scheduleSchema),
    status: 200,
    refusals: ['invalid'],
  }),
  changeSchedule: route({
    method: 'PATCH',
    path: one,
    access: 'manager',
    summary: 'Change a schedule; a new rule takes effect at once',
    description:
      'Objects and lists, settings too, are replaced whole. null takes away what may be absent. A completed schedule that gets a rule with future times is active again.',
    body: z
      .strictObject({
        ...scheduleFields,
        endAt: endAt.nullable(),
        exclusions: exclusions.nullable(),
        calendars: calendars.nullable(),
        jitterSeconds: jitterSeconds.nullable(),
        buffer: scheduleFields.buffer.nullable(),
        catchUp: scheduleFields.catchUp.nullable(),
        maxRuns: scheduleFields.maxRuns.nullable(),
        holdAheadDays: scheduleFields.holdAheadDays.nullable(),
        externalName: scheduleFields.externalName.nullable(),
        skips: z.null(),
        moves: z.null(),
      })
      .partial(),
    response: scheduleSchema,
    status: 200,
    ifMatch: 'required',
    refusals: ['invalid', 'invalid_state', 'already_exists'],
  }),
  replaceSchedule: route({
    method: 'PUT',
    path: one,
    access: 'manager',
    summary: 'Replace everything that is said of a schedule; what is left out has its default, or is gone',
    description: 'Its skips and moves stay; startAt stays where it is left out.',
    body: z.strictObject(newScheduleFields),
    response: scheduleSchema,
    status: 200,
    ifMatch: 'required',
    refusals: ['invalid', 'invalid_state', 'already_exists'],
  }),
  cloneSchedule: route({
    method: 'POST',
    path: `${one}/clone`,
    access: 'manager',
    summary: 'Make another schedule like this one, paused',
    body: z.strictObject({ name: nameSchema.optional() }),
    response: scheduleSchema,
    status: 201,
    creates: true,
    refusals: ['invalid', 'invalid_state'],
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
