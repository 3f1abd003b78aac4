import type { Documents } from '#application/world.ts'
import type { AuditEntry } from '#domain/audit/entry.ts'
import type { ReservationId } from '#domain/ids.ts'
import type { Entry } from '#domain/reservations/account.ts'
import type { Claims } from '#domain/reservations/ledger.ts'
import { isLive } from '#domain/runs/live.ts'

export type Ledger = { version: number; fence: number; claims: Claims }
export type AccountItem = { version: number; entries: Record<ReservationId, Entry> }
export type Row = { readonly key: string; readonly value: unknown }

/** What is stored, and what of it is found without walking everything. Documents are frozen when they are stored and shared after that. */
export type Tables = {
  readonly documents: Map<string, unknown>
  readonly ledger: Map<string, Ledger>
  readonly audit: Map<string, AuditEntry[]>
  readonly accounts: Map<string, AccountItem>
  readonly live: Map<string, Set<string>>
  readonly ofSchedule: Map<string, Set<string>>
  readonly collections: Map<string, Set<string>>
  rowsOf(prefix: string): Row[]
  store(key: string, value: unknown): void
  forget(key: string): void
  liveRunsIn(workspaceId: string): Documents['run'][]
  runsOfScheduleIn(workspaceId: string, scheduleId: string): Documents['run'][]
  trackLive(key: string, run: Documents['run'] | undefined, workspaceId: string): void
}

export const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}

/** Empty ones, or those of another as they are now: documents are shared, because they never change. */
export const createTables = (from?: Tables): Tables => {
  const setsOf = (map?: ReadonlyMap<string, ReadonlySet<string>>): Map<string, Set<string>> =>
    new Map([...(map ?? [])].map(([key, members]) => [key, new Set(members)]))
  const documents = new Map<string, unknown>(from?.documents)
  const ledger = new Map<string, Ledger>(from?.ledger)
  const audit = new Map<string, AuditEntry[]>([...(from?.audit ?? [])].map(([key, entries]) => [key, [...entries]]))
  const accounts = new Map<string, AccountItem>(from?.accounts)
  const live = setsOf(from?.live)
  const ofSchedule = setsOf(from?.ofSchedule)

  /** Keys by collection, which is the key up to its last slash; so that a list does not walk everything. */
  const collections = setsOf(from?.collections)
  const collectionOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1)
  const rowsOf = (prefix: string): Row[] => {
    const whole = collections.get(prefix)
    const keys = whole
      ? [...whole]
      : [...collections].flatMap(([name, members]) => (name.startsWith(prefix) ? [...members] : []))
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
  const runsOfScheduleIn = (workspaceId: string, scheduleId: string): Documents['run'][] =>
    [...(ofSchedule.get(`${workspaceId}/${scheduleId}`) ?? [])]
      .sort()
      .flatMap((key) => (documents.get(key) as Documents['run'] | undefined) ?? [])
  const trackLive = (key: string, run: Documents['run'] | undefined, workspaceId: string): void => {
    const keys = live.get(workspaceId) ?? new Set()
    if (run && isLive(run)) keys.add(key)
    else keys.delete(key)
    live.set(workspaceId, keys)
    if (!run?.scheduleId) return
    const parent = `${workspaceId}/${run.scheduleId}`
    const siblings = ofSchedule.get(parent)
    if (siblings) siblings.add(key)
    else ofSchedule.set(parent, new Set([key]))
  }
  return {
    documents,
    ledger,
    audit,
    accounts,
    live,
    ofSchedule,
    collections,
    rowsOf,
    store,
    forget,
    liveRunsIn,
    runsOfScheduleIn,
    trackLive,
  }
}
