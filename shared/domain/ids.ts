import * as z from 'zod'

/**
 * Every id in the product is `<prefix>_<body>`; this is the one table of prefixes.
 * The body is lower case letters, digits and hyphens, so that an id is safe in paths, topics, names and keys.
 */
export const idPrefixes = {
  workspace: 'ws',
  asset: 'ast',
  agent: 'agt',
  protocol: 'pro',
  schedule: 'sch',
  calendar: 'cal',
  run: 'run',
  reservation: 'res',
  command: 'cmd',
  audit: 'aud',
  message: 'msg',
  type: 'typ',
  group: 'grp',
  quota: 'quo',
  waiver: 'wvr',
  conflict: 'cft',
  outage: 'out',
  waitlistEntry: 'wtl',
  series: 'ser',
  feed: 'fed',
  notice: 'ntc',
  recovery: 'rcv',
  contact: 'ctc',
  subscription: 'sub',
  delivery: 'ntf',
  artifact: 'art',
  order: 'ord',
  orderTemplate: 'tpl',
  batch: 'bat',
  plan: 'pln',
  slot: 'slt',
  snapshot: 'snp',
  planningRun: 'plr',
  planningRoutine: 'rtn',
  proposal: 'prp',
  connector: 'con',
  verification: 'ver',
} as const

export type IdKind = keyof typeof idPrefixes

export type WorkspaceId = `ws_${string}`
export type AssetId = `ast_${string}`
export type AgentId = `agt_${string}`
export type ProtocolId = `pro_${string}`
export type ScheduleId = `sch_${string}`
export type CalendarId = `cal_${string}`
export type RunId = `run_${string}`
export type ReservationId = `res_${string}`
export type CommandId = `cmd_${string}`
export type AuditId = `aud_${string}`
export type MessageId = `msg_${string}`
export type TypeId = `typ_${string}`
export type GroupId = `grp_${string}`
export type QuotaId = `quo_${string}`
export type WaiverId = `wvr_${string}`
export type ConflictId = `cft_${string}`
export type OutageId = `out_${string}`
export type WaitlistEntryId = `wtl_${string}`
export type SeriesId = `ser_${string}`
export type FeedId = `fed_${string}`
export type NoticeId = `ntc_${string}`
export type RecoveryId = `rcv_${string}`
export type ContactId = `ctc_${string}`
export type SubscriptionId = `sub_${string}`
export type DeliveryId = `ntf_${string}`
export type ArtifactId = `art_${string}`
export type OrderId = `ord_${string}`
export type OrderTemplateId = `tpl_${string}`
export type BatchId = `bat_${string}`
export type PlanId = `pln_${string}`
export type SlotId = `slt_${string}`
export type SnapshotId = `snp_${string}`
export type PlanningRunId = `plr_${string}`
export type PlanningRoutineId = `rtn_${string}`
export type ProposalId = `prp_${string}`
export type ConnectorId = `con_${string}`
export type VerificationId = `ver_${string}`

const pattern = (kind: IdKind) => new RegExp(`^${idPrefixes[kind]}_[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$`)

const schemaOf = <Id extends string>(kind: IdKind) =>
  z
    .string()
    .regex(pattern(kind), `expected an id of the form ${idPrefixes[kind]}_…`)
    .transform((value) => value as Id)
    .meta({ description: `Id of a ${kind}`, examples: [`${idPrefixes[kind]}_01hzxk6m0q`] })

export const workspaceIdSchema = schemaOf<WorkspaceId>('workspace')
export const assetIdSchema = schemaOf<AssetId>('asset')
export const agentIdSchema = schemaOf<AgentId>('agent')
export const protocolIdSchema = schemaOf<ProtocolId>('protocol')
export const scheduleIdSchema = schemaOf<ScheduleId>('schedule')
export const calendarIdSchema = schemaOf<CalendarId>('calendar')
export const runIdSchema = schemaOf<RunId>('run')
export const reservationIdSchema = schemaOf<ReservationId>('reservation')
export const commandIdSchema = schemaOf<CommandId>('command')
export const auditIdSchema = schemaOf<AuditId>('audit')
export const messageIdSchema = schemaOf<MessageId>('message')
export const typeIdSchema = schemaOf<TypeId>('type')
export const groupIdSchema = schemaOf<GroupId>('group')
export const quotaIdSchema = schemaOf<QuotaId>('quota')
export const waiverIdSchema = schemaOf<WaiverId>('waiver')
export const conflictIdSchema = schemaOf<ConflictId>('conflict')
export const outageIdSchema = schemaOf<OutageId>('outage')
export const waitlistEntryIdSchema = schemaOf<WaitlistEntryId>('waitlistEntry')
export const seriesIdSchema = schemaOf<SeriesId>('series')
export const feedIdSchema = schemaOf<FeedId>('feed')
export const noticeIdSchema = schemaOf<NoticeId>('notice')
export const recoveryIdSchema = schemaOf<RecoveryId>('recovery')
export const contactIdSchema = schemaOf<ContactId>('contact')
export const subscriptionIdSchema = schemaOf<SubscriptionId>('subscription')
export const deliveryIdSchema = schemaOf<DeliveryId>('delivery')
export const artifactIdSchema = schemaOf<ArtifactId>('artifact')
export const orderIdSchema = schemaOf<OrderId>('order')
export const orderTemplateIdSchema = schemaOf<OrderTemplateId>('orderTemplate')
export const batchIdSchema = schemaOf<BatchId>('batch')
export const planIdSchema = schemaOf<PlanId>('plan')
export const slotIdSchema = schemaOf<SlotId>('slot')
export const snapshotIdSchema = schemaOf<SnapshotId>('snapshot')
export const planningRunIdSchema = schemaOf<PlanningRunId>('planningRun')
export const planningRoutineIdSchema = schemaOf<PlanningRoutineId>('planningRoutine')
export const proposalIdSchema = schemaOf<ProposalId>('proposal')
export const connectorIdSchema = schemaOf<ConnectorId>('connector')
export const verificationIdSchema = schemaOf<VerificationId>('verification')

const bodyOf = (id: string): string => id.slice(id.indexOf('_') + 1)

/** Milliseconds as nine base-36 digits: sorts by time as text until the year 5188. */
const sortable = (ms: number): string => Math.max(0, ms).toString(36).padStart(9, '0')

/**
 * The run of one firing. A pure function of schedule and scheduled time, so that however often a firing is
 * delivered there is one id, and the conditional put of that id decides which delivery opens the run (I4).
 * Ids of runs sort by the time they were due.
 */
export const runIdOfFiring = (scheduleId: ScheduleId, scheduledAtMs: number): RunId =>
  `run_${sortable(scheduledAtMs)}-${bodyOf(scheduleId)}`

/** The planning run of a routine for one of its times. */
export const planningRunIdOf = (routineId: PlanningRoutineId, scheduledAtMs: number): PlanningRunId =>
  `plr_${sortable(scheduledAtMs)}-${bodyOf(routineId)}`

/** The planning run of a request by a person. */
export const planningRunIdOfRequest = (requestedAtMs: number, unique: string): PlanningRunId =>
  `plr_${sortable(requestedAtMs)}-${bodyOf(unique)}`

/** The run of a request by a person: `unique` comes from the injected generator. */
export const runIdOfRequest = (requestedAtMs: number, unique: string): RunId =>
  `run_${sortable(requestedAtMs)}-${bodyOf(unique)}`

/**
 * The run by which a person fills in a time of a schedule for which a run is recorded that never drove. One for each time, so
 * that filling in twice fills in once.
 */
export const runIdOfBackfill = (scheduleId: ScheduleId, scheduledAtMs: number): RunId =>
  `run_${sortable(scheduledAtMs)}-${bodyOf(scheduleId)}-b`

/** Bounds of the ids of runs that were due in a span of time: `from` included, `to` not. */
export const runIdRange = (fromMs: number, toMs: number): { from: string; to: string } => ({
  from: `run_${sortable(fromMs)}`,
  to: `run_${sortable(toMs)}`,
})

/** One command for each attempt of a run; a retried Drive finds the command that is already there (I2). */
export const commandIdOf = (runId: RunId, attempt: number): CommandId => `cmd_${bodyOf(runId)}-${attempt}`

/** The check of an asset's health that is opened in a minute; two that want it at once open one. */
export const runIdOfHealthCheck = (assetId: AssetId, nowMs: number): RunId =>
  `run_${sortable(Math.floor(nowMs / 60_000) * 60_000)}-${bodyOf(assetId)}-h`

/** The message about one thing to one contact, by when it happened: however often it is told of, there is one. */
export const deliveryIdOf = (atMs: number, print: string): DeliveryId => `ntf_${sortable(atMs)}-${print}`

/** Files of one run stand together: their ids begin with its own. */
export const artifactIdOf = (runId: RunId, print: string): ArtifactId => `art_${bodyOf(runId)}-${print.slice(0, 12)}`
export const artifactPrefixOf = (runId: RunId): string => `art_${bodyOf(runId)}-`

/** What one run leaves to a person, once. */
export const recoveryIdOf = (runId: RunId): RecoveryId => `rcv_${bodyOf(runId)}`

/** The run that tidies up after another, once. */
export const runIdOfCleanUp = (runId: RunId): RunId => `run_${bodyOf(runId)}-c`

/** The run that goes on from an uncertain end, once. */
export const runIdOfContinuation = (runId: RunId): RunId => `run_${bodyOf(runId)}-n`

/** One reservation for each attempt of a run. */
export const reservationIdOf = (runId: RunId, attempt: number): ReservationId => `res_${bodyOf(runId)}-${attempt}`
