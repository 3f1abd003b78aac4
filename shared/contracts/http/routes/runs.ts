import * as z from 'zod'
import { auditEntrySchema } from '#domain/audit/entry.ts'
import { progressSchema } from '#domain/commands/command.ts'
import { protocolIdSchema, scheduleIdSchema } from '#domain/ids.ts'
import { reservationSchema } from '#domain/reservations/reservation.ts'
import { runSchema } from '#domain/runs/run.ts'
import { runSettingsSchema } from '#domain/schedules/schedule.ts'
import { subjectSchema } from '#domain/workspaces/workspace.ts'
import { pageOf, pageQuery, parametersBody, route } from '../route.ts'

/** A run as it is answered: with its progress, while it is driven. */
const runDetailSchema = z
  .discriminatedUnion(
    'status',
    runSchema.options.map((state) =>
      state.extend({ progress: progressSchema.optional() }),
    ) as unknown as typeof runSchema.options,
  )
  .meta({ id: 'RunDetail', description: 'A run, and while it is driven how far it is' })

export const runRoutes = {
  startRun: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/runs',
    access: 'scientist',
    summary: 'Start a run of a protocol now',
    body: z.strictObject({
      protocolId: protocolIdSchema,
      parameters: parametersBody.default({}),
      settings: runSettingsSchema.prefault({}),
    }),
    response: runSchema,
    status: 201,
    creates: true,
    refusals: ['invalid', 'invalid_state'],
  }),
  listRuns: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/runs',
    access: 'viewer',
    summary: 'List runs, newest first',
    query: pageQuery.extend({
      scheduleId: scheduleIdSchema.optional(),
      status: z.enum(['live', 'ended']).optional().meta({
        description: 'Only runs that have not ended, or only those that have; a page may hold fewer than `limit`',
      }),
    }),
    response: pageOf(runSchema),
    status: 200,
  }),
  getRun: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/runs/{runId}',
    access: 'viewer',
    summary: 'Get a run; while it is driven, with how far it is and the end of what the instrument prints',
    response: runDetailSchema,
    status: 200,
  }),
  getRunHistory: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/runs/{runId}/history',
    access: 'viewer',
    summary: 'Everything that happened to a run, oldest first',
    query: pageQuery,
    response: pageOf(auditEntrySchema),
    status: 200,
  }),
  getRunReservations: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/runs/{runId}/reservations',
    access: 'viewer',
    summary: 'The reservations of a run, one for each attempt that got its assets',
    response: pageOf(reservationSchema),
    status: 200,
  }),
  abortRun: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/runs/{runId}/abort',
    access: 'operator',
    summary: 'Stop a run',
    description:
      'What has not begun ends at once. What is being driven is told to stop, and ends when the agent reports that it has.',
    body: z.strictObject({ note: z.string().min(1).max(500).optional() }),
    response: runSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
  pauseRun: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/runs/{runId}/pause',
    access: 'operator',
    summary: 'Let the instrument stand still, where its driver can',
    description: 'The run is `paused` when the agent has told that it stands still. Its time limit goes on.',
    body: z.strictObject({ note: z.string().min(1).max(500).optional() }),
    response: runSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
  resumeRun: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/runs/{runId}/resume',
    access: 'operator',
    summary: 'Let a paused run go on',
    body: z.strictObject({ note: z.string().min(1).max(500).optional() }),
    response: runSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
  holdRun: route({
    method: 'POST',
    path: '/v1/workspaces/{workspaceId}/runs/{runId}/legal-hold',
    access: 'manager',
    summary: 'Keep a run, with its history, whatever the workspace says about old runs; or let it go again',
    body: z.strictObject({ held: z.boolean(), note: z.string().min(1).max(500) }),
    response: runSchema,
    status: 200,
  }),
  listAudit: route({
    method: 'GET',
    path: '/v1/workspaces/{workspaceId}/audit',
    access: 'viewer',
    summary: 'Who changed a thing, when, to what; oldest first',
    query: pageQuery.extend({
      subject: subjectSchema.meta({ description: 'Id of the thing, or the subject of a member' }),
    }),
    response: pageOf(auditEntrySchema),
    status: 200,
  }),
} as const
