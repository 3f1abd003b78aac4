import * as z from 'zod'
import { assetIdSchema } from '#domain/ids.ts'
import { dutySchema } from '#domain/rotations/duty.ts'
import { dutiesSchema, dutyExceptionSchema, rotationSchema } from '#domain/rotations/rotation.ts'
import { daySchema as date } from '#domain/time.ts'
import { pageOf, pageQuery, route } from '../route.ts'

const rotations = '/v1/workspaces/{workspaceId}/rotations'
const exceptions = '/v1/workspaces/{workspaceId}/duty-exceptions'

const warningSchema = z
  .strictObject({
    code: z.enum(['gap', 'unknown-person', 'unavailable', 'left', 'time-off', 'not-working']),
    duty: dutySchema,
    date,
    assetId: assetIdSchema.optional(),
    message: z.string(),
  })
  .meta({ id: 'DutyWarning', description: 'A duty that nobody has on a date, or somebody who is not there' })
const warnings = z.array(warningSchema)

const holderSchema = z
  .strictObject({
    duty: dutySchema,
    date,
    holder: z.discriminatedUnion('because', [
      z.strictObject({
        because: z.literal('exception'),
        assetId: assetIdSchema.optional().meta({ description: 'Nobody, where it is left out' }),
        reason: z.string(),
        by: z.string(),
        standing: assetIdSchema.optional().meta({ description: 'Who has it by the rotation' }),
      }),
      z.strictObject({ because: z.literal('rotation'), assetId: assetIdSchema, weekday: z.string() }),
      z.strictObject({ because: z.literal('nobody'), weekday: z.string() }),
    ]),
    name: z.string().optional(),
    unable: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  })
  .meta({ id: 'DutyHolder', description: 'Who has a duty on a date, why, and what keeps them from it' })

const fairnessSchema = z
  .strictObject({
    duty: dutySchema,
    days: z.int(),
    uncovered: z.int().meta({ description: 'Days on which nobody has it' }),
    shares: z.array(
      z.strictObject({
        assetId: assetIdSchema,
        days: z.int(),
        stoodIn: z.int().meta({ description: 'Of them, by an exception instead of somebody else' }),
        relieved: z.int().meta({ description: 'Days that an exception took from them' }),
        aboveEqual: z.number().meta({ description: 'Days more (or less) than an equal share' }),
      }),
    ),
    spread: z.int().meta({ description: 'Days between whoever has most and whoever has fewest' }),
  })
  .meta({ id: 'DutyFairness', description: 'How a duty is shared among people' })

export const rotationRoutes = {
  getRotation: route({
    method: 'GET',
    path: rotations,
    access: 'viewer',
    summary: 'Who takes which duty on which weekday',
    response: rotationSchema,
    status: 200,
  }),
  setRotation: route({
    method: 'PUT',
    path: rotations,
    access: 'manager',
    summary: 'Replace who takes which duty on which weekday, all of it at once',
    description: 'The answer warns of days that nobody has, and of people who are not there, in the coming four weeks.',
    ifMatch: 'required',
    body: z.strictObject({ duties: dutiesSchema }),
    response: z.strictObject({ rotation: rotationSchema, warnings }),
    status: 200,
    refusals: ['invalid', 'contended'],
  }),
  getDutyHolder: route({
    method: 'GET',
    path: `${rotations}/holder`,
    access: 'viewer',
    summary: 'Who has a duty on a date, and why',
    query: z.strictObject({ duty: dutySchema, date }),
    response: holderSchema,
    status: 200,
  }),
  getDutyWarnings: route({
    method: 'GET',
    path: `${rotations}/warnings`,
    access: 'viewer',
    summary: 'Days that nobody has, and people who are not there when they have a duty',
    query: z.strictObject({ from: date.optional(), days: z.coerce.number().int().min(1).max(366).default(28) }),
    response: z.strictObject({ warnings }),
    status: 200,
    refusals: ['limit_exceeded'],
  }),
  getDutyFairness: route({
    method: 'GET',
    path: `${rotations}/fairness`,
    access: 'viewer',
    summary: 'How the duties of some days are shared among people',
    query: z.strictObject({ from: date, to: date }),
    response: z.strictObject({ duties: z.array(fairnessSchema) }),
    status: 200,
    refusals: ['invalid', 'limit_exceeded'],
  }),
  createDutyException: route({
    method: 'POST',
    path: exceptions,
    access: 'manager',
    summary: 'Say who takes a duty on one date instead',
    creates: true,
    body: dutyExceptionSchema
      .pick({ date: true, duty: true, reason: true })
      .extend({ assetId: assetIdSchema.nullable().meta({ description: 'null: nobody takes it' }) }),
    response: dutyExceptionSchema,
    status: 201,
    refusals: ['invalid', 'already_exists'],
  }),
  listDutyExceptions: route({
    method: 'GET',
    path: exceptions,
    access: 'viewer',
    summary: 'List the exceptions, the latest date first',
    query: pageQuery,
    response: pageOf(dutyExceptionSchema),
    status: 200,
  }),
  getDutyException: route({
    method: 'GET',
    path: `${exceptions}/{dutyExceptionId}`,
    access: 'viewer',
    summary: 'Get an exception; its id is its date and duty',
    response: dutyExceptionSchema,
    status: 200,
  }),
  dropDutyException: route({
    method: 'DELETE',
    path: `${exceptions}/{dutyExceptionId}`,
    access: 'manager',
    summary: 'Take an exception away; the rotation holds again',
    status: 204,
  }),
} as const
