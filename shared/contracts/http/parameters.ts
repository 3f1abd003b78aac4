import {
  agentIdSchema,
  assetIdSchema,
  protocolIdSchema,
  reservationIdSchema,
  runIdSchema,
  scheduleIdSchema,
  workspaceIdSchema,
} from '#domain/ids.ts'
import { subjectSchema } from '#domain/workspaces/workspace.ts'

/** Everything that can stand in a path, by its name there. */
export const parameterSchemas = {
  workspaceId: workspaceIdSchema,
  assetId: assetIdSchema,
  agentId: agentIdSchema,
  protocolId: protocolIdSchema,
  scheduleId: scheduleIdSchema,
  runId: runIdSchema,
  reservationId: reservationIdSchema,
  subject: subjectSchema,
} as const
export type ParameterName = keyof typeof parameterSchemas
