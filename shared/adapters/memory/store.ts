import type {
  Change,
  CommitResult,
  Documents,
  KeyBounds,
  Keys,
  Kind,
  ListedKind,
  Page,
  PageRequest,
  RuleKind,
  Store,
} from '#application/world.ts'
import { maxChangesPerCommit } from '#application/world.ts'
import type { AuditEntry } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { type AssetId, runIdRange } from '#domain/ids.ts'
import { isOpenOrder } from '#domain/orders/open.ts'
import { isLivePlanningRun } from '#domain/planning-runs/live.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import { isLiveEntry } from '#domain/waitlist/live.ts'
import { decodeCursor, encodeCursor } from '../common/cursor.ts'
import { apply, holds } from './changes.ts'
import { accountKey, keyOf, ledgerKey } from './keys.ts'
import { createTables, type Ledger, type Row, type Tables } from './tables.ts'

/**
 * The store in memory: the semantics of the table, none of its distance. Documents are frozen when they are stored and
 * shared after that, so a commit of n changes costs n map writes. `around` lets a simulation delay, crash or fail any call.
 */
export type Around = <Result>(operation: string, call: () => Result) => Promise<Result>

const plainly: Around = async (_operation, call) => call()

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

const within = (key: string, { from = '', to = '\uffff' }: KeyBounds = {}): boolean => from <= key && key <= to

export type MemoryStore = Store & {
  /** All documents and ledger items as they stand: for checking invariants, not for use cases. */
  everything(): {
    documents: ReadonlyMap<string, unknown>
    ledger: ReadonlyMap<string, Ledger>
    audit: ReadonlyMap<string, readonly AuditEntry[]>
  }
  /** Another store that holds what this one holds now. */
  copy(): MemoryStore
}

export const createMemoryStore = (around: Around = plainly, from?: Tables): MemoryStore => {
  const tables = createTables(from)
  const { documents, ledger, audit, accounts, rowsOf, liveRunsIn, runsOfScheduleIn } = tables

  /** Documents of a collection in an order of their own; those without a place in it are left out. */
  const ordered = (prefix: string, key: (value: unknown) => string | undefined): Row[] =>
    rowsOf(prefix)
      .flatMap(({ value }) => {
        const at = key(value)
        return at === undefined ? [] : [{ key: at, value }]
      })
      .sort((a, b) => (a.key < b.key ? -1 : 1))
  const reservationsBy = (workspaceId: string, key: (of: Documents['reservation']) => string | undefined): Row[] =>
    ordered(`reservation/${workspaceId}/`, (value) => key(value as Documents['reservation']))

  const slotsBy = (workspaceId: string, keep: (slot: Documents['slot']) => Documents['slot'] | undefined): Row[] =>
    ordered(`slot/${workspaceId}/`, (value) => {
      const slot = keep(value as Documents['slot'])
      return slot && `${slot.start}#${slot.id}`
    })

  const commit = (changes: readonly Change[]): CommitResult => {
    const conflicts = changes.flatMap((change, index) => (holds(tables, change) ? [] : [index]))
    if (conflicts.length > 0) return { committed: false, conflicts }
    for (const change of changes) apply(tables, change)
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
    runsOfSchedule: (workspaceId, scheduleId, page, bounds) =>
      around('runsOfSchedule', () =>
        pageOf(
          `runs/${workspaceId}/${scheduleId}`,
          runsOfScheduleIn(workspaceId, scheduleId)
            .filter(({ id }) => within(id, bounds))
            .map((run) => ({ key: run.id, value: run })),
          page,
          (value) => value as Documents['run'],
        ),
      ),
    runsBetween: (workspaceId, page, fromMs, toMs) =>
      around('runsBetween', () =>
        pageOf(
          `between/${workspaceId}`,
          rowsOf(`run/${workspaceId}/`)
            .map(({ value }) => value as Documents['run'])
            .filter(({ id }) => within(id, runIdRange(fromMs, toMs)))
            .map((run) => ({ key: run.id, value: run })),
          page,
          (value) => value as Documents['run'],
        ),
      ),
    nextArmings: (workspaceId, page, bounds) =>
      around('nextArmings', () =>
        pageOf(
          `next/${workspaceId}`,
          rowsOf(`arming/${workspaceId}/`)
            .map(({ value }) => value as Documents['arming'])
            .flatMap((arming) =>
              arming.nextAt === undefined ? [] : [{ key: `${arming.nextAt}#${arming.scheduleId}`, value: arming }],
            )
            .filter(({ key }) => within(key, bounds))
            .sort((a, b) => (a.key < b.key ? -1 : 1)),
          page,
          (value) => value as Documents['arming'],
        ),
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
    rulebook: (workspaceId) =>
      around('rulebook', () => {
        const of = <K extends RuleKind>(kind: K) =>
          rowsOf(`${kind}/${workspaceId}/`).map(({ value }) => value as Documents[K])
        return {
          assetTypes: of('assetType'),
          assetGroups: of('assetGroup'),
          quotas: of('quota'),
          waivers: of('waiver'),
        }
      }),
    accounts: (workspaceId, reads) =>
      around('accounts', () =>
        reads.map(({ account, months }) => ({
          account,
          months: months.map((month) => ({
            month,
            ...(accounts.get(accountKey(workspaceId, account, month)) ?? { version: 0, entries: {} }),
          })),
        })),
      ),
    reservationsByStart: (workspaceId, page, bounds) =>
      around('reservationsByStart', () =>
        pageOf(
          `times/${workspaceId}`,
          reservationsBy(workspaceId, ({ start, id }) => `${start}#${id}`).filter(({ key }) => within(key, bounds)),
          page,
          (value) => value as Documents['reservation'],
        ),
      ),
    dueReservations: (workspaceId, page, until) =>
      around('dueReservations', () =>
        pageOf(
          `due/${workspaceId}`,
          reservationsBy(workspaceId, ({ lookAt, id, status }) =>
            lookAt === undefined || lookAt > until || status === 'quarantined' ? undefined : `${lookAt}#${id}`,
          ),
          page,
          (value) => value as Documents['reservation'],
        ),
      ),
    horizon: (workspaceId, days) =>
      around('horizon', () =>
        [...ledger].flatMap(([key, { claims }]) => {
          const [of, assetId, item = ''] = key.split('/')
          return of === workspaceId && (item === 'OPEN' || days.includes(item))
            ? [{ assetId: assetId as AssetId, item, claims }]
            : []
        }),
      ),
    changedSchedules: (workspaceId, page, since) =>
      around('changedSchedules', () =>
        pageOf(
          `changed/${workspaceId}`,
          ordered(`schedule/${workspaceId}/`, (value) => {
            const { updatedAt, id } = value as Documents['schedule']
            return updatedAt >= since ? `${updatedAt}#${id}` : undefined
          }),
          page,
          (value) => value as Documents['schedule'],
        ),
      ),
    dueHoldings: (workspaceId, page, until) =>
      around('dueHoldings', () =>
        pageOf(
          `holding/${workspaceId}`,
          ordered(`holding/${workspaceId}/`, (value) => {
            const { dueAt, scheduleId } = value as Documents['holding']
            return dueAt <= until ? `${dueAt}#${scheduleId}` : undefined
          }),
          page,
          (value) => value as Documents['holding'],
        ),
      ),
    openOrders: (workspaceId, page) =>
      around('openOrders', () =>
        pageOf(`inbox/${workspaceId}`, rowsOf(`order/${workspaceId}/`), page, (value) => {
          const order = value as Documents['order']
          return isOpenOrder(order) ? order : undefined
        }),
      ),
    ordersOfBatch: (workspaceId, batchId, page) =>
      around('ordersOfBatch', () =>
        pageOf(`batch/${workspaceId}/${batchId}`, rowsOf(`order/${workspaceId}/`), page, (value) => {
          const order = value as Documents['order']
          return order.batchId === batchId ? order : undefined
        }),
      ),
    livePlanningRuns: (workspaceId, page) =>
      around('livePlanningRuns', () =>
        pageOf(`planning/${workspaceId}`, rowsOf(`planningRun/${workspaceId}/`), page, (value) => {
          const run = value as Documents['planningRun']
          return isLivePlanningRun(run) ? run : undefined
        }),
      ),
    slotsByStart: (workspaceId, page, bounds) =>
      around('slotsByStart', () =>
        pageOf(
          `slotted/${workspaceId}`,
          slotsBy(workspaceId, (slot) => slot).filter(({ key }) => within(key, bounds)),
          page,
          (value) => value as Documents['slot'],
        ),
      ),
    begunSlots: (workspaceId, page, until) =>
      around('begunSlots', () =>
        pageOf(
          `begins/${workspaceId}`,
          slotsBy(workspaceId, (slot) => (isLiveSlot(slot) && slot.start <= until ? slot : undefined)),
          page,
          (value) => value as Documents['slot'],
        ),
      ),
    waitingEntries: (workspaceId, page) =>
      around('waitingEntries', () =>
        pageOf(`waiting/${workspaceId}`, rowsOf(`waitlistEntry/${workspaceId}/`), page, (value) => {
          const entry = value as Documents['waitlistEntry']
          return isLiveEntry(entry) ? entry : undefined
        }),
      ),
    openConflicts: (workspaceId, page, assetId) =>
      around('openConflicts', () =>
        pageOf(
          `clashing/${workspaceId}`,
          rowsOf(`conflict/${workspaceId}/`)
            .map(({ value }) => value as Documents['conflict'])
            .filter((conflict) => conflict.status === 'open' && (assetId === undefined || conflict.assetId === assetId))
            .map((value) => ({ key: `${value.assetId}#${value.id}`, value }))
            .sort((a, b) => (a.key < b.key ? -1 : 1)),
          page,
          (value) => value as Documents['conflict'],
        ),
      ),
    notices: (workspaceId, to, page) =>
      around('notices', () =>
        pageOf(
          `notices/${workspaceId}/${to}`,
          rowsOf(`notice/${workspaceId}/${to}/`),
          page,
          (value) => value as Documents['notice'],
        ),
      ),
    artifactsOf: (workspaceId, runId) =>
      around('artifactsOf', () =>
        rowsOf(`artifact/${workspaceId}/`)
          .map(({ value }) => value as Documents['artifact'])
          .filter((artifact) => artifact.runId === runId),
      ),
    dueDeliveries: (workspaceId, page, until) =>
      around('dueDeliveries', () =>
        pageOf(
          `telling/${workspaceId}`,
          rowsOf(`delivery/${workspaceId}/`)
            .map(({ value }) => value as Documents['delivery'])
            .flatMap((value) =>
              value.dueAt && value.dueAt <= until ? [{ key: `${value.dueAt}#${value.id}`, value }] : [],
            )
            .sort((a, b) => (a.key < b.key ? -1 : 1)),
          page,
          (value) => value as Documents['delivery'],
        ),
      ),
    dueProposals: (workspaceId, page, until) =>
      around('dueProposals', () =>
        pageOf(
          `proposing/${workspaceId}`,
          ordered(`proposal/${workspaceId}/`, (value) => {
            const { dueAt, id } = value as Documents['proposal']
            return dueAt === undefined || dueAt > until ? undefined : `${dueAt}#${id}`
          }),
          page,
          (value) => value as Documents['proposal'],
        ),
      ),
    openRecoveries: (workspaceId, page) =>
      around('openRecoveries', () =>
        pageOf(`recovery-open/${workspaceId}`, rowsOf(`recovery/${workspaceId}/`), page, (value) => {
          const recovery = value as Documents['recovery']
          return recovery.status === 'open' ? recovery : undefined
        }),
      ),
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
    copy: () => createMemoryStore(around, tables),
  }
}
