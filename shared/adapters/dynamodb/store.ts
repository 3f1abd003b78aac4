import type {
  Change,
  CommitResult,
  Documents,
  KeyBounds,
  Keys,
  Kind,
  LedgerItem,
  Page,
  PageRequest,
  RuleKind,
  Store,
} from '#application/world.ts'
import { maxChangesPerCommit } from '#application/world.ts'
import type { AuditEntry } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { type AssetId, artifactPrefixOf, type ReservationId, runIdRange } from '#domain/ids.ts'
import { isOpenOrder } from '#domain/orders/open.ts'
import { isLivePlanningRun } from '#domain/planning-runs/live.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import type { Entry } from '#domain/reservations/account.ts'
import type { Claims } from '#domain/reservations/ledger.ts'
import { isLive } from '#domain/runs/live.ts'
import { isLiveEntry } from '#domain/waitlist/live.ts'
import { actionOf } from './changes.ts'
import { fromItem, unpack } from './codec.ts'
import type { DocumentClient, Item } from './document-client.ts'
import { afterConflict, askAgain, read, unavailable } from './faults.ts'
import * as keys from './keys.ts'
import { batchGet, type Index, queryAll, queryPage } from './reads.ts'

/** Reasons of a cancelled transaction: conditions that did not hold, or trouble that asking again may cure. */
const conflictsOf = (error: unknown): number[] | undefined => {
  const { name, CancellationReasons: reasons } = error as { name?: string; CancellationReasons?: { Code?: string }[] }
  if (name === 'ConditionalCheckFailedException') return [0]
  if (name !== 'TransactionCanceledException' || !reasons) return undefined
  const failed = reasons.flatMap(({ Code }, index) => (Code === 'ConditionalCheckFailed' ? [index] : []))
  return failed.length > 0 ? failed : undefined
}

/** The store on DynamoDB. `unique` gives the client tokens that make a transaction's retries by the SDK idempotent. */
export const createDynamoStore = (client: DocumentClient, table: string, unique: () => string): Store => {
  const get = async <K extends Kind>(kind: K, name: Keys[K]): Promise<Documents[K] | undefined> => {
    const item = await read(() => client.get(table, keys.keyOf(kind, name)))
    return item && fromItem(kind, item)
  }

  const itemsAt = (wanted: readonly keys.ItemKey[]) => batchGet(client, table, wanted)
  /** Items as they are now, of which an index holds the keys alone. */
  const whole = (found: readonly Item[]) => itemsAt(found.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })))

  /** A page of an index: its keys, then the documents themselves, as they are now. */
  const indexed = async <K extends Kind, T>(
    index: Index,
    partition: string,
    kind: K,
    page: PageRequest,
    keep: (value: Documents[K]) => T | undefined,
    bounds?: KeyBounds,
  ): Promise<Page<T>> => {
    const found = await queryPage(client, { table, index, partition, page, bounds })
    const items = await whole(found.items)
    const kept = items.flatMap((item) => {
      const value = item && keep(fromItem(kind, item))
      return value === undefined ? [] : [value]
    })
    return { items: kept, ...(found.next !== undefined && { next: found.next }) }
  }
  const any = <T>(value: T): T => value

  const commit = async (changes: readonly Change[]): Promise<CommitResult> => {
    if (changes.length > maxChangesPerCommit)
      throw new Refusal(
        'limit_exceeded',
        `This would change ${changes.length} things at once; at most ${maxChangesPerCommit} are possible. Ask for less.`,
      )
    const actions = changes.map((change) => actionOf(table, change))
    const [only] = actions
    try {
      if (only && actions.length === 1 && !only.ConditionCheck) await askAgain(() => client.write(only))
      else {
        const token = unique().slice(0, 36)
        await askAgain(() => client.transact(actions, token))
      }
      return { committed: true }
    } catch (error) {
      const conflicts = conflictsOf(error)
      if (conflicts) {
        await afterConflict()
        return { committed: false, conflicts }
      }
      throw unavailable(error)
    }
  }

  return {
    get,
    getMany: async (kind, names) => {
      const items = await itemsAt(names.map((name) => keys.keyOf(kind, name)))
      return items.map((item) => item && fromItem(kind, item))
    },
    list: async (kind, workspaceId, page) => {
      const partition = keys.partitionOf(kind, workspaceId)
      const found = await queryPage(client, { table, partition, beginsWith: keys.prefixOf(kind), page })
      return { ...found, items: found.items.map((item) => fromItem(kind, item)) }
    },
    membershipsOf: (subject, page) => indexed('byParent', keys.personPartition(subject), 'member', page, any),
    allWorkspaces: async (page) => {
      const found = await queryPage(client, { table, index: 'byAttention', partition: keys.registryPartition, page })
      return { ...found, items: found.items.map((item) => item.gsi2sk as Documents['workspace']['id']) }
    },
    runsOfSchedule: (workspaceId, scheduleId, page, bounds) =>
      indexed('byParent', keys.scheduleRunsPartition(workspaceId, scheduleId), 'run', page, any, bounds),
    runsBetween: async (workspaceId, page, fromMs, toMs) => {
      const partition = keys.partitionOf('run', workspaceId)
      const found = await queryPage(client, { table, partition, page, bounds: runIdRange(fromMs, toMs) })
      return { ...found, items: found.items.map((item) => fromItem('run', item)) }
    },
    nextArmings: (workspaceId, page, bounds) =>
      indexed('byParent', keys.nextPartition(workspaceId), 'arming', page, any, bounds),
    liveRuns: (workspaceId, page) =>
      indexed('byAttention', keys.livePartition(workspaceId), 'run', page, (run) => (isLive(run) ? run : undefined)),
    liveRunsOfSchedule: async (workspaceId, scheduleId) => {
      const found = await queryAll(client, {
        table,
        index: 'byAttention',
        partition: keys.livePartition(workspaceId),
        beginsWith: `${scheduleId}#`,
      })
      const items = await whole(found)
      return items.flatMap((item) => (item ? [fromItem('run', item)] : [])).filter(isLive)
    },
    rulebook: async (workspaceId) => {
      const items = await queryAll(client, { table, partition: keys.partitionOf('assetType', workspaceId) })
      const of = <K extends RuleKind>(kind: K): Documents[K][] =>
        items.filter(({ sk }) => String(sk).startsWith(keys.prefixOf(kind) ?? '')).map((item) => fromItem(kind, item))
      return {
        assetTypes: of('assetType'),
        assetGroups: of('assetGroup'),
        quotas: of('quota'),
        waivers: of('waiver'),
      }
    },
    accounts: async (workspaceId, reads) => {
      const wanted = reads.flatMap(({ account, months }) =>
        months.map((month) => keys.accountKey(workspaceId, account, month)),
      )
      const items = await itemsAt(wanted)
      let at = 0
      return reads.map(({ account, months }) => ({
        account,
        months: months.map((month) => {
          const { version = 0, pk: _pk, sk: _sk, ...entries } = items[at++] ?? {}
          return { month, version: Number(version), entries: entries as Record<ReservationId, Entry> }
        }),
      }))
    },
    reservationsByStart: (workspaceId, page, bounds) =>
      indexed('byParent', keys.timesPartition(workspaceId), 'reservation', page, any, bounds),
    dueReservations: (workspaceId, page, until) =>
      indexed(
        'byAttention',
        keys.duePartition(workspaceId),
        'reservation',
        page,
        (value) => (value.lookAt !== undefined && value.lookAt <= until ? value : undefined),
        { to: `${until}\uffff` },
      ),
    horizon: async (workspaceId, days) => {
      const items: LedgerItem[] = ['OPEN', ...days]
      const found = await Promise.all(
        items.map((item) =>
          queryAll(client, { table, index: 'byDay', partition: keys.horizonPartition(workspaceId, item) }),
        ),
      )
      return found.flatMap((rows, index) =>
        rows.map(({ gsi3sk, claims }) => ({
          assetId: gsi3sk as AssetId,
          item: items[index] ?? 'OPEN',
          claims: (claims ?? {}) as Claims,
        })),
      )
    },
    changedSchedules: (workspaceId, page, since) =>
      indexed('byAttention', keys.changedPartition(workspaceId), 'schedule', page, any, { from: since }),
    dueHoldings: (workspaceId, page, until) =>
      indexed('byAttention', keys.holdingPartition(workspaceId), 'holding', page, any, { to: `${until}\uffff` }),
    openOrders: (workspaceId, page) =>
      indexed('byAttention', keys.inboxPartition(workspaceId), 'order', page, (value) =>
        isOpenOrder(value) ? value : undefined,
      ),
    ordersOfBatch: (workspaceId, batchId, page) =>
      indexed('byParent', keys.batchPartition(workspaceId, batchId), 'order', page, (value) =>
        value.batchId === batchId ? value : undefined,
      ),
    livePlanningRuns: (workspaceId, page) =>
      indexed('byAttention', keys.planningPartition(workspaceId), 'planningRun', page, (value) =>
        isLivePlanningRun(value) ? value : undefined,
      ),
    slotsByStart: (workspaceId, page, bounds) =>
      indexed('byParent', keys.slottedPartition(workspaceId), 'slot', page, any, bounds),
    begunSlots: (workspaceId, page, until) =>
      indexed(
        'byAttention',
        keys.beginsPartition(workspaceId),
        'slot',
        page,
        (value) => (isLiveSlot(value) ? value : undefined),
        { to: `${until}\uffff` },
      ),
    waitingEntries: (workspaceId, page) =>
      indexed('byAttention', keys.waitingPartition(workspaceId), 'waitlistEntry', page, (value) =>
        isLiveEntry(value) ? value : undefined,
      ),
    openConflicts: (workspaceId, page, assetId) =>
      indexed(
        'byAttention',
        keys.clashingPartition(workspaceId),
        'conflict',
        page,
        (value) => (value.status === 'open' ? value : undefined),
        assetId && { from: `${assetId}#`, to: `${assetId}#\uffff` },
      ),
    artifactsOf: async (workspaceId, runId) =>
      (
        await queryAll(client, {
          table,
          partition: keys.partitionOf('artifact', workspaceId),
          beginsWith: artifactPrefixOf(runId),
        })
      ).map((item) => fromItem('artifact', item)),
    dueDeliveries: (workspaceId, page, until) =>
      indexed(
        'byAttention',
        keys.tellingPartition(workspaceId),
        'delivery',
        page,
        (value) => (value.dueAt !== undefined && value.dueAt <= until ? value : undefined),
        { to: `${until}\uffff` },
      ),
    dueProposals: (workspaceId, page, until) =>
      indexed(
        'byAttention',
        keys.proposingPartition(workspaceId),
        'proposal',
        page,
        (value) => (value.dueAt !== undefined && value.dueAt <= until ? value : undefined),
        { to: `${until}\uffff` },
      ),
    openRecoveries: (workspaceId, page) =>
      indexed('byAttention', keys.recoveryPartition(workspaceId), 'recovery', page, (value) =>
        value.status === 'open' ? value : undefined,
      ),
    notices: async (workspaceId, to, page) => {
      const found = await queryPage(client, { table, partition: keys.noticesPartition(workspaceId, to), page })
      return { ...found, items: found.items.map((item) => fromItem('notice', item)) }
    },
    quarantined: (workspaceId, page) =>
      indexed('byAttention', keys.quarantinePartition(workspaceId), 'reservation', page, (value) =>
        value.status === 'quarantined' ? value : undefined,
      ),
    unsettledArmings: (workspaceId, page) =>
      indexed('byAttention', keys.unsettledPartition(workspaceId), 'arming', page, (value) =>
        value.state === 'pending' ? value : undefined,
      ),
    mailbox: async (workspaceId, agentId) =>
      (await queryAll(client, { table, partition: keys.mailboxPartition(workspaceId, agentId) })).map((item) =>
        fromItem('command', item),
      ),
    history: async (workspaceId, subject, page) => {
      const found = await queryPage(client, { table, partition: keys.auditPartition(workspaceId, subject), page })
      return { ...found, items: found.items.map((item) => unpack(item) as AuditEntry) }
    },
    ledger: async (workspaceId, reads) => {
      const wanted = reads.flatMap(({ assetId, days }) => [
        keys.ledgerKey(workspaceId, assetId, 'OPEN'),
        ...days.map((day) => keys.ledgerKey(workspaceId, assetId, day)),
      ])
      const found = new Map<string, Item>()
      for (const item of await itemsAt(wanted)) if (item) found.set(`${item.pk}|${item.sk}`, item)
      const at = (assetId: string, name: string) => {
        const { pk, sk } = keys.ledgerKey(workspaceId, assetId, name)
        const item = found.get(`${pk}|${sk}`)
        return {
          version: Number(item?.version ?? 0),
          fence: Number(item?.fence ?? 0),
          claims: (item?.claims ?? {}) as Claims,
        }
      }
      return reads.map(({ assetId, days }) => ({
        assetId,
        open: at(assetId, 'OPEN'),
        days: days.map((day) => {
          const { version, claims } = at(assetId, day)
          return { day, version, claims }
        }),
      }))
    },
    commit,
  }
}
