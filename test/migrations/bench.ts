/** Two workspaces with orders of the old format and documents of an older shape, in a store whose calls may be lost. */
import { createMemoryStore } from '#adapters/memory/store.ts'
import { system } from '#application/common/audit.ts'
import { migrations } from '#application/migrations/all.ts'
import { runMigrations } from '#application/migrations/run-migrations.ts'
import type { Documents, World } from '#application/world.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { creation, documentOf } from '../adapters/documents.ts'

export const nowMs = Date.UTC(2026, 10, 20, 12)
export const mine: WorkspaceId = 'ws_mine'
export const other: WorkspaceId = 'ws_other'

/** Whole ones, and a broken one of each kind. */
const oldOrders = [
  ...Array.from({ length: 40 }, (_, index) => ({ id: `old-${index}`, target_id: `T${index}`, priority: 5 })),
  { id: 'old-0', target_id: 'again' },
  'no order',
  { id: 'urgent', priority: 9 },
  { id: 'late', earliest_start: 'tomorrow' },
  { id: 'done', status: 'completed', external_ref: 'LIMS-7' },
  { id: 'same', external_ref: 'LIMS-7' },
]
const legacyOrders = (workspaceId: WorkspaceId): Documents['legacyOrders'] => ({
  ...documentOf('legacyOrders', workspaceId, '01'),
  settings: {
    priorityDirection: 'highest-is-5',
    defaults: { requirements: [{ assetId: 'ast_00', units: 1 }], durationMinutes: 30 },
  },
  blob: oldOrders,
})
const assets = Array.from({ length: 60 }, (_, index) => String(index).padStart(2, '0'))

export type Bench = {
  readonly world: Pick<World, 'store' | 'shapes' | 'clock' | 'ids'>
  /** How many calls were made to the store; which of the next are lost before or after they are done. */
  calls: number
  lost: ReadonlyMap<number, 'before' | 'after'>
  /** Turns that a call takes. */
  turns: () => number
  /** Everything that is stored in a workspace, but for ids and order of history entries; and how much is of an older shape. */
  stands(workspaceId: WorkspaceId): unknown
  run(pages?: number): Promise<boolean>
}

export const openBench = async (): Promise<Bench> => {
  const store = createMemoryStore(async (_operation, call) => {
    const at = ++bench.calls
    for (let left = bench.turns(); left > 0; left--) await Promise.resolve()
    const lost = bench.lost.get(at)
    if (lost === 'before') throw new Error(`Call ${at} was lost.`)
    const result = call()
    if (lost === 'after') throw new Error(`The answer of call ${at} was lost.`)
    return result
  })
  /** As they were planted; one that was written since is another object. */
  const planted = new Map<string, Documents['asset']>()
  const outdated = (workspaceId: WorkspaceId): [string, Documents['asset']][] => {
    const { documents } = store.everything()
    return [...planted].filter(([key, value]) => value.workspaceId === workspaceId && documents.get(key) === value)
  }
  let last = 0
  const world: Bench['world'] = {
    store,
    shapes: {
      outdated: async (workspaceId, { limit, cursor = '' }) => {
        const left = outdated(workspaceId).filter(([key]) => key > cursor)
        const [next] = left.slice(0, limit).at(-1) ?? []
        const items = left
          .slice(0, limit)
          .map(([, value]) => ({ kind: 'asset', value: structuredClone(value) }) as const)
        return { items, ...(next !== undefined && left.length > limit && { next }) }
      },
    },
    clock: { now: () => nowMs },
    ids: { unique: () => String(++last).padStart(6, '0') },
  }
  const bench: Bench = {
    world,
    calls: 0,
    lost: new Map(),
    turns: () => 0,
    stands: (workspaceId) => {
      const { documents, audit } = store.everything()
      const within = ([key]: readonly [string, unknown]): boolean => key.includes(workspaceId)
      return {
        documents: [...documents].filter(within).toSorted(([a], [b]) => (a < b ? -1 : 1)),
        history: [...audit]
          .filter(within)
          .flatMap(([, entries]) => entries.map(({ id: _id, ...entry }) => JSON.stringify(entry)))
          .toSorted(),
        outdated: outdated(workspaceId).length,
      }
    },
    run: (pages = 100) => runMigrations({ workspaceId: mine, actor: system('test'), pages }, migrations, world),
  }
  for (const workspaceId of [mine, other]) {
    const values = assets.map((id) => documentOf('asset', workspaceId, id))
    await store.commit([
      creation('workspace', documentOf('workspace', workspaceId, '')),
      creation('legacyOrders', legacyOrders(workspaceId)),
      ...values.map((value) => creation('asset', value)),
    ])
    for (const value of values) planted.set(`asset/${workspaceId}/${value.id}`, value)
  }
  bench.calls = 0
  return bench
}
