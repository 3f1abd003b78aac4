import type { Change } from '#application/world.ts'
import { added, noStats, type ScheduleStats } from '#domain/schedules/statistics.ts'
import { accountKey, keyOf, ledgerKey } from './keys.ts'
import { freeze, type Tables } from './tables.ts'

/** Whether what a change expects is so. */
export const holds = ({ documents, ledger, audit, accounts }: Tables, change: Change): boolean => {
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
    case 'raise-fence': {
      const now = ledger.get(ledgerKey(change.workspaceId, change.assetId, change.item))
      return (now?.version ?? 0) === change.expect && (now?.fence ?? 0) < change.fence
    }
    case 'claim':
    case 'check-ledger':
      return (ledger.get(ledgerKey(change.workspaceId, change.assetId, change.item))?.version ?? 0) === change.expect
    case 'account':
    case 'check-account': {
      const seen = accounts.get(accountKey(change.workspaceId, change.account, change.month))?.version ?? 0
      return change.expect === undefined || change.expect === seen
    }
    case 'unclaim':
      return (
        (change.expect === undefined ||
          change.expect === ledger.get(ledgerKey(change.workspaceId, change.assetId, change.item))?.version) &&
        change.reservationId in (ledger.get(ledgerKey(change.workspaceId, change.assetId, change.item))?.claims ?? {})
      )
    case 'audit': {
      const { workspaceId, subject, id } = change.entry
      return !(audit.get(`${workspaceId}/${subject}`) ?? []).some((entry) => entry.id === id)
    }
    case 'count':
    case 'forget':
      return true
    case 'recount': {
      const now = documents.get(keyOf('scheduleStats', change.from)) as ScheduleStats | undefined
      return (now?.runs ?? 0) === change.from.runs && (now?.missed ?? 0) === change.from.missed
    }
  }
}

/** Does what a change says; its expectation was looked at before. */
export const apply = (
  { documents, ledger, audit, accounts, store, forget, trackLive }: Tables,
  change: Change,
): void => {
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
    case 'account': {
      const key = accountKey(change.workspaceId, change.account, change.month)
      const now = accounts.get(key) ?? { version: 0, entries: {} }
      const { [change.reservationId]: _gone, ...entries } = now.entries
      accounts.set(
        key,
        change.entry
          ? { version: now.version + 1, entries: { ...entries, [change.reservationId]: change.entry } }
          : { ...now, entries },
      )
      return
    }
    case 'raise-fence': {
      const key = ledgerKey(change.workspaceId, change.assetId, change.item)
      const now = ledger.get(key) ?? { version: 0, fence: 0, claims: {} }
      ledger.set(key, { ...now, version: now.version + 1, fence: change.fence })
      return
    }
    case 'count': {
      const { workspaceId, scheduleId, counts } = change
      const key = keyOf('scheduleStats', { workspaceId, scheduleId })
      const now = (documents.get(key) as ScheduleStats | undefined) ?? noStats({ workspaceId, scheduleId })
      store(key, added(now, counts))
      return
    }
    case 'recount':
      store(keyOf('scheduleStats', change.to), change.to)
      return
    case 'forget': {
      const key = `${change.workspaceId}/${change.subject}`
      audit.set(
        key,
        (audit.get(key) ?? []).filter(({ id }) => id !== change.id),
      )
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
    case 'check-account':
      return
  }
}
