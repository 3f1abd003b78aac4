import type { Journal, JournalRecord } from '#agent/core/ports.ts'
import type { Change, Store } from '#application/world.ts'
import type { Downlink } from '#contracts/agents/messages.ts'
import type { Asset } from '#domain/assets/asset.ts'
import type { Retry } from '#domain/schedules/schedule.ts'
import type { Saboteur } from './simulate.ts'

const rewriting = (
  store: Store,
  rewrite: (changes: readonly Change[], store: Store) => Promise<readonly Change[]> | readonly Change[],
): Store => ({
  ...store,
  commit: async (changes) => store.commit(await rewrite(changes, store)),
})

/** Sets the expected version of a change to whatever is there now: the condition always holds. */
const withoutCondition = async (change: Change, store: Store): Promise<Change[]> => {
  if (change.type === 'check-ledger') return []
  if (change.type !== 'claim') return [change]
  const [ledger] = await store.ledger(change.workspaceId, [
    { assetId: change.assetId, days: change.item === 'OPEN' ? [] : [change.item] },
  ])
  const expect = change.item === 'OPEN' ? ledger?.open.version : ledger?.days[0]?.version
  return [{ ...change, expect: expect ?? 0 }]
}

const forever = (message: Downlink): Downlink =>
  message.type === 'next' ? { ...message, stamp: Number.MAX_SAFE_INTEGER } : message

const withoutFences = (message: Downlink): Downlink =>
  message.type === 'next' && message.command ? { ...message, command: { ...message.command, fences: [] } } : message

/**
 * Agents that find nothing late, where messages often go astray and people soon give instruments free again: for the
 * invariant that must hold even then.
 */
export const agentsWithoutTime: Saboteur = {
  downlink: forever,
  only: ['I9'],
  rates: { messageStray: 0.3, messageTwice: 0.3, agentDiesPerHour: 0, peoplePerHour: 60 },
}

/**
 * Planted bugs. Each is a mistake that somebody could make; the simulation must find it. A saboteur that survives means that
 * the simulation looks away.
 */
export const saboteurs = {
  /** The ledger is written without looking at the version that was read. */
  'no-version-check': (): Saboteur => ({
    store: (store) =>
      rewriting(store, async (changes) =>
        (await Promise.all(changes.map((change) => withoutCondition(change, store)))).flat(),
      ),
  }),
  /** What is in use is not looked at, only what is booked. */
  'no-open-item': (): Saboteur => ({
    store: (store) => ({
      ...store,
      ledger: async (workspaceId, reads) =>
        (await store.ledger(workspaceId, reads)).map((item) => ({ ...item, open: { ...item.open, claims: {} } })),
    }),
  }),
  /** A missed heartbeat is taken for a proof that the instrument stopped. */
  'release-on-silence': (): Saboteur => ({
    store: (store) =>
      rewriting(store, (changes) =>
        changes.flatMap((change): Change[] => {
          if (change.type !== 'put' || change.kind !== 'reservation' || change.value.status !== 'quarantined')
            return [change]
          const { value } = change
          return [
            { ...change, value: { ...value, status: 'released' } },
            ...value.assets.map(
              ({ assetId }): Change => ({
                type: 'unclaim',
                workspaceId: value.workspaceId,
                assetId,
                item: 'OPEN',
                reservationId: value.id,
              }),
            ),
          ]
        }),
      ),
  }),
  /**
   * Commands carry no fences, so an old order is as good as a new one. Fences are the second line behind expiry: the agents of
   * this world never find a command late, and only the order of fences is looked at.
   */
  'no-fence': (): Saboteur => ({
    ...agentsWithoutTime,
    downlink: (message) => withoutFences(forever(message)),
  }),
  /** The intent is written when the drive is over, together with its end. */
  'journal-after-start': (): Saboteur => ({
    journal: (journal: Journal): Journal => {
      const late = new Map<string, JournalRecord>()
      return {
        load: journal.load,
        append: async (record) => {
          if (record.type === 'intent') {
            late.set(record.command.commandId, record)
            return
          }
          const intent = late.get(record.commandId)
          late.delete(record.commandId)
          if (intent) await journal.append(intent)
          await journal.append(record)
        },
      }
    },
  }),
  /** The grant is written without looking whether somebody else has it. */
  'double-grant': (): Saboteur => ({
    store: (store) =>
      rewriting(store, async (changes) =>
        Promise.all(
          changes.map(async (change): Promise<Change> => {
            if (change.type !== 'put' || change.kind !== 'command' || change.value.status !== 'granted') return change
            const { workspaceId, agentId, id } = change.value
            const now = await store.get('command', { workspaceId, agentId, id })
            return now
              ? { ...change, expect: now.version, value: { ...change.value, version: now.version + 1 } }
              : change
          }),
        ),
      ),
  }),
  /** A firing opens its run whether or not it is there already. */
  'no-firing-guard': (): Saboteur => ({
    store: (store) =>
      rewriting(store, async (changes) =>
        Promise.all(
          changes.map(async (change): Promise<Change> => {
            if (change.type !== 'put' || change.kind !== 'run' || change.expect !== 'absent') return change
            const { workspaceId, id } = change.value
            const now = await store.get('run', { workspaceId, id })
            return now
              ? { ...change, expect: now.version, value: { ...change.value, version: now.version + 1 } }
              : change
          }),
        ),
      ),
  }),
  /** A command never expires, however late it arrives. */
  'no-expiry': (): Saboteur => ({ downlink: forever }),
  /** The disk says that it has written before it has. */
  'lying-disk': (): Saboteur => ({
    journal: (journal: Journal): Journal => {
      let last: JournalRecord | undefined
      return {
        load: journal.load,
        append: async (record) => {
          const before = last
          last = record
          if (before) await journal.append(before)
        },
      }
    },
  }),
  /** Runs are opened with more retries than their schedule allows. */
  'retry-multiplied': (): Saboteur => ({
    store: (store) =>
      rewriting(store, (changes) =>
        changes.map((change): Change => {
          const more = (retry: Retry): Retry => ({ ...retry, maxRetries: 2 * retry.maxRetries + 1 })
          if (change.type === 'put' && change.kind === 'run' && change.expect === 'absent')
            return { ...change, value: { ...change.value, retry: more(change.value.retry) } }
          if (change.type !== 'audit' || !change.entry.changes.retry) return change
          const { entry } = change
          return {
            ...change,
            entry: { ...entry, changes: { ...entry.changes, retry: more(entry.changes.retry as Retry) as never } },
          }
        }),
      ),
  }),
  /** Places under a limit of concurrent runs are written without looking whether somebody else has taken one. */
  'places-unguarded': (): Saboteur => ({
    store: (store) =>
      rewriting(store, async (changes) =>
        Promise.all(
          changes.map(async (change): Promise<Change> => {
            if (change.type !== 'put' || change.kind !== 'capacity') return change
            const { workspaceId, id } = change.value
            const now = await store.get('capacity', { workspaceId, id })
            if (!now) return change
            const holders = { ...now.holders, ...change.value.holders }
            return { ...change, expect: now.version, value: { ...change.value, holders, version: now.version + 1 } }
          }),
        ),
      ),
  }),
  /** An emergency stop is recorded, and nobody looks at it. */
  'stop-overlooked': (): Saboteur => ({
    rates: { peoplePerHour: 60 },
    store: (store) => ({
      ...store,
      getMany: async (kind, keys) =>
        (await store.getMany(kind, keys)).map((found) => {
          if (kind !== 'asset' || !found) return found
          const { emergencyStop: _stop, ...asset } = found as Asset
          return asset as never
        }),
    }),
  }),
  /** What nobody knows is left to nobody. */
  'recovery-forgotten': (): Saboteur => ({
    store: (store) =>
      rewriting(store, (changes) =>
        changes.filter(
          (change) => !(change.type === 'put' && change.kind === 'recovery' && change.expect === 'absent'),
        ),
      ),
  }),
  /** Time in which the host of an agent sleeps is not counted. */
  'sleeping-clock': (): Saboteur => ({ sleepingClock: true }),
} as const satisfies Record<string, () => Saboteur>
