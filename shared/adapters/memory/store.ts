import type {
  Change,
  CommitResult,
  Documents,
  Keys,
  Kind,
  LedgerItem,
  ListedKind,
  Page,
  PageRequest,
  Store,
} from '#application/world.ts'
import { maxChangesPerCommit } from '#application/world.ts'
import type { AuditEntry } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { Claims } from '#domain/reservations/ledger.ts'
import { isLive } from '#domain/runs/run.ts'
import type { ScheduleStats } from '#domain/schedules/schedule.ts'
import { decodeCursor, encodeCursor } from '../common/cursor.ts'

/**
 * The store in memory: the semantics of the table, none of its distance. Documents are frozen when they are stored and
 * shared after that, so a commit of n changes costs n map writes. `around` lets a simulation delay, crash or fail any call.
 */
export type Around = <Result>(operation: string, call: () => Result) => Promise<Result>

type Ledger = { version: number; fence: number; claims: Claims }
type Row = { readonly key: string; readonly value: unknown }

const plainly: Around = async (_operation, call) => call()

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}

type AnyName = { workspaceId?: string; id?: string; agentId?: string; subject?: string; scheduleId?: string }

/** The key of a document, from its name; a whole document will do as its own name. */
const keyOf = <K extends Kind>(kind: K, name: Keys[K]): string => {
  const { workspaceId, id, agentId, subject, scheduleId } = name as AnyName
  switch (kind) {
    case 'workspace':
      return `workspace/${id}/`
    case 'member':
      return `member/${workspaceId}/${subject}`
    case 'command':
      return `command/${workspaceId}/${agentId}/${id}`
    case 'arming':
    case 'scheduleStats':
      return `${kind}/${workspaceId}/${scheduleId}`
    default:
      return `${kind}/${workspaceId}/${id}`
  }
}

const ledgerKey = (workspaceId: string, assetId: string, item: LedgerItem): string =>
  `${workspaceId}/${assetId}/${item}`

const pageOf = <T>(
  scope: string,
  rows: readonly Row[],
  page: PageRequest,
  keep: (value: unknown) => T | undefined,
): Page<T> => {
  const after = page.cursor === undefined ? undefined : decodeCursor(scope, page.cursor)
  const ordered = page.newestFirst ? rows.toReversed() : rows
  const items: T[] = []
  let last = ''
  for (const { key, value } of ordered) {
    if (after !== undefined && (page.newestFirst ? key >= after : key <= after)) continue
    if (items.length === page.limit) return { items, next: encodeCursor(scope, last) }
    const kept = keep(value)
    if (kept === undefined) continue
    items.push(kept)
    last = key
  }
  return { items }
}

export type MemoryStore = Store & {
  /** All documents and ledger items as they stand: for checking invariants, not for use cases. */
  everything(): {
    documents: ReadonlyMap<string, unknown>
    ledger: ReadonlyMap<string, Ledger>
    audit: ReadonlyMap<string, readonly AuditEntry[]>
  }
}

export const createMemoryStore = (around: Around = plainly): MemoryStore => {
  const documents = new Map<string, unknown>()
  const ledger = new Map<string, Ledger>()
  const audit = new Map<string, AuditEntry[]>()
  const live = new Map<string, Set<string>>()

  /** Keys by collection, which is the key up to its last slash; so that a list does not walk everything. */
  const collections = new Map<string, Set<string>>()
  const collectionOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1)
  const rowsOf = (prefix: string): Row[] => {
    const keys = [...collections].flatMap(([name, members]) => (name.startsWith(prefix) ? [...members] : []))
    return keys.sort().map((key) => ({ key, value: documents.get(key) }))
  }
  const store = (key: string, value: unknown): void => {
    documents.set(key, freeze(value))
    const name = collectionOf(key)
    const members = collections.get(name)
    if (members) members.add(key)
    else collections.set(name, new Set([key]))
  }
  const forget = (key: string): void => {
    documents.delete(key)
    collections.get(collectionOf(key))?.delete(key)
  }
  const liveRunsIn = (workspaceId: string): Documents['run'][] =>
    [...(live.get(workspaceId) ?? [])].sort().map((key) => documents.get(key) as Documents['run'])

  const holds = (change: Change): boolean => {
    switch (change.type) {
      case 'put': {
        const now = documents.get(keyOf(change.kind, change.value as never)) as { version?: number } | undefined
        return change.expect === 'absent' ? now === undefined : now?.version === change.expect
      }
      case 'remove':
      case 'check': {
        const now = documents.get(keyOf(change.kind, change.key as never)) as { version?: number } | undefined
        return now?.version === change.expect
      }
      case 'claim':
      case 'check-ledger':
      case 'raise-fence':
        return (ledger.get(ledgerKey(change.workspaceId, change.assetId, change.item))?.version ?? 0) === change.expect
      case 'unclaim':
        return (
          change.reservationId in (ledger.get(ledgerKey(change.workspaceId, change.assetId, change.item))?.claims ?? {})
        )
      case 'count':
      case 'audit':
        return true
    }
  }

  const trackLive = (key: string, run: Documents['run'] | undefined, workspaceId: string): void => {
    const keys = live.get(workspaceId) ?? new Set()
    if (run && isLive(run)) keys.add(key)
    else keys.delete(key)
    live.set(workspaceId, keys)
  }

  const apply = (change: Change): void => {
    switch (change.type) {
      case 'put': {
        const key = keyOf(change.kind, change.value as never)
        store(key, change.value)
        if (change.kind === 'run') trackLive(key, change.value, change.value.workspaceId)
        return
      }
      case 'remove': {
        const key = keyOf(change.kind, change.key as never)
        forget(key)
        if (change.kind === 'run') trackLive(key, undefined, change.key.workspaceId)
        return
      }
      case 'claim': {
        const key = ledgerKey(change.workspaceId, change.assetId, change.item)
        const now = ledger.get(key) ?? { version: 0, fence: 0, claims: {} }
        ledger.set(key, {
          version: now.version + 1,
          fence: change.fence ?? now.fence,
          claims: { ...now.claims, [change.reservationId]: change.claim },
        })
        return
      }
      case 'unclaim': {
        const key = ledgerKey(change.workspaceId, change.assetId, change.item)
        const now = ledger.get(key)
        if (!now) return
        const { [change.reservationId]: _gone, ...claims } = now.claims
        ledger.set(key, { ...now, claims })
        return
      }
      case 'raise-fence': {
        const key = ledgerKey(change.workspaceId, change.assetId, change.item)
        const now = ledger.get(key) ?? { version: 0, fence: 0, claims: {} }
        ledger.set(key, { ...now, version: now.version + 1, fence: Math.max(now.fence, change.fence) })
        return
      }
      case 'count': {
        const { workspaceId, scheduleId, outcome, endedAt } = change
        const key = keyOf('scheduleStats', { workspaceId, scheduleId })
        const now = (documents.get(key) as ScheduleStats | undefined) ?? {
          workspaceId,
          scheduleId,
          runs: 0,
          byOutcome: {},
        }
        const byOutcome = { ...now.byOutcome, [outcome]: (now.byOutcome[outcome] ?? 0) + 1 }
        store(key, { ...now, runs: now.runs + 1, byOutcome, lastEndedAt: endedAt })
        return
      }
      case 'audit': {
        const key = `${change.entry.workspaceId}/${change.entry.subject}`
        const entries = audit.get(key) ?? []
        entries.push(freeze(change.entry))
        audit.set(key, entries)
        return
      }
      case 'check':
      case 'check-ledger':
        return
    }
  }

  const commit = (changes: readonly Change[]): CommitResult => {
    const conflicts = changes.flatMap((change, index) => (holds(change) ? [] : [index]))
    if (conflicts.length > 0) return { committed: false, conflicts }
    for (const change of changes) apply(change)
    return { committed: true }
  }

  const get = <K extends Kind>(kind: K, key: Keys[K]) => documents.get(keyOf(kind, key)) as Documents[K] | undefined

  return {
    get: (kind, key) => around(`get ${kind}`, () => get(kind, key)),
    getMany: (kind, keys) => around(`getMany ${kind}`, () => keys.map((key) => get(kind, key))),
    list: (kind: ListedKind, workspaceId, page) =>
      around(`list ${kind}`, () => {
        const prefix = `${kind}/${workspaceId}/`
        return pageOf(prefix, rowsOf(prefix), page, (value) => value as never)
      }),
    membershipsOf: (subject, page) =>
      around('membershipsOf', () =>
        pageOf(`memberships/${subject}`, rowsOf('member/'), page, (value) => {
          const member = value as Documents['member']
          return member.subject === subject ? member : undefined
        }),
      ),
    allWorkspaces: (page) =>
      around('allWorkspaces', () =>
        pageOf('workspaces', rowsOf('workspace/'), page, (value) => (value as Documents['workspace']).id),
      ),
    runsOfSchedule: (workspaceId, scheduleId, page) =>
      around('runsOfSchedule', () =>
        pageOf(`runs/${workspaceId}/${scheduleId}`, rowsOf(`run/${workspaceId}/`), page, (value) => {
          const run = value as Documents['run']
          return run.scheduleId === scheduleId ? run : undefined
        }),
      ),
    liveRuns: (workspaceId, page) =>
      around('liveRuns', () =>
        pageOf(
          `live/${workspaceId}`,
          liveRunsIn(workspaceId).map((run) => ({ key: run.id, value: run })),
          page,
          (value) => value as Documents['run'],
        ),
      ),
    liveRunsOfSchedule: (workspaceId, scheduleId) =>
      around('liveRunsOfSchedule', () => liveRunsIn(workspaceId).filter((run) => run.scheduleId === scheduleId)),
    quarantined: (workspaceId, page) =>
      around('quarantined', () =>
        pageOf(`quarantined/${workspaceId}`, rowsOf(`reservation/${workspaceId}/`), page, (value) => {
          const reservation = value as Documents['reservation']
          return reservation.status === 'quarantined' ? reservation : undefined
        }),
      ),
    unsettledArmings: (workspaceId, page) =>
      around('unsettledArmings', () =>
        pageOf(`unsettled/${workspaceId}`, rowsOf(`arming/${workspaceId}/`), page, (value) => {
          const arming = value as Documents['arming']
          return arming.state === 'pending' ? arming : undefined
        }),
      ),
    mailbox: (workspaceId, agentId) =>
      around('mailbox', () =>
        rowsOf(`command/${workspaceId}/${agentId}/`).map(({ value }) => value as Documents['command']),
      ),
    history: (workspaceId, subject, page) =>
      around('history', () =>
        pageOf(
          `history/${workspaceId}/${subject}`,
          (audit.get(`${workspaceId}/${subject}`) ?? []).map((value) => ({ key: value.id, value })),
          page,
          (value) => value as AuditEntry,
        ),
      ),
    ledger: (workspaceId, reads) =>
      around('ledger', () =>
        reads.map(({ assetId, days }) => {
          const open = ledger.get(ledgerKey(workspaceId, assetId, 'OPEN')) ?? { version: 0, fence: 0, claims: {} }
          return {
            assetId,
            open,
            days: days.map((day) => {
              const { version, claims } = ledger.get(ledgerKey(workspaceId, assetId, day)) ?? { version: 0, claims: {} }
              return { day, version, claims }
            }),
          }
        }),
      ),
    commit: (changes) => {
      if (changes.length > maxChangesPerCommit)
        throw new Refusal(
          'limit_exceeded',
          `This would change ${changes.length} things at once; at most ${maxChangesPerCommit} are possible. Ask for less.`,
        )
      return around('commit', () => commit(changes))
    },
    everything: () => ({ documents, ledger, audit }),
  }
}
