import * as z from 'zod'
import { assetSchema } from '#domain/assets/asset.ts'
import { assetIdSchema, orderIdSchema } from '#domain/ids.ts'
import { orderSchema } from '#domain/orders/order.ts'
import { personFields, personSchema } from '#domain/people/person.ts'
import { instantSchema } from '#domain/time.ts'
import { pageOf, pageWithArchivedQuery, route } from '../route.ts'

const people = '/v1/workspaces/{workspaceId}/people'
const [timeOff] = [personSchema.shape.timeOff.unwrap().element]
const { from, to, kind, note } = timeOff.shape

const line = z.int().min(1)
const problems = z.array(z.strictObject({ line, code: z.string(), message: z.string() }))
const dryRun = z.boolean().default(false)
const table = z.string().max(200_000)

const peopleImportedSchema = z
  .strictObject({
    dryRun: z.boolean(),
    created: z.array(z.strictObject({ line, name: z.string(), assetId: assetIdSchema.optional() })),
    changed: z.array(z.strictObject({ line, name: z.string(), assetId: assetIdSchema })),
    unchanged: z.int(),
    problems,
  })
  .meta({ id: 'PeopleImported', description: 'What an import of people did, or would do; problems by their line' })
const timeOffImportedSchema = z
  .strictObject({
    dryRun: z.boolean(),
    people: z.array(z.strictObject({ assetId: assetIdSchema, name: z.string(), added: z.int() })),
    unchanged: z.int(),
    problems,
    left: z.array(z.strictObject({ event: z.string(), why: z.string() })),
  })
  .meta({ id: 'TimeOffImported', description: 'What an import of time off did, or would do' })

const reason = z.strictObject({ code: z.string(), message: z.string() })
const peopleFoundSchema = z
  .strictObject({
    start: instantSchema,
    end: instantSchema,
    reasons: z.array(reason).meta({ description: 'What the order itself says against that time, whoever does it' }),
    people: z.array(
      z.strictObject({
        assetId: assetIdSchema,
        name: z.string(),
        may: z.boolean(),
        why: z
          .strictObject({ hoursInWeek: z.number(), hoursOnDay: z.number(), onDay: z.int() })
          .meta({ description: 'What they have in that week and on that day already' }),
        against: z.array(
          reason.extend({
            severity: z.enum(['hard', 'soft']).meta({ description: 'hard: nobody may override it' }),
            overridableBy: z.string().optional().meta({ description: 'The least role that may override it' }),
          }),
        ),
      }),
    ),
  })
  .meta({
    id: 'PeopleFound',
    description: 'Who may do something at a time, the least busy first, and why the others may not',
  })

export const peopleRoutes = {
  listPeople: route({
    method: 'GET',
    path: people,
    access: 'viewer',
    summary: 'List the assets that are persons',
    query: pageWithArchivedQuery,
    response: pageOf(assetSchema),
    status: 200,
  }),
  getPerson: route({
    method: 'GET',
    path: `${people}/{personId}`,
    access: 'viewer',
    summary: 'Get a person',
    response: assetSchema,
    status: 200,
  }),
  setPerson: route({
    method: 'PUT',
    path: `${people}/{personId}`,
    access: 'manager',
    summary: 'Say who somebody is, and what they are qualified for until when',
    description: 'The asset must be a person. Working hours are its opening hours; time off stays as it is.',
    ifMatch: 'required',
    body: z.strictObject(personFields),
    response: assetSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
  importPeople: route({
    method: 'POST',
    path: `${people}:import`,
    access: 'manager',
    summary: 'Make and change people as a table says; all of it, or nothing',
    description:
      'Columns: name, subject, qualifications ("laser until 2027-06-30; confocal"), lastDay, timeZone and hours ("mon-fri 09:00-17:00"), location, tags. People are found by name; an empty cell changes nothing.',
    body: z.strictObject({ csv: table, dryRun }),
    response: peopleImportedSchema,
    status: 200,
    refusals: ['invalid', 'limit_exceeded'],
  }),
  importTimeOff: route({
    method: 'POST',
    path: `${people}:import-time-off`,
    access: 'manager',
    summary: 'Add time off of many people as a table says, or of one as an iCalendar text says',
    description: 'Columns: person (name, id or subject), from, to, kind, note. The same again adds nothing.',
    body: z.union([
      z.strictObject({ csv: table, dryRun }),
      z.strictObject({ personId: assetIdSchema, icalendar: table, kind: kind.default('vacation'), dryRun }),
    ]),
    response: timeOffImportedSchema,
    status: 200,
    refusals: ['invalid', 'invalid_state', 'not_found', 'limit_exceeded'],
  }),
  findPeople: route({
    method: 'POST',
    path: `${people}:available`,
    access: 'viewer',
    summary:
      'Everybody for an order at a time, ranked: those who may do it, then the others with all that is against them',
    description:
      'Of those who may, whoever has the fewest hours in that week comes first, then the fewest on that day. An order that names no start is looked at where it stands, else as soon as it may begin. Nothing is changed.',
    body: z.union([
      z.strictObject({ orderId: orderIdSchema, start: instantSchema.optional() }),
      z.strictObject({
        start: instantSchema,
        durationMinutes: orderSchema.shape.durationMinutes.optional(),
        requirements: orderSchema.shape.requirements.optional(),
        type: orderSchema.shape.type,
      }),
    ]),
    response: peopleFoundSchema,
    status: 200,
    refusals: ['invalid', 'not_found', 'limit_exceeded'],
  }),
  addTimeOff: route({
    method: 'POST',
    path: `${people}/{personId}/time-off`,
    access: 'operator',
    summary: 'Somebody is off on some days; what they were given on them becomes conflicts',
    body: z
      .strictObject({ from, to: to.optional(), kind, note })
      .refine(({ from: first, to: last }) => last === undefined || first <= last, {
        error: '`to` must not be before `from`',
        path: ['to'],
      }),
    response: assetSchema,
    status: 200,
    refusals: ['invalid_state', 'limit_exceeded'],
  }),
  dropTimeOff: route({
    method: 'DELETE',
    path: `${people}/{personId}/time-off/{timeOffId}`,
    access: 'operator',
    summary: 'Somebody is not off after all',
    response: assetSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
} as const
