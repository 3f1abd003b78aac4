import type { Documents, Keys, Kind, LedgerItem, ListedKind, RuleKind, VersionedKind } from '#application/world.ts'
import { idPrefixes } from '#domain/ids.ts'
import { isOpenOrder } from '#domain/orders/open.ts'
import { isLivePlanningRun } from '#domain/planning-runs/live.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import type { AccountId, Month } from '#domain/reservations/account.ts'
import { isLive } from '#domain/runs/live.ts'
import { isLiveEntry } from '#domain/waitlist/live.ts'

/**
 * THE TABLE. One table, keys `pk` and `sk`, and three sparse indexes. This module alone forms keys.
 *
 *   what                pk                         sk                  byParent (gsi1)              byAttention (gsi2)
 *   ------------------  -------------------------  ------------------  ---------------------------  ------------------------------
 *   workspace           WS#w                       META                —                            REGISTRY / w
 *   driftReport         WS#w                       DRIFT               —                            —
 *   member              WS#w#MEMBERS               <subject>           PERSON#<subject> / w         —
 *   asset, agent,       WS#w#ASSETS, …AGENTS,      <id>                —                            —
 *   protocol            …PROTOCOLS
 *   assetType, quota,   WS#w#RULES                 <id>                —                            —
 *   assetGroup, waiver
 *   schedule            WS#w#SCHEDULES             <id>                —                            WS#w#CHANGED / <updated at>#<id>
 *   calendar            WS#w#CALENDARS             <id>                —                            —
 *   holding             WS#w#HOLDINGS              <schedule id>       —                            WS#w#HOLDING / <due at>#<id>
 *   externalName        WS#w#NAMES                 <external name>     —                            —
 *   presence            WS#w#PRESENCE              <agent id>          —                            —
 *   arming              WS#w#ARMINGS               <schedule id>       WS#w#NEXT / <time>#<id>      WS#w#UNSETTLED / <id>, while pending
 *   scheduleStats       WS#w#STATS                 <schedule id>       —                            —
 *   run                 WS#w#RUNS                  <id>                WS#w#SCHEDULE#<s> / <id>     WS#w#LIVE / <s or ->#<id>, while live
 *   reservation         WS#w#RESERVATIONS          <id>                WS#w#TIMES / <start>#<id>    WS#w#QUARANTINE / <id>, while so;
 *                                                                                                 WS#w#DUE / <look at>#<id>
 *   conflict            WS#w#CONFLICTS             <id>                —                            WS#w#CLASHING / <asset>#<id>, while open
 *   waitlistEntry       WS#w#WAITLIST              <id>                —                            WS#w#WAITING / <id>, while live
 *   series, outage,     WS#w#SERIES, …OUTAGES,     <id>                —                            —
 *   feed                …FEEDS
 *   recovery            WS#w#RECOVERIES            <id>                —                            WS#w#RECOVERY / <id>, while open
 *   assetHealth         WS#w#HEALTH                <asset id>          —                            —
 *   capacity            WS#w#CAPACITY              <limit>             —                            —
 *   contact,            WS#w#CONTACTS,             <id>                —                            —
 *   subscription        …SUBSCRIPTIONS
 *   artifact            WS#w#ARTIFACTS             art_<run>-…         —                            —
 *   order               WS#w#ORDERS                <id>                WS#w#BATCH#<batch> / <id>    WS#w#INBOX / <id>, while open
 *   orderReference      WS#w#REFERENCES            <reference>         —                            —
 *   orderTemplate,      WS#w#TEMPLATES,            <id>                —                            —
 *   batch               …BATCHES
 *   legacyOrders,       WS#w#LEGACY,               <part>,             —                            —
 *   migrationState      …MIGRATIONS                <number>
 *   plan, planPart      WS#w#PLANS, …PLANPARTS     <id>                —                            —
 *   slot                WS#w#SLOTS                 <id>                WS#w#SLOTTED / <start>#<id>  WS#w#BEGINS / <start>#<id>, while live
 *   snapshot,           WS#w#SNAPSHOTS,            <id>                —                            —
 *   snapshotPart        …SNAPSHOTPARTS
 *   planningRun         WS#w#PLANNINGRUNS          <id>                —                            WS#w#PLANNING / <id>, while live
 *   planningProgress,   WS#w#PROGRESS,             <id>                —                            —
 *   planningRoutine     …ROUTINES
 *   proposal            WS#w#PROPOSALS             <id>                —                            WS#w#PROPOSING / <due at>#<id>
 *   connector           WS#w#CONNECTORS            <id>                —                            —
 *   dutyException       WS#w#DUTIES                <date>_<duty>       —                            —
 *   attendance          WS#w#ATTENDANCE            <person>_<month>    —                            —
 *   rosterSettings      WS#w#SETTINGS              roster-settings     —                            —
 *   verification        WS#w#VERIFICATIONS         ver_<date>          —                            —          (ttl)
 *   rotation            WS#w                       ROTATION            —                            —
 *   orderTypes          WS#w                       ORDERTYPES          —                            —
 *   revision            WS#w                       REVISION            —                            —
 *   delivery            WS#w#DELIVERIES            <id>                —                            WS#w#TELLING / <due at>#<id>    (ttl)
 *   notice              WS#w#NOTICES#<to>          <id>                —                            —
 *   command             WS#w#MAILBOX#<agent>       <id>                —                            —
 *   idempotency         WS#w#ONCE                  <caller and key>    —                            —          (ttl)
 *   audit entry         WS#w#AUDIT#<subject>       <entry id>          —                            —
 *   ledger              WS#w#ASSET#<asset>         OPEN | DAY#<day>    byDay (gsi3, with claims): WS#w#DAY#<day> or WS#w#OPEN / <asset>
 *   account             WS#w#ACCOUNT#<account>     MONTH#<month>       —                            —
 *
 * Every partition of the base table begins with `WS#<workspace>`, so that isolation can be checked mechanically. Two index
 * partitions span workspaces: a person's memberships, and the registry that the sweeper walks. Ids of runs begin with the
 * time they were due and audit ids with the time they were written, so sort order is time order. Index keys change only
 * when a run or schedule begins or ends, so updates in between write no index.
 */
export type ItemKey = { readonly pk: string; readonly sk: string }

const collections = {
  member: 'MEMBERS',
  asset: 'ASSETS',
  assetType: 'RULES',
  assetGroup: 'RULES',
  quota: 'RULES',
  waiver: 'RULES',
  agent: 'AGENTS',
  protocol: 'PROTOCOLS',
  schedule: 'SCHEDULES',
  calendar: 'CALENDARS',
  externalName: 'NAMES',
  run: 'RUNS',
  recovery: 'RECOVERIES',
  contact: 'CONTACTS',
  subscription: 'SUBSCRIPTIONS',
  delivery: 'DELIVERIES',
  artifact: 'ARTIFACTS',
  order: 'ORDERS',
  orderReference: 'REFERENCES',
  orderTemplate: 'TEMPLATES',
  batch: 'BATCHES',
  legacyOrders: 'LEGACY',
  migrationState: 'MIGRATIONS',
  plan: 'PLANS',
  planPart: 'PLANPARTS',
  slot: 'SLOTS',
  snapshot: 'SNAPSHOTS',
  snapshotPart: 'SNAPSHOTPARTS',
  planningRun: 'PLANNINGRUNS',
  planningProgress: 'PROGRESS',
  planningRoutine: 'ROUTINES',
  proposal: 'PROPOSALS',
  connector: 'CONNECTORS',
  dutyException: 'DUTIES',
  attendance: 'ATTENDANCE',
  rosterSettings: 'SETTINGS',
  verification: 'VERIFICATIONS',
  reservation: 'RESERVATIONS',
  conflict: 'CONFLICTS',
  waitlistEntry: 'WAITLIST',
  series: 'SERIES',
  outage: 'OUTAGES',
  feed: 'FEEDS',
} as const satisfies Record<ListedKind, string>

const ws = (workspaceId: string): string => `WS#${workspaceId}`

export const partitionOf = (kind: ListedKind, workspaceId: string): string => `${ws(workspaceId)}#${collections[kind]}`
export const mailboxPartition = (workspaceId: string, agentId: string): string =>
  `${ws(workspaceId)}#MAILBOX#${agentId}`
export const auditPartition = (workspaceId: string, subject: string): string => `${ws(workspaceId)}#AUDIT#${subject}`
export const scheduleRunsPartition = (workspaceId: string, scheduleId: string): string =>
  `${ws(workspaceId)}#SCHEDULE#${scheduleId}`
export const livePartition = (workspaceId: string): string => `${ws(workspaceId)}#LIVE`
export const quarantinePartition = (workspaceId: string): string => `${ws(workspaceId)}#QUARANTINE`
export const unsettledPartition = (workspaceId: string): string => `${ws(workspaceId)}#UNSETTLED`
export const nextPartition = (workspaceId: string): string => `${ws(workspaceId)}#NEXT`
export const timesPartition = (workspaceId: string): string => `${ws(workspaceId)}#TIMES`
export const waitingPartition = (workspaceId: string): string => `${ws(workspaceId)}#WAITING`
export const changedPartition = (workspaceId: string): string => `${ws(workspaceId)}#CHANGED`
export const holdingPartition = (workspaceId: string): string => `${ws(workspaceId)}#HOLDING`
export const clashingPartition = (workspaceId: string): string => `${ws(workspaceId)}#CLASHING`
export const tellingPartition = (workspaceId: string): string => `${ws(workspaceId)}#TELLING`
export const proposingPartition = (workspaceId: string): string => `${ws(workspaceId)}#PROPOSING`
export const recoveryPartition = (workspaceId: string): string => `${ws(workspaceId)}#RECOVERY`
export const noticesPartition = (workspaceId: string, to: string): string => `${ws(workspaceId)}#NOTICES#${to}`
export const duePartition = (workspaceId: string): string => `${ws(workspaceId)}#DUE`
export const inboxPartition = (workspaceId: string): string => `${ws(workspaceId)}#INBOX`
export const batchPartition = (workspaceId: string, batchId: string): string => `${ws(workspaceId)}#BATCH#${batchId}`
export const slottedPartition = (workspaceId: string): string => `${ws(workspaceId)}#SLOTTED`
export const beginsPartition = (workspaceId: string): string => `${ws(workspaceId)}#BEGINS`
export const planningPartition = (workspaceId: string): string => `${ws(workspaceId)}#PLANNING`
export const personPartition = (subject: string): string => `PERSON#${subject}`
export const registryPartition = 'REGISTRY'

export const ledgerKey = (workspaceId: string, assetId: string, item: LedgerItem): ItemKey => ({
  pk: `${ws(workspaceId)}#ASSET#${assetId}`,
  sk: item === 'OPEN' ? 'OPEN' : `DAY#${item}`,
})

/** Where a ledger item stands in the index by day. */
export const horizonPartition = (workspaceId: string, item: LedgerItem): string =>
  `${ws(workspaceId)}#${item === 'OPEN' ? 'OPEN' : `DAY#${item}`}`

export const accountKey = (workspaceId: string, account: AccountId, month: Month): ItemKey => ({
  pk: `${ws(workspaceId)}#ACCOUNT#${account}`,
  sk: `MONTH#${month}`,
})

/** Prefix of the ids of a kind that shares its partition with others. */
export const prefixOf = (kind: ListedKind): string | undefined =>
  collections[kind] === 'RULES' ? `${idPrefixes[ruleIds[kind as RuleKind]]}_` : undefined
const ruleIds = { assetType: 'type', assetGroup: 'group', quota: 'quota', waiver: 'waiver' } as const

export const auditKey = (workspaceId: string, subject: string, id: string): ItemKey => ({
  pk: auditPartition(workspaceId, subject),
  sk: id,
})

type AnyKey = {
  workspaceId?: string
  id?: string
  agentId?: string
  assetId?: string
  subject?: string
  scheduleId?: string
  to?: string
}

/** The key of a document, from its name; a whole document will do as its own name. */
export const keyOf = <K extends Kind>(kind: K, name: Keys[K]): ItemKey => {
  const {
    workspaceId = '',
    id = '',
    agentId = '',
    assetId = '',
    subject = '',
    scheduleId = '',
    to = '',
  } = name as AnyKey
  switch (kind) {
    case 'workspace':
      return { pk: ws(id), sk: 'META' }
    case 'member':
      return { pk: partitionOf('member', workspaceId), sk: subject }
    case 'command':
      return { pk: mailboxPartition(workspaceId, agentId), sk: id }
    case 'notice':
      return { pk: noticesPartition(workspaceId, to), sk: id }
    case 'presence':
      return { pk: `${ws(workspaceId)}#PRESENCE`, sk: agentId }
    case 'assetHealth':
      return { pk: `${ws(workspaceId)}#HEALTH`, sk: assetId }
    case 'capacity':
      return { pk: `${ws(workspaceId)}#CAPACITY`, sk: id }
    case 'arming':
      return { pk: `${ws(workspaceId)}#ARMINGS`, sk: scheduleId }
    case 'driftReport':
      return { pk: ws(workspaceId), sk: 'DRIFT' }
    case 'revision':
      return { pk: ws(workspaceId), sk: 'REVISION' }
    case 'rotation':
      return { pk: ws(workspaceId), sk: 'ROTATION' }
    case 'orderTypes':
      return { pk: ws(workspaceId), sk: 'ORDERTYPES' }
    case 'holding':
      return { pk: `${ws(workspaceId)}#HOLDINGS`, sk: scheduleId }
    case 'scheduleStats':
      return { pk: `${ws(workspaceId)}#STATS`, sk: scheduleId }
    case 'idempotency':
      return { pk: `${ws(workspaceId)}#ONCE`, sk: id }
    default:
      return { pk: partitionOf(kind as ListedKind, workspaceId), sk: id }
  }
}

type WalkedKind = Exclude<VersionedKind, 'command' | 'notice'>
const alone = {
  workspace: true,
  driftReport: true,
  revision: true,
  rotation: true,
  orderTypes: true,
  presence: true,
  assetHealth: true,
  capacity: true,
  arming: true,
  holding: true,
} as const satisfies Record<Exclude<WalkedKind, ListedKind>, true>

/** Kinds whose documents lie in one place of a workspace. */
export const walkedKinds = (): readonly WalkedKind[] =>
  [...Object.keys(collections), ...Object.keys(alone)] as WalkedKind[]

/** Where all documents of such a kind lie: a partition, or those in it whose sort key begins so. */
export const placeOf = (kind: WalkedKind, workspaceId: string): { partition: string; beginsWith?: string } => {
  const listed = kind in collections
  const { pk, sk } = keyOf<Kind>(kind, (kind === 'workspace' ? { id: workspaceId } : { workspaceId }) as never)
  const beginsWith = listed ? prefixOf(kind as ListedKind) : sk
  return { partition: pk, ...(beginsWith && { beginsWith }) }
}

type IndexKeys = { gsi1pk?: string; gsi1sk?: string; gsi2pk?: string; gsi2sk?: string }

/** Where a document stands in the indexes; nothing for most. */
export const indexKeysOf = <K extends Kind>(kind: K, value: Documents[K]): IndexKeys => {
  switch (kind) {
    case 'workspace':
      return { gsi2pk: registryPartition, gsi2sk: (value as Documents['workspace']).id }
    case 'member': {
      const member = value as Documents['member']
      return { gsi1pk: personPartition(member.subject), gsi1sk: member.workspaceId }
    }
    case 'arming': {
      const { workspaceId, scheduleId, state, nextAt } = value as Documents['arming']
      return {
        ...(nextAt !== undefined && { gsi1pk: nextPartition(workspaceId), gsi1sk: `${nextAt}#${scheduleId}` }),
        ...(state === 'pending' && { gsi2pk: unsettledPartition(workspaceId), gsi2sk: scheduleId }),
      }
    }
    case 'run': {
      const run = value as Documents['run']
      return {
        ...(run.scheduleId && { gsi1pk: scheduleRunsPartition(run.workspaceId, run.scheduleId), gsi1sk: run.id }),
        ...(isLive(run) && { gsi2pk: livePartition(run.workspaceId), gsi2sk: `${run.scheduleId ?? '-'}#${run.id}` }),
      }
    }
    case 'reservation': {
      const { workspaceId, id, status, start, lookAt } = value as Documents['reservation']
      return {
        gsi1pk: timesPartition(workspaceId),
        gsi1sk: `${start}#${id}`,
        ...(status === 'quarantined'
          ? { gsi2pk: quarantinePartition(workspaceId), gsi2sk: id }
          : lookAt !== undefined && { gsi2pk: duePartition(workspaceId), gsi2sk: `${lookAt}#${id}` }),
      }
    }
    case 'schedule': {
      const { workspaceId, id, updatedAt } = value as Documents['schedule']
      return { gsi2pk: changedPartition(workspaceId), gsi2sk: `${updatedAt}#${id}` }
    }
    case 'holding': {
      const { workspaceId, scheduleId, dueAt } = value as Documents['holding']
      return { gsi2pk: holdingPartition(workspaceId), gsi2sk: `${dueAt}#${scheduleId}` }
    }
    case 'waitlistEntry': {
      const entry = value as Documents['waitlistEntry']
      return isLiveEntry(entry) ? { gsi2pk: waitingPartition(entry.workspaceId), gsi2sk: entry.id } : {}
    }
    case 'order': {
      const order = value as Documents['order']
      const { workspaceId, id, batchId } = order
      return {
        ...(batchId && { gsi1pk: batchPartition(workspaceId, batchId), gsi1sk: id }),
        ...(isOpenOrder(order) && { gsi2pk: inboxPartition(workspaceId), gsi2sk: id }),
      }
    }
    case 'slot': {
      const slot = value as Documents['slot']
      const at = `${slot.start}#${slot.id}`
      return {
        gsi1pk: slottedPartition(slot.workspaceId),
        gsi1sk: at,
        ...(isLiveSlot(slot) && { gsi2pk: beginsPartition(slot.workspaceId), gsi2sk: at }),
      }
    }
    case 'planningRun': {
      const run = value as Documents['planningRun']
      return isLivePlanningRun(run) ? { gsi2pk: planningPartition(run.workspaceId), gsi2sk: run.id } : {}
    }
    case 'delivery': {
      const { workspaceId, id, dueAt } = value as Documents['delivery']
      return dueAt === undefined ? {} : { gsi2pk: tellingPartition(workspaceId), gsi2sk: `${dueAt}#${id}` }
    }
    case 'proposal': {
      const { workspaceId, id, dueAt } = value as Documents['proposal']
      return dueAt === undefined ? {} : { gsi2pk: proposingPartition(workspaceId), gsi2sk: `${dueAt}#${id}` }
    }
    case 'recovery': {
      const { workspaceId, id, status } = value as Documents['recovery']
      return status === 'open' ? { gsi2pk: recoveryPartition(workspaceId), gsi2sk: id } : {}
    }
    case 'conflict': {
      const { workspaceId, id, assetId, status } = value as Documents['conflict']
      return status === 'open' ? { gsi2pk: clashingPartition(workspaceId), gsi2sk: `${assetId}#${id}` } : {}
    }
    default:
      return {}
  }
}
