import * as z from 'zod'
import { keysOf } from '#domain/keys-of.ts'
import {
  planningAskFields,
  planningRunSchema,
  planningRunStatuses,
  progressSchema,
} from '#domain/planning-runs/planning-run.ts'
import { planningRoutineSchema, routineFields } from '#domain/planning-runs/routine.ts'
import { instantSchema } from '#domain/time.ts'
import { pageOf, pageQuery, route } from '../route.ts'

const runs = '/v1/workspaces/{workspaceId}/planning-runs'
const routines = '/v1/workspaces/{workspaceId}/planning-routines'

const routine = z.strictObject(routineFields)

export const planningRoutes = {
  requestPlanningRun: route({
    method: 'POST',
    path: runs,
    access: 'scientist',
    summary: 'Plan beside the request, for up to ten minutes; its progress and its plan are told by the run',
    description:
      'The plan is a candidate, as with POST …/plans. A search ends when its `iterations` are used up; the same question then gives the same plan, and `seconds` only end it earlier. With `seconds` alone it cools by the clock and uses them up: what it finds depends on the machine, and is found anew each time.',
    body: z.strictObject(planningAskFields),
    response: planningRunSchema,
    status: 201,
    creates: true,
    makes: 'planningRun',
    refusals: ['invalid', 'invalid_state', 'limit_exceeded'],
  }),
  listPlanningRuns: route({
    method: 'GET',
    path: runs,
    access: 'viewer',
    summary: 'List planning runs, newest first',
    query: pageQuery.extend({ status: z.enum(keysOf(planningRunStatuses)).optional() }),
    response: pageOf(planningRunSchema),
    status: 200,
  }),
  getPlanningRun: route({
    method: 'GET',
    path: `${runs}/{planningRunId}`,
    access: 'viewer',
    summary: 'Get a planning run, and how far it is',
    response: z.strictObject({ run: planningRunSchema, progress: progressSchema.optional() }),
    status: 200,
  }),
  stopPlanningRun: route({
    method: 'POST',
    path: `${runs}/{planningRunId}/stop`,
    access: 'scientist',
    summary: 'Stop a planning run; with `keep` its best plan so far is kept',
    body: z.strictObject({ keep: z.boolean().default(false), reason: z.string().min(1).max(500).optional() }),
    response: planningRunSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
  deletePlanningRun: route({
    method: 'DELETE',
    path: `${runs}/{planningRunId}`,
    access: 'manager',
    summary: 'Delete a planning run that is over, and the plan that it made',
    description: 'Refused while it is under way, and where its plan is committed. The history of both stays.',
    status: 204,
    refusals: ['invalid_state', 'contended'],
  }),
  createPlanningRoutine: route({
    method: 'POST',
    path: routines,
    access: 'manager',
    summary: 'Let plans be made by themselves, at the times of a rule; people look at them and commit',
    body: routine,
    response: planningRoutineSchema,
    status: 201,
    creates: true,
    makes: 'planningRoutine',
    refusals: ['invalid', 'limit_exceeded'],
  }),
  listPlanningRoutines: route({
    method: 'GET',
    path: routines,
    access: 'viewer',
    summary: 'List planning routines',
    query: pageQuery,
    response: pageOf(planningRoutineSchema),
    status: 200,
  }),
  getPlanningRoutine: route({
    method: 'GET',
    path: `${routines}/{planningRoutineId}`,
    access: 'viewer',
    summary: 'Get a planning routine',
    response: planningRoutineSchema,
    status: 200,
  }),
  getPlanningTimes: route({
    method: 'GET',
    path: `${routines}/{planningRoutineId}/times`,
    access: 'viewer',
    summary: 'The next times at which a routine plans; none while it is paused',
    query: z.strictObject({ count: z.coerce.number().int().min(1).max(50).default(5) }),
    response: z.strictObject({ times: z.array(instantSchema) }),
    status: 200,
  }),
  changePlanningRoutine: route({
    method: 'PATCH',
    path: `${routines}/{planningRoutineId}`,
    access: 'manager',
    summary: 'Change a planning routine, pause it, or end it for good',
    ifMatch: 'required',
    body: z
      .strictObject({ ...routine.partial().shape, status: planningRoutineSchema.shape.status.optional() })
      .refine((body) => Object.keys(body).length > 0, { error: 'send at least one field' }),
    response: planningRoutineSchema,
    status: 200,
    refusals: ['invalid', 'invalid_state'],
  }),
} as const
