import * as z from 'zod'
import { assetHealthSchema } from '#domain/assets/health.ts'
import { auditEntrySchema } from '#domain/audit/entry.ts'
import { assetIdSchema, runIdSchema, scheduleIdSchema } from '#domain/ids.ts'
import { answerSchema, recoverySchema } from '#domain/recovery/recovery.ts'
import { runSchema } from '#domain/runs/run.ts'
import { emergencyStopSchema, holdSchema } from '#domain/workspaces/emergency-stop.ts'
import { noteBody, pageOf, pageQuery, route } from '../route.ts'

const workspace = '/v1/workspaces/{workspaceId}'
const one = `${workspace}/recoveries/{recoveryId}` as const
const quarantine = z.enum(['release', 'keep']).default('release').meta({
  description:
    'release: the assets of the uncertain drive are given back; keep: they stay held until they are released',
})

/** The recovery desk, emergency stops, and whether instruments are fit. */
export const recoveryRoutes = {
  listRecoveries: route({
    method: 'GET',
    path: `${workspace}/recoveries`,
    access: 'viewer',
    summary: 'What a person has to look at and clear: those that are open, or all of them, newest first',
    query: pageQuery.extend({ status: z.enum(['open', 'all']).default('open') }),
    response: pageOf(recoverySchema),
    status: 200,
  }),
  getRecovery: route({
    method: 'GET',
    path: one,
    access: 'viewer',
    summary: 'Get a recovery: what nobody knows, what was answered, what is held, how it may go on',
    response: recoverySchema,
    status: 200,
  }),
  getRecoveryHistory: route({
    method: 'GET',
    path: `${one}/history`,
    access: 'viewer',
    summary: 'Everything that was answered and decided, oldest first',
    query: pageQuery,
    response: pageOf(auditEntrySchema),
    status: 200,
  }),
  requireRecovery: route({
    method: 'POST',
    path: `${workspace}/recoveries`,
    access: 'operator',
    summary: 'Let nothing of a schedule, or on an asset, run again before somebody has cleared it',
    body: noteBody.extend({ scheduleId: scheduleIdSchema.optional(), assetId: assetIdSchema.optional() }),
    response: recoverySchema,
    status: 201,
    creates: true,
    makes: 'recovery',
    refusals: ['invalid', 'invalid_state'],
  }),
  answerFacts: route({
    method: 'POST',
    path: `${one}/answers`,
    access: 'operator',
    summary: 'Say what you found of things that nobody knew; one by one or all at once',
    body: z.strictObject({
      answers: z.record(z.string(), answerSchema).meta({ description: 'By the key of the fact' }),
    }),
    response: recoverySchema,
    status: 200,
    refusals: ['invalid', 'invalid_state'],
  }),
  continueRecovery: route({
    method: 'POST',
    path: `${one}/continue`,
    access: 'operator',
    summary: 'Take one of the ways to go on, after everything has been answered',
    description:
      'To go on opens a run on the same assets, which the driver is told about; to give up clears the recovery. Either way what it held is given back.',
    body: noteBody.extend({ option: z.string().min(1).max(60) }),
    response: recoverySchema,
    status: 200,
    refusals: ['invalid', 'invalid_state'],
  }),
  clearRecovery: route({
    method: 'POST',
    path: `${one}/clear`,
    access: 'operator',
    summary: 'Say that it may run again; nothing else makes it run',
    body: noteBody.extend({
      quarantine,
      missed: z.enum(['skip', 'make-up']).default('skip').meta({
        description: 'What becomes of the times of the schedule that passed meanwhile',
      }),
    }),
    response: recoverySchema,
    status: 200,
    refusals: ['invalid_state', 'limit_exceeded'],
  }),
  afterRestore: route({
    method: 'POST',
    path: `${workspace}/recoveries:after-restore`,
    access: 'manager',
    summary: 'After the table was restored: everything that was in use then goes into recovery',
    body: noteBody,
    response: z.strictObject({ assets: z.array(assetIdSchema) }),
    status: 200,
  }),
  listEmergencyStops: route({
    method: 'GET',
    path: `${workspace}/emergency-stops`,
    access: 'viewer',
    summary: 'Emergency stops that nobody has acknowledged, and the hold of the workspace',
    response: z.strictObject({
      workspace: emergencyStopSchema.optional(),
      assets: z.array(z.strictObject({ assetId: assetIdSchema, name: z.string(), stop: emergencyStopSchema })),
      hold: holdSchema.optional(),
    }),
    status: 200,
  }),
  emergencyStop: route({
    method: 'POST',
    path: `${workspace}/emergency-stops`,
    access: 'scientist',
    summary: 'Stop everything on an asset, or in the workspace, and let nothing start until it is acknowledged',
    description:
      'What is driving is told to stop; what is paused, queued or waits has ended. It is no substitute for the red button beside the instrument. Sent again, it stops what is left.',
    body: noteBody.extend({ assetId: assetIdSchema.optional() }),
    response: z.strictObject({
      aborted: z.array(runIdSchema),
      failed: z
        .array(z.strictObject({ runId: runIdSchema, message: z.string() }))
        .meta({ description: 'Could not be told to stop; look at the instrument' }),
    }),
    status: 200,
  }),
  acknowledgeStop: route({
    method: 'POST',
    path: `${workspace}/emergency-stops:acknowledge`,
    access: 'operator',
    summary: 'Take an emergency stop back; what was stopped stays stopped',
    body: noteBody.extend({ assetId: assetIdSchema.optional() }),
    status: 204,
  }),
  getAssetHealth: route({
    method: 'GET',
    path: `${workspace}/assets/{assetId}/health`,
    access: 'viewer',
    summary: 'Whether an asset is fit: good, bad, or unknown because its check is due',
    response: z.strictObject({
      state: z.enum(['good', 'unknown', 'bad']),
      last: assetHealthSchema.optional(),
    }),
    status: 200,
  }),
  setAssetHealth: route({
    method: 'POST',
    path: `${workspace}/assets/{assetId}/health`,
    access: 'operator',
    summary: 'Say that an asset is fit, or not, because you have found out in another way',
    body: noteBody.extend({ state: z.enum(['good', 'bad']) }),
    response: assetHealthSchema,
    status: 200,
    refusals: ['invalid_state'],
  }),
  checkAsset: route({
    method: 'POST',
    path: `${workspace}/health-checks`,
    access: 'operator',
    summary: 'Check an asset now',
    body: z.strictObject({ assetId: assetIdSchema }),
    response: runSchema,
    status: 201,
    creates: true,
    makes: 'run',
    refusals: ['invalid_state'],
  }),
} as const
