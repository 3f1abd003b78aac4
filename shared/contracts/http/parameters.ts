import * as z from 'zod'
import { certificateIdSchema } from '#domain/agents/certificate.ts'
import { feedTokenSchema } from '#domain/feeds/feed.ts'
import {
  agentIdSchema,
  artifactIdSchema,
  assetIdSchema,
  batchIdSchema,
  calendarIdSchema,
  conflictIdSchema,
  connectorIdSchema,
  contactIdSchema,
  deliveryIdSchema,
  feedIdSchema,
  groupIdSchema,
  orderIdSchema,
  orderTemplateIdSchema,
  outageIdSchema,
  planIdSchema,
  planningRoutineIdSchema,
  planningRunIdSchema,
  protocolIdSchema,
  quotaIdSchema,
  recoveryIdSchema,
  reservationIdSchema,
  runIdSchema,
  scheduleIdSchema,
  seriesIdSchema,
  slotIdSchema,
  snapshotIdSchema,
  subscriptionIdSchema,
  typeIdSchema,
  verificationIdSchema,
  waitlistEntryIdSchema,
  waiverIdSchema,
  workspaceIdSchema,
} from '#domain/ids.ts'
import { timeOffIdSchema } from '#domain/people/person.ts'
import { subjectSchema } from '#domain/workspaces/workspace.ts'

/** Everything that can stand in a path, by its name there. */
export const parameterSchemas = {
  workspaceId: workspaceIdSchema,
  assetId: assetIdSchema,
  /** The asset that is a person. */
  personId: assetIdSchema,
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
  orderId: orderIdSchema,
  orderTemplateId: orderTemplateIdSchema,
  batchId: batchIdSchema,
  planId: planIdSchema,
  /** The plan that is an assignment. */
  assignmentId: planIdSchema,
  connectorId: connectorIdSchema,
  planningRunId: planningRunIdSchema,
  planningRoutineId: planningRoutineIdSchema,
  slotId: slotIdSchema,
  snapshotId: snapshotIdSchema,
  dutyExceptionId: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}_[a-z][a-z0-9_]{0,39}$/, 'expected a date and a duty: 2026-12-24_juicer'),
  verificationId: verificationIdSchema,
  /** Of a finding. */
  fingerprint: z.string().regex(/^[0-9a-z]{25}$/),
  timeOffId: timeOffIdSchema,
  feedToken: feedTokenSchema,
  subject: subjectSchema,
  /** Number of a version of something; as text, because that is what a path holds. */
  version: z.string().regex(/^[1-9]\d{0,8}$/, 'the number of a version'),
} as const
export type ParameterName = keyof typeof parameterSchemas
