import type { Agent, Presence } from '#domain/agents/agent.ts'
import type { CertificateId } from '#domain/agents/certificate.ts'
import type { Asset } from '#domain/assets/asset.ts'
import type { AssetGroup, AssetType } from '#domain/assets/asset-type.ts'
import type { AssetHealth } from '#domain/assets/health.ts'
import type { AuditEntry } from '#domain/audit/entry.ts'
import type { Calendar } from '#domain/calendars/calendar.ts'
import type { Command } from '#domain/commands/command.ts'
import type { Conflict } from '#domain/conflicts/conflict.ts'
import type { Reason } from '#domain/errors.ts'
import type { Feed } from '#domain/feeds/feed.ts'
import type { Artifact } from '#domain/files/artifact.ts'
import type { Holding } from '#domain/holds/holding.ts'
import type {
  AgentId,
  AssetId,
  BatchId,
  CommandId,
  OrderId,
  PlanningRoutineId,
  PlanningRunId,
  ReservationId,
  RunId,
  ScheduleId,
  WorkspaceId,
} from '#domain/ids.ts'
import type { LegacyOrders } from '#domain/migrations/legacy-orders.ts'
import type { MigrationState } from '#domain/migrations/migration.ts'
import type { Notice } from '#domain/notices/notice.ts'
import type { Contact } from '#domain/notifications/contact.ts'
import type { Delivery } from '#domain/notifications/delivery.ts'
import type { Message } from '#domain/notifications/render.ts'
import type { Subscription } from '#domain/notifications/subscription.ts'
import type { Batch } from '#domain/orders/batch.ts'
import type { Order } from '#domain/orders/order.ts'
import type { OrderTypes } from '#domain/orders/order-type.ts'
import type { OrderTemplate } from '#domain/orders/template.ts'
import type { Outage } from '#domain/outages/outage.ts'
import type { Attendance } from '#domain/people/attendance.ts'
import type { PlanningProgress, PlanningRun } from '#domain/planning-runs/planning-run.ts'
import type { PlanningRoutine } from '#domain/planning-runs/routine.ts'
import type { Plan, PlanPart, TimetableRevision } from '#domain/plans/plan.ts'
import type { Slot } from '#domain/plans/slot.ts'
import type { Snapshot, SnapshotPart } from '#domain/plans/snapshot.ts'
import type { Connector } from '#domain/proposals/connector.ts'
import type { Proposal } from '#domain/proposals/proposal.ts'
import type { Protocol } from '#domain/protocols/protocol.ts'
import type { Recovery } from '#domain/recovery/recovery.ts'
import type { Account, AccountId, Entry, Month } from '#domain/reservations/account.ts'
import type { AssetLedger, Claim, Claims } from '#domain/reservations/ledger.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import type { DutyException, Rotation } from '#domain/rotations/rotation.ts'
import type { Quota } from '#domain/rules/quota.ts'
import type { Waiver } from '#domain/rules/waiver.ts'
import type { Capacity, CapacityId } from '#domain/runs/capacity.ts'
import type { Run } from '#domain/runs/run.ts'
import type { Arming, DriftReport, ExternalName, Schedule } from '#domain/schedules/schedule.ts'
import type { Counts, ScheduleStats } from '#domain/schedules/statistics.ts'
import type { Series } from '#domain/series/series.ts'
import type { Day, Instant } from '#domain/time.ts'
import type { RosterSettings } from '#domain/verification/settings.ts'
import type { Verification } from '#domain/verification/verification.ts'
import type { WaitlistEntry } from '#domain/waitlist/entry.ts'
import type { Member, Workspace } from '#domain/workspaces/workspace.ts'

/**
 * The ports: everything the use cases need of the world. Two worlds implement them, AWS and memory, and pass one
 * contract suite. A use case asks for the part it uses: `Pick<World, 'store' | 'clock'>`.
 */
export type World = {
  readonly store: Store
  readonly shapes: Shapes
  readonly clock: Clock
  readonly ids: Ids
  readonly timetable: Timetable
  readonly workflows: Workflows
  readonly planners: Planners
  readonly routines: RoutineEntries
  readonly callbacks: Callbacks
  readonly agentLink: AgentLink
  readonly gatekeeper: Gatekeeper
  readonly parameters: ParameterCheck
  readonly secrets: Secrets
  readonly probe: Probe
  readonly mail: Mail
  readonly hooks: Hooks
  readonly files: Files
}

/** Milliseconds since the epoch. */
export type Clock = { now(): number }

/** A new unique, lower-case, time-sortable text for the body of an id; later calls give greater texts. */
export type Ids = { unique(): string }

/** Asks an address that a person gave whether a condition holds. Never throws: what is no clear yes is a no. */
export type Probe = {
  ask(url: string, question: object): Promise<{ readonly ok: boolean; readonly message: string }>
}

/** Sends a mail. @throws Undeliverable where trying again would not help; anything else may pass */
export type Mail = { send(to: string, message: Message): Promise<void> }

/** Messages to addresses that people gave. */
export type Hooks = {
  /** Why nothing is sent to an address, as far as its text tells; undefined where nothing is wrong with it. */
  refusal(url: string): string | undefined
  /**
   * Sends a signed message; `id` is the same for every try. @returns what was answered
   * @throws Undeliverable where trying again would not help; Answered (something else than success), or anything else, may pass
   */
  post(url: string, secret: string, id: string, body: object): Promise<string>
}

/** Files in the bucket, by keys. @throws Refusal `unavailable` */
export type Files = {
  /** For one upload of so many bytes, a quarter of an hour. */
  uploadLink(
    key: string,
    bytes: number,
  ): Promise<{ readonly url: string; readonly headers: Readonly<Record<string, string>> }>
  /** For a quarter of an hour; saved under this name. */
  downloadLink(key: string, name: string): Promise<string>
  put(key: string, text: string): Promise<void>
  remove(key: string): Promise<void>
}

/** Secrets that are told once: made, and compared with the digest that is kept. */
export type Secrets = {
  make(): { readonly secret: string; readonly digest: string }
  matches(secret: string, digest: string): boolean
}

/** What is remembered of a request with an Idempotency-Key, so that its replay gets the equal answer. */
export type IdempotencyRecord = {
  readonly workspaceId: WorkspaceId | 'ws_none'
  /** Caller and key together: another caller's key is another key. */
  readonly id: string
  readonly fingerprint: string
  readonly status: number
  readonly body: unknown
  readonly etag?: string
  readonly location?: string
  /** After this the record may be forgotten. Seconds since the epoch (a TTL attribute needs that). */
  readonly expiresAtSeconds: number
}

/** Which order has an external reference; its id is the reference, so that no two have the same. */
export type OrderReference = {
  readonly workspaceId: WorkspaceId
  readonly id: string
  readonly orderId: OrderId
  readonly version: number
}

/** Everything that is stored as one versioned document, by kind. */
export type Documents = {
  workspace: Workspace
  member: Member
  asset: Asset
  assetHealth: AssetHealth
  assetType: AssetType
  assetGroup: AssetGroup
  quota: Quota
  waiver: Waiver
  agent: Agent
  presence: Presence
  protocol: Protocol
  schedule: Schedule
  calendar: Calendar
  externalName: ExternalName
  driftReport: DriftReport
  arming: Arming
  run: Run
  capacity: Capacity
  recovery: Recovery
  reservation: Reservation
  conflict: Conflict
  notice: Notice
  contact: Contact
  subscription: Subscription
  delivery: Delivery
  artifact: Artifact
  order: Order
  orderReference: OrderReference
  orderTemplate: OrderTemplate
  batch: Batch
  legacyOrders: LegacyOrders
  migrationState: MigrationState
  plan: Plan
  planPart: PlanPart
  slot: Slot
  revision: TimetableRevision
  snapshot: Snapshot
  snapshotPart: SnapshotPart
  planningRun: PlanningRun
  planningProgress: PlanningProgress
  planningRoutine: PlanningRoutine
  proposal: Proposal
  connector: Connector
  rotation: Rotation
  orderTypes: OrderTypes
  dutyException: DutyException
  attendance: Attendance
  rosterSettings: RosterSettings
  verification: Verification
  holding: Holding
  waitlistEntry: WaitlistEntry
  series: Series
  outage: Outage
  feed: Feed
  command: Command
  scheduleStats: ScheduleStats
  idempotency: IdempotencyRecord
}
export type Kind = keyof Documents

type ById = { readonly workspaceId: string; readonly id: string }

/** What names a document of each kind. */
export type Keys = {
  workspace: { readonly id: WorkspaceId }
  member: { readonly workspaceId: WorkspaceId; readonly subject: string }
  asset: ById
  assetHealth: { readonly workspaceId: WorkspaceId; readonly assetId: AssetId }
  assetType: ById
  assetGroup: ById
  quota: ById
  waiver: ById
  agent: ById
  presence: { readonly workspaceId: WorkspaceId; readonly agentId: AgentId }
  protocol: ById
  schedule: ById
  calendar: ById
  externalName: ById
  driftReport: { readonly workspaceId: WorkspaceId }
  arming: { readonly workspaceId: WorkspaceId; readonly scheduleId: ScheduleId }
  run: ById
  capacity: { readonly workspaceId: WorkspaceId; readonly id: CapacityId }
  recovery: ById
  reservation: ById
  conflict: ById
  notice: { readonly workspaceId: WorkspaceId; readonly to: string; readonly id: string }
  contact: ById
  subscription: ById
  delivery: ById
  artifact: ById
  order: ById
  orderReference: ById
  orderTemplate: ById
  batch: ById
  legacyOrders: ById
  migrationState: ById
  plan: ById
  planPart: ById
  slot: ById
  revision: { readonly workspaceId: WorkspaceId }
  snapshot: ById
  snapshotPart: ById
  planningRun: ById
  planningProgress: ById
  planningRoutine: ById
  proposal: ById
  connector: ById
  rotation: { readonly workspaceId: WorkspaceId }
  orderTypes: { readonly workspaceId: WorkspaceId }
  dutyException: ById
  attendance: ById
  rosterSettings: ById
  verification: ById
  holding: { readonly workspaceId: WorkspaceId; readonly scheduleId: ScheduleId }
  waitlistEntry: ById
  series: ById
  outage: ById
  feed: ById
  command: { readonly workspaceId: WorkspaceId; readonly agentId: AgentId; readonly id: CommandId }
  scheduleStats: { readonly workspaceId: WorkspaceId; readonly scheduleId: ScheduleId }
  idempotency: ById
}

/** Kinds whose documents carry `version`; every put of them states the version it replaces (I12). */
export type VersionedKind = Exclude<Kind, 'scheduleStats' | 'idempotency'>

/** What the rules of a workspace are made of: few, and read together. */
export type RuleKind = 'assetType' | 'assetGroup' | 'quota' | 'waiver'
export type Rulebook = {
  readonly assetTypes: readonly AssetType[]
  readonly assetGroups: readonly AssetGroup[]
  readonly quotas: readonly Quota[]
  readonly waivers: readonly Waiver[]
}

/** Kinds that can be listed by workspace. Order is by id: oldest first, or newest first where asked. */
export type ListedKind =
  | 'member'
  | 'asset'
  | RuleKind
  | 'agent'
  | 'protocol'
  | 'schedule'
  | 'calendar'
  | 'externalName'
  | 'run'
  | 'recovery'
  | 'contact'
  | 'subscription'
  | 'delivery'
  | 'artifact'
  | 'order'
  | 'orderReference'
  | 'orderTemplate'
  | 'batch'
  | 'legacyOrders'
  | 'migrationState'
  | 'plan'
  | 'planPart'
  | 'planningRun'
  | 'planningProgress'
  | 'planningRoutine'
  | 'proposal'
  | 'connector'
  | 'dutyException'
  | 'attendance'
  | 'rosterSettings'
  | 'verification'
  | 'slot'
  | 'snapshot'
  | 'snapshotPart'
  | 'reservation'
  | 'conflict'
  | 'waitlistEntry'
  | 'series'
  | 'outage'
  | 'feed'

export type PageRequest = {
  /** 1 to 100. */
  readonly limit: number
  /** `next` of the page before. Opaque to use cases; a foreign or damaged one is refused with `invalid`. */
  readonly cursor?: string | undefined
  readonly newestFirst?: boolean | undefined
}
/** Positions between which a list is asked for, both included. */
export type KeyBounds = { readonly from?: string | undefined; readonly to?: string | undefined }
export type Page<T> = { readonly items: readonly T[]; readonly next?: string }

/** What stands in one ledger item of an asset. */
export type HorizonItem = { readonly assetId: AssetId; readonly item: LedgerItem; readonly claims: Claims }

/** A ledger item of an asset: a UTC day, or what is open. */
export type LedgerItem = Day | 'OPEN'

type LedgerAddress = { readonly workspaceId: WorkspaceId; readonly assetId: AssetId; readonly item: LedgerItem }

/** One write or check of a transaction. */
export type Change =
  | {
      readonly [K in VersionedKind]: {
        readonly type: 'put'
        readonly kind: K
        /**
         * Carries the new version: 1 where `expect` is absent, else `expect` + 1. What says the same and is only stored in
         * another shape keeps its version, so that nobody has to read it again.
         */
        readonly value: Documents[K]
        readonly expect: 'absent' | number
      }
    }[VersionedKind]
  | { readonly type: 'put'; readonly kind: 'idempotency'; readonly value: IdempotencyRecord; readonly expect: 'absent' }
  | {
      readonly [K in VersionedKind]: {
        readonly type: 'remove' | 'check'
        readonly kind: K
        readonly key: Keys[K]
        readonly expect: number
      }
    }[VersionedKind]
  /** Adds a claim to a ledger item and bumps its version. `expect` 0: the item is not there yet. `fence` only with OPEN. */
  | (LedgerAddress & {
      readonly type: 'claim'
      readonly expect: number
      readonly reservationId: ReservationId
      readonly claim: Claim
      readonly fence?: number
    })
  /**
   * Removes a claim; the claim must be there. Does not bump the version: freeing only makes stale readers cautious. With
   * `expect` the item must be as it was read, too.
   */
  | (LedgerAddress & { readonly type: 'unclaim'; readonly reservationId: ReservationId; readonly expect?: number })
  /** The item is as it was read. `expect` 0: it is still not there. */
  | (LedgerAddress & { readonly type: 'check-ledger'; readonly expect: number })
  /** Raises the fence of an asset, which must be lower (after a restore of the table, the agents know better). Bumps the version. */
  | (LedgerAddress & { readonly type: 'raise-fence'; readonly expect: number; readonly fence: number })
  /**
   * Writes what an account has booked in a month, or takes it out (`entry` null; it need not be there). With `expect` the month
   * must be as it was read, 0: nothing was ever written; writing bumps its version, taking out does not.
   */
  | {
      readonly type: 'account'
      readonly workspaceId: WorkspaceId
      readonly account: AccountId
      readonly month: Month
      readonly reservationId: ReservationId
      readonly entry: Entry | null
      readonly expect?: number
    }
  /** A month of an account is as it was read. */
  | {
      readonly type: 'check-account'
      readonly workspaceId: WorkspaceId
      readonly account: AccountId
      readonly month: Month
      readonly expect: number
    }
  /** Adds to the statistics of a schedule. */
  | {
      readonly type: 'count'
      readonly workspaceId: WorkspaceId
      readonly scheduleId: ScheduleId
      readonly counts: Counts
    }
  /** Puts statistics right, where nothing was counted since they were read. */
  | { readonly type: 'recount'; readonly from: ScheduleStats; readonly to: ScheduleStats }
  /** Appends to the history; an entry of this id must not be there. */
  | { readonly type: 'audit'; readonly entry: AuditEntry }

  /** Takes an entry out of the history, because it is older than history is kept. It need not be there. */
  | { readonly type: 'forget'; readonly workspaceId: WorkspaceId; readonly subject: string; readonly id: string }

/** `conflicts` are indexes into the changes whose expectation did not hold; nothing was written. */
export type CommitResult =
  | { readonly committed: true }
  | { readonly committed: false; readonly conflicts: readonly number[] }

/** At most this many changes in one transaction (DynamoDB's quota); more are refused with `limit_exceeded` before any write. */
export const maxChangesPerCommit = 100

export type Store = {
  /** Strongly consistent. Of another workspace's id: undefined, like one that does not exist. */
  get<K extends Kind>(kind: K, key: Keys[K]): Promise<Documents[K] | undefined>
  /** Strongly consistent; in the order of the keys, undefined where there is none. Any number of them, one request for each hundred. */
  getMany<K extends Kind>(kind: K, keys: readonly Keys[K][]): Promise<(Documents[K] | undefined)[]>
  list<K extends ListedKind>(kind: K, workspaceId: WorkspaceId, page: PageRequest): Promise<Page<Documents[K]>>
  /** Memberships of one person over all workspaces. Eventually consistent. */
  membershipsOf(subject: string, page: PageRequest): Promise<Page<Member>>
  /** Ids of all workspaces: for the sweeper alone. */
  allWorkspaces(page: PageRequest): Promise<Page<WorkspaceId>>
  /** Runs of a schedule by due time, between two run ids where `bounds` says so. Eventually consistent. */
  runsOfSchedule(
    workspaceId: WorkspaceId,
    scheduleId: ScheduleId,
    page: PageRequest,
    bounds?: KeyBounds,
  ): Promise<Page<Run>>
  /** Runs of a workspace that were due from one moment until before another, milliseconds since the epoch. Strongly consistent. */
  runsBetween(workspaceId: WorkspaceId, page: PageRequest, fromMs: number, toMs: number): Promise<Page<Run>>
  /** Runs that have not ended. Eventually consistent; reads grow with what is live, not with history. */
  liveRuns(workspaceId: WorkspaceId, page: PageRequest): Promise<Page<Run>>
  /** Live runs of one schedule. Eventually consistent: callers that must be sure check the documents they find. */
  liveRunsOfSchedule(workspaceId: WorkspaceId, scheduleId: ScheduleId): Promise<readonly Run[]>
  /** Types, groups, quotas and waivers, all of them. Strongly consistent. */
  rulebook(workspaceId: WorkspaceId): Promise<Rulebook>
  /** What accounts have booked in some months. Strongly consistent, one round. */
  accounts(
    workspaceId: WorkspaceId,
    reads: readonly { readonly account: AccountId; readonly months: readonly Month[] }[],
  ): Promise<readonly Account[]>
  /** Reservations in the order of their start, between two moments. Eventually consistent. */
  reservationsByStart(workspaceId: WorkspaceId, page: PageRequest, bounds?: KeyBounds): Promise<Page<Reservation>>
  /** Reservations that want to be looked at by a moment, the longest waiting first. Eventually consistent. */
  dueReservations(workspaceId: WorkspaceId, page: PageRequest, until: Instant): Promise<Page<Reservation>>
  /** Every asset's claims of some days, and all that is open; one request for each day. Eventually consistent. */
  horizon(workspaceId: WorkspaceId, days: readonly Day[]): Promise<readonly HorizonItem[]>
  /** Schedules that changed since a moment, in the order in which they did. Eventually consistent. */
  changedSchedules(workspaceId: WorkspaceId, page: PageRequest, since: Instant): Promise<Page<Schedule>>
  /** What is held ahead and is to be looked at by a moment. Eventually consistent. */
  dueHoldings(workspaceId: WorkspaceId, page: PageRequest, until: Instant): Promise<Page<Holding>>
  /** Who waits for time, or was offered some; first in line first. Eventually consistent. */
  waitingEntries(workspaceId: WorkspaceId, page: PageRequest): Promise<Page<WaitlistEntry>>
  /** Conflicts that are open, by asset; those of one asset where it is named. Eventually consistent. */
  openConflicts(workspaceId: WorkspaceId, page: PageRequest, assetId?: AssetId): Promise<Page<Conflict>>
  /** Recoveries that nobody has cleared. Eventually consistent. */
  openRecoveries(workspaceId: WorkspaceId, page: PageRequest): Promise<Page<Recovery>>
  /** Messages whose time has come: to be sent, or begun and not heard of. Eventually consistent. */
  dueDeliveries(workspaceId: WorkspaceId, page: PageRequest, until: Instant): Promise<Page<Delivery>>
  /** Proposals of which something is to be done by a moment. Eventually consistent. */
  dueProposals(workspaceId: WorkspaceId, page: PageRequest, until: Instant): Promise<Page<Proposal>>
  /** Files of a run. Strongly consistent. */
  artifactsOf(workspaceId: WorkspaceId, runId: RunId): Promise<readonly Artifact[]>
  /** Orders that wait to be planned, and those that time is held for. Eventually consistent. */
  openOrders(workspaceId: WorkspaceId, page: PageRequest): Promise<Page<Order>>
  /** Orders of a batch. Eventually consistent. */
  ordersOfBatch(workspaceId: WorkspaceId, batchId: BatchId, page: PageRequest): Promise<Page<Order>>
  /** Slots in the order of their start, between two moments. Eventually consistent. */
  slotsByStart(workspaceId: WorkspaceId, page: PageRequest, bounds?: KeyBounds): Promise<Page<Slot>>
  /** Slots whose time is taken and that have started by a moment, the earliest first. Eventually consistent. */
  begunSlots(workspaceId: WorkspaceId, page: PageRequest, until: Instant): Promise<Page<Slot>>
  /** Planning runs that have not ended. Eventually consistent. */
  livePlanningRuns(workspaceId: WorkspaceId, page: PageRequest): Promise<Page<PlanningRun>>
  /** What somebody was told, oldest first unless asked otherwise. Strongly consistent. */
  notices(workspaceId: WorkspaceId, to: string, page: PageRequest): Promise<Page<Notice>>
  /** Reservations in quarantine. Eventually consistent. */
  quarantined(workspaceId: WorkspaceId, page: PageRequest): Promise<Page<Reservation>>
  /** Schedules whose entry at EventBridge Scheduler may not match. Eventually consistent. */
  unsettledArmings(workspaceId: WorkspaceId, page: PageRequest): Promise<Page<Arming>>
  /** Armings in the order of their `nextAt`, between two moments. Eventually consistent. */
  nextArmings(workspaceId: WorkspaceId, page: PageRequest, bounds?: KeyBounds): Promise<Page<Arming>>
  /** All letters in an agent's mailbox, oldest first. Strongly consistent. */
  mailbox(workspaceId: WorkspaceId, agentId: AgentId): Promise<readonly Command[]>
  /** Entries about one subject, oldest first unless asked otherwise. Strongly consistent. */
  history(workspaceId: WorkspaceId, subject: string, page: PageRequest): Promise<Page<AuditEntry>>
  /** OPEN and the given days of each asset. Strongly consistent, one round. */
  ledger(
    workspaceId: WorkspaceId,
    reads: readonly { readonly assetId: AssetId; readonly days: readonly Day[] }[],
  ): Promise<readonly AssetLedger[]>
  /** All or nothing. Throws `unavailable` where the outcome is unknown or the store did not answer. */
  commit(changes: readonly Change[]): Promise<CommitResult>
}

/** A document of some kind. */
export type AnyDocument = {
  readonly [K in VersionedKind]: { readonly kind: K; readonly value: Documents[K] }
}[VersionedKind]

/** In which shape documents are stored; apart from the store, because only migrations ask. */
export type Shapes = {
  /**
   * Documents of a workspace that are stored in an older shape than today's, as they read now. Letters and notices are left out. A
   * page may be empty though others follow. Strongly consistent.
   */
  outdated(workspaceId: WorkspaceId, page: PageRequest): Promise<Page<AnyDocument>>
}

/** What EventBridge Scheduler holds for one schedule. Its name is the schedule's id. */
export type TimetableEntry = {
  readonly scheduleId: ScheduleId
  readonly workspaceId: WorkspaceId
  /** `at(…)` in UTC, `rate(…)` or `cron(…)`. */
  readonly expression: string
  readonly timeZone: string
  readonly startAt?: Instant
  readonly endAt?: Instant
  readonly generation: number
  /** A firing older than this is dropped into the DLQ. 60 s to 24 h. */
  readonly maximumEventAgeSeconds: number
}

export type Timetable = {
  /** Creates or replaces; the same entry twice is harmless. */
  put(entry: TimetableEntry): Promise<void>
  /** Removing what is not there is success. */
  remove(scheduleId: ScheduleId): Promise<void>
  /** What stands there now, as far as it is of our making; undefined where nothing does. */
  read(scheduleId: ScheduleId): Promise<TimetableEntry | undefined>
  /** Names of the entries that are there, and when each was written last; page by page. */
  list(cursor: string | undefined): Promise<Page<{ readonly name: string; readonly changedAt: Instant }>>
}

/** An execution is named by us and addressed by its ARN. */
export type Workflows = {
  /** Starts the execution of a recorded run. Starting it twice under one name is success. */
  startRun(name: string, workspaceId: WorkspaceId, runId: string): Promise<void>
  /** Stopping what is over is success. */
  stop(execution: string, why: string): Promise<void>
  state(execution: string): Promise<'running' | 'ended' | 'unknown'>
}

/** Executions that do planning runs. */
export type Planners = {
  /** Starting one twice is success. @throws Refusal `unavailable` */
  start(workspaceId: WorkspaceId, id: PlanningRunId): Promise<void>
}

/** What EventBridge Scheduler holds for a planning routine, under its id. */
export type RoutineEntry = {
  readonly workspaceId: WorkspaceId
  readonly routineId: PlanningRoutineId
  /** `cron(…)` */
  readonly expression: string
  readonly timeZone: string
  readonly generation: number
}
/** @throws Refusal `unavailable` */
export type RoutineEntries = {
  /** Creates or replaces; the same entry twice is harmless. */
  put(entry: RoutineEntry): Promise<void>
  /** Removing what is not there is success. */
  remove(id: PlanningRoutineId): Promise<void>
}

/** Answers to the Drive state. `gone`: nobody waits for this token any more, which is fine. */
export type Callbacks = {
  succeed(token: string): Promise<'told' | 'gone'>
  fail(token: string, error: string, cause: string): Promise<'told' | 'gone'>
  heartbeat(token: string): Promise<'told' | 'gone'>
}

/** The doorbell. Losing a wake is harmless, so failing to send one is logged and not thrown. */
export type AgentLink = { wake(workspaceId: WorkspaceId, agentId: AgentId): Promise<void> }

/** A certificate just signed; `principal` is its full name at the broker. */
export type SignedCertificate = {
  readonly id: CertificateId
  readonly pem: string
  readonly endsAt: Instant
  readonly principal: string
}

/** Who lets agents in at the broker, by certificates. */
export type Gatekeeper = {
  /**
   * Signs a request for a certificate. It lets nobody in before it is admitted.
   * @throws Refusal `invalid` where the request cannot be signed
   */
  sign(request: string): Promise<SignedCertificate>
  /** From now on the certificate lets in this agent, and no other. Twice is harmless. */
  admit(thing: string, certificate: SignedCertificate): Promise<void>
  /** `inactive` may become active again, `revoked` may not. Whoever is in by it is put out within minutes. */
  mark(id: CertificateId, status: 'active' | 'inactive' | 'revoked'): Promise<void>
  /** Where agents connect: address of the broker, and the stage that is part of their topics. */
  door(): Promise<{ readonly broker: string; readonly stage: string }>
}

/** JSON Schema 2020-12. */
export type ParameterCheck = {
  /** What is wrong with the schema itself; empty where it can be used. */
  checkSchema(schema: unknown): readonly Reason[]
  /** What in the value breaks the schema; paths point into the value, below `/parameters`. */
  check(schema: unknown, value: unknown): readonly Reason[]
}
