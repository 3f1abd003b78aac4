import * as z from 'zod'
import { assetSchema } from '#domain/assets/asset.ts'
import { personFields, personSchema } from '#domain/people/person.ts'
import { pageOf, pageWithArchivedQuery, route } from '../route.ts'

const people = '/v1/workspaces/{workspaceId}/people'
const [timeOff] = [personSchema.shape.timeOff.unwrap().element]
const { from, to, kind, note } = timeOff.shape

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
