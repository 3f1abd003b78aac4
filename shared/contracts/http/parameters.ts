import * as z from 'zod'
import { certificateIdSchema } from '#domain/agents/certificate.ts'
import { feedTokenSchema } from '#domain/feeds/feed.ts'
import {
  agentIdSchema,
  artifactIdSchema,
  assetIdSchema,
  calendarIdSchema,
  conflictIdSchema,
  contactIdSchema,
  deliveryIdSchema,
  feedIdSchema,
  groupIdSchema,
  outageIdSchema,
  protocolIdSchema,
  quotaIdSchema,
  recoveryIdSchema,
  reservationIdSchema,
  runIdSchema,
  scheduleIdSchema,
  seriesIdSchema,
  subscriptionIdSchema,
  typeIdSchema,
  waitlistEntryIdSchema,
  waiverIdSchema,
  workspaceIdSchema,
} from '#domain/ids.ts'
import { subjectSchema } from '#domain/workspaces/workspace.ts'

/** Everything that can stand in a path, by its name there. */
export const parameterSchemas = {
  workspaceId: workspaceIdSchema,
  assetId: assetIdSchema,
  agentId: agentIdSchema,
  certificateId: certificateIdSchema,
  protocolId: protocolIdSchema,
  scheduleId: scheduleIdSchema,
  calendarId: calendarIdSchema,
  runId: runIdSchema,
  reservationId: reservationIdSchema,
  typeId: typeIdSchema,
  groupId: groupIdSchema,
  quotaId: quotaIdSchema,
  waiverId: waiverIdSchema,
  conflictId: conflictIdSchema,
  waitlistEntryId: waitlistEntryIdSchema,
  seriesId: seriesIdSchema,
  outageId: outageIdSchema,
  feedId: feedIdSchema,
  recoveryId: recoveryIdSchema,
  contactId: contactIdSchema,
  artifactId: artifactIdSchema,
  subscriptionId: subscriptionIdSchema,
  notificationId: deliveryIdSchema,
  feedToken: feedTokenSchema,
  subject: subjectSchema,
  /** Number of a version of something; as text, because that is what a path holds. */
  version: z.string().regex(/^[1-9]\d{0,8}$/, 'the number of a version'),
} as const
export type ParameterName = keyof typeof parameterSchemas
