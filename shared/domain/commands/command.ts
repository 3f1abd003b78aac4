import * as z from 'zod'
import {
  agentIdSchema,
  assetIdSchema,
  commandIdSchema,
  reservationIdSchema,
  runIdSchema,
  workspaceIdSchema,
} from '../ids.ts'
import { driverNameSchema } from '../protocols/protocol.ts'
import {
  continuationOptionSchema,
  continuationSchema,
  mostFacts,
  mostOptions,
  uncertainFactSchema,
} from '../recovery/uncertain.ts'
import { stepSchema } from '../runs/step.ts'
import { instantSchema } from '../time.ts'

/** How an agent says that a drive ended; the wire form is in contracts/agents. */
export const driveResultSchema = z.strictObject({
  outcome: z.enum(['succeeded', 'failed', 'aborted', 'refused', 'indeterminate']),
  reason: z.string().optional(),
  message: z.string().optional(),
  exitCode: z.int().optional(),
  outputTail: z.string().optional(),
  startedAt: instantSchema.optional(),
  endedAt: instantSchema.optional(),
  uncertain: z.array(uncertainFactSchema).max(mostFacts).optional(),
  options: z.array(continuationOptionSchema).max(mostOptions).optional(),
})
export type DriveResult = z.output<typeof driveResultSchema>

const shared = {
  workspaceId: workspaceIdSchema,
  id: commandIdSchema,
  agentId: agentIdSchema,
  runId: runIdSchema,
  attempt: z.int().min(1),
  reservationId: reservationIdSchema,
  driver: driverNameSchema,
  path: z.string().optional(),
  payload: z.record(z.string(), z.json()).optional(),
  parameters: z.record(z.string(), z.json()),
  fences: z.array(z.strictObject({ assetId: assetIdSchema, fence: z.int().min(1) })),
  notAfter: instantSchema,
  timeLimitMs: z.int().min(1),
  heartbeatMs: z.int().min(1),
  /** Callback token of the Drive state; a retried Drive replaces it. Never leaves the cloud. */
  taskToken: z.string(),
  queuedAt: instantSchema,
  /** Set when the drive is to be stopped; the agent gets it as a control. */
  abort: z.strictObject({ at: instantSchema, note: z.string().optional() }).optional(),
  /** Whether somebody wants it to stand still; the agent gets it as a control until it has told what came of it. */
  pause: z.strictObject({ wanted: z.boolean(), at: instantSchema }).optional(),
  assetIds: z.array(assetIdSchema).optional(),
  steps: z.array(stepSchema).optional(),
  continuation: continuationSchema.optional(),
  version: z.int().min(1),
}

/** The one grant: who got it and when (I2). */
const grant = { session: z.string(), grantedAt: instantSchema }

/** How far a drive is, as the agent told last, and the end of what the instrument printed. */
export const progressSchema = z
  .strictObject({
    percent: z.number().min(0).max(100).optional(),
    step: z.string().optional(),
    note: z.string().optional(),
    logTail: z.string().optional(),
    at: instantSchema,
  })
  .meta({ id: 'Progress', description: 'How far a drive is, as the agent told last' })
export type Progress = z.output<typeof progressSchema>

/**
 * A letter in an agent's mailbox: queued → granted → driving → ended. Whatever settles it (the end of its run, an abort
 * before the grant, the agent's late proof) removes it in the same transaction, so a mailbox holds open letters only.
 */
export const commandSchema = z.discriminatedUnion('status', [
  z.strictObject({ ...shared, status: z.literal('queued') }),
  z.strictObject({ ...shared, ...grant, status: z.literal('granted') }),
  z.strictObject({
    ...shared,
    ...grant,
    status: z.literal('driving'),
    startedAt: instantSchema,
    heardAt: instantSchema,
    progress: progressSchema.optional(),
  }),
  z.strictObject({
    ...shared,
    ...grant,
    status: z.literal('ended'),
    startedAt: instantSchema.optional(),
    result: driveResultSchema,
    endedAt: instantSchema,
  }),
])
export type Command = z.output<typeof commandSchema>

/** Granted and not known to have ended: the instrument may be moving. */
export const mayBeDriving = (command: Command): command is Extract<Command, { status: 'granted' | 'driving' }> =>
  command.status === 'granted' || command.status === 'driving'

/** Of interest to the agent: waiting for it, or held by it. */
export const isOpen = (command: Command): boolean => command.status === 'queued' || mayBeDriving(command)
