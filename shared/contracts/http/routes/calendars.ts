import * as z from 'zod'
import { calendarSchema } from '#domain/calendars/calendar.ts'
import { flag, pageOf, pageQuery, route } from '../route.ts'

const all = '/v1/workspaces/{workspaceId}/calendars'
const one = `${all}/{calendarId}` as const
const { name, days, closures } = calendarSchema.shape

export const calendarRoutes = {
  createCalendar: route({
    method: 'POST',
    path: all,
    access: 'manager',
    summary: 'Create a calendar of days and hours in which the schedules that name it do not fire',
    body: z.strictObject({ name, days: days.default([]), closures: closures.default([]) }),
    response: calendarSchema,
    status: 201,
    creates: true,
    refusals: ['invalid'],
  }),
  listCalendars: route({
    method: 'GET',
    path: all,
    access: 'viewer',
    summary: 'List calendars',
    query: pageQuery.extend({ archived: flag.optional().meta({ description: 'true: also what was archived' }) }),
    response: pageOf(calendarSchema),
    status: 200,
  }),
  getCalendar: route({
    method: 'GET',
    path: one,
    access: 'viewer',
    summary: 'Get a calendar',
    response: calendarSchema,
    status: 200,
  }),
  changeCalendar: route({
    method: 'PATCH',
    path: one,
    access: 'manager',
    summary: 'Change a calendar; it takes effect at once for all schedules that name it',
    body: z.strictObject({ name, days, closures }).partial(),
    response: calendarSchema,
    status: 200,
    ifMatch: 'required',
    refusals: ['invalid', 'invalid_state'],
  }),
  importCalendar: route({
    method: 'POST',
    path: `${one}/import`,
    access: 'manager',
    summary: 'Take days and hours over from an iCalendar text',
    description:
      'All-day events become days, others closures; repeated ones are written out for five years. What could not be taken over is told.',
    body: z.strictObject({
      icalendar: z.string().min(1).max(250_000),
      mode: z.enum(['replace', 'add']).default('replace'),
    }),
    response: z
      .strictObject({
        calendar: calendarSchema,
        days: z.int(),
        closures: z.int(),
        left: z.array(z.strictObject({ event: z.string(), why: z.string() })),
      })
      .meta({ id: 'CalendarImport' }),
    status: 200,
    ifMatch: 'optional',
    refusals: ['invalid', 'invalid_state', 'limit_exceeded'],
  }),
  archiveCalendar: route({
    method: 'DELETE',
    path: one,
    access: 'manager',
    summary: 'Archive a calendar; schedules that name it fire on its days again',
    status: 204,
    ifMatch: 'required',
  }),
} as const
