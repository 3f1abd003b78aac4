import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { createDynamoStore } from '#adapters/dynamodb/store.ts'
import { createMemoryStore, type MemoryStore } from '#adapters/memory/store.ts'
import { claimsOf } from '#application/reservations/reservation-changes.ts'
import type { Store } from '#application/world.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { footprint } from '#domain/reservations/ledger.ts'
import { dayMs } from '#domain/time.ts'
import { openTable } from '../adapters/engine.ts'
import { createBench, nowMs } from './model/client.ts'
import { type Event, linearize } from './model/linearizable.ts'
import { apply, holds, type Operation, type State } from './model/oracle.ts'

const capacity = 3
const initial: State = { capacity, entries: {} }
let unique = 0
const nextId = (): string => String(++unique).padStart(8, '0')

/** An operation before it is known what there is to operate on: `which` picks one of the reservations made so far. */
type Drawn = {
  readonly kind: Operation['kind']
  readonly which: number
  readonly from: number
  readonly length: number
  readonly units: number
}

const kinds = [
  'book',
  'book',
  'book',
  'hold',
  'confirm',
  'cancel',
  'move',
  'end',
  'check-in',
  'check-in',
  'check-out',
  'capacity',
] as const
const drawn: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.constantFrom(...kinds),
  which: fc.nat(30),
  // Many begin now, because only what has begun can be checked in.
  from: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 240 })),
  length: fc.integer({ min: 1, max: 150 }),
  units: fc.integer({ min: 1, max: 3 }),
})

const operationOf = ({ kind, which, from, length, units }: Drawn, made: readonly string[]): Operation => {
  const target = made[which % Math.max(1, made.length)]
  if (kind === 'capacity') return { kind, units: units + 1 }
  if (kind === 'book' || kind === 'hold' || target === undefined)
    return { kind: kind === 'hold' ? 'hold' : 'book', from, to: from + length, units }
  if (kind === 'move') return { kind, target, from, to: from + length }
  return kind === 'end' ? { kind, target, to: from + length } : { kind, target }
}

/** I13: a claim stands in every ledger item of its footprint if and only if its reservation is live. */
const ledgerMatches = async (store: Store, workspaceId: WorkspaceId, assetId: AssetId): Promise<void> => {
  const days = footprint({ startMs: nowMs - dayMs, endMs: nowMs + 2 * dayMs })
  const [ledger] = await store.ledger(workspaceId, [{ assetId, days }])
  const stands = [
    ...Object.keys(ledger?.open.claims ?? {}).map((id) => `OPEN ${id}`),
    ...(ledger?.days ?? []).flatMap(({ day, claims }) => Object.keys(claims).map((id) => `${day} ${id}`)),
  ]
  const { items } = await store.list('reservation', workspaceId, { limit: 100 })
  const wanted = items.flatMap((one) =>
    [...(claimsOf(one).get(assetId)?.keys() ?? [])].map((item) => `${item} ${one.id}`),
  )
  expect(stands.toSorted()).toEqual(wanted.toSorted())
}

const inTurn = async (store: Store, workspaceId: WorkspaceId, all: readonly Drawn[]): Promise<void> => {
  const bench = await createBench(store, workspaceId, capacity, nextId)
  const made: string[] = []
  let state = initial
  for (const one of all) {
    const operation = operationOf(one, made)
    const answer = await bench.ask(operation)
    const expected = apply(state, operation, answer.id)
    expect({ operation, outcome: answer.outcome }).toEqual({ operation, outcome: expected.outcome })
    state = expected.state
    expect(holds(state)).toBe(true)
    if (answer.outcome === 'done' && (operation.kind === 'book' || operation.kind === 'hold')) made.push(answer.id)
  }
  await ledgerMatches(store, workspaceId, bench.assetId)
}

/** Clients that do not wait for one another; what each was told, and when. */
const atOnce = async (
  store: Store,
  workspaceId: WorkspaceId,
  clients: readonly (readonly Drawn[])[],
): Promise<Event[]> => {
  const bench = await createBench(store, workspaceId, capacity, nextId)
  const made: string[] = []
  const history: Event[] = []
  let time = 0
  await Promise.all(
    clients.map(async (mine) => {
      for (const one of mine) {
        const operation = operationOf(one, made)
        const asked = ++time
        const { outcome, id } = await bench.ask(operation)
        history.push({ operation, outcome, id, asked, answered: ++time })
        if (outcome === 'done' && (operation.kind === 'book' || operation.kind === 'hold')) made.push(id)
      }
    }),
  )
  await ledgerMatches(store, workspaceId, bench.assetId)
  return history
}

const checked = (history: readonly Event[]): void => {
  const order = linearize(initial, history)
  expect(order, JSON.stringify(history, null, 1)).toBeDefined()
}

let workspaces = 0
const newWorkspace = (): WorkspaceId => `ws_model-${process.pid}-${++workspaces}`
const clientsOf = (count: number, each: number) =>
  fc.array(fc.array(drawn, { minLength: 1, maxLength: each }), { minLength: count, maxLength: count })

const chanceOf = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return state / 0x7fffffff
  }
}

/** A store that takes a while, so that clients meet in it. */
const slow = (store: Store, chance: () => number): Store =>
  new Proxy(store, {
    get: (of, name) => {
      const method = of[name as keyof Store] as (...args: unknown[]) => Promise<unknown>
      return typeof method !== 'function'
        ? method
        : async (...args: unknown[]) => {
            for (let turns = Math.floor(chance() * 6); turns > 0; turns--) await new Promise(setImmediate)
            return method.apply(of, args)
          }
    },
  })

describe('every operation on reservations, in memory', () => {
  test('one after the other is answered as a list of intervals answers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawn, { maxLength: 40 }), (all) => inTurn(createMemoryStore(), newWorkspace(), all)),
      { numRuns: 150, seed: 20_261_121 },
    )
  })

  test('by eight clients at once is answered as in some order (I1)', async () => {
    await fc.assert(
      fc.asyncProperty(clientsOf(8, 5), fc.integer({ min: 1, max: 2 ** 30 }), async (clients, seed) => {
        checked(await atOnce(slow(createMemoryStore(), chanceOf(seed)), newWorkspace(), clients))
      }),
      { numRuns: 150, seed: 20_261_121 },
    )
  })
})

const table = await openTable()
afterAll(() => table?.stop())

describe.skipIf(!table)('every operation on reservations, on DynamoDB', () => {
  const store = (): Store => {
    if (!table) throw new Error('There is no table.')
    return createDynamoStore(table.client, table.name, () => `token-${process.pid}-${nextId()}`)
  }

  test('one after the other is answered as a list of intervals answers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawn, { maxLength: 30 }), (all) => inTurn(store(), newWorkspace(), all)),
      { numRuns: 25, seed: 20_261_121 },
    )
  })

  test('by eight clients at once is answered as in some order (I1)', async () => {
    await fc.assert(
      fc.asyncProperty(clientsOf(8, 4), async (clients) => checked(await atOnce(store(), newWorkspace(), clients))),
      { numRuns: 25, seed: 20_261_121 },
    )
  })
})

/** A store that takes every claim for one that was read just now: the bug that the versions are there to prevent. */
const withoutVersions = (store: MemoryStore): Store => ({
  ...store,
  commit: (changes) => {
    const { ledger } = store.everything()
    return store.commit(
      changes.map((change) =>
        change.type === 'claim' || change.type === 'check-ledger'
          ? { ...change, expect: ledger.get(`${change.workspaceId}/${change.assetId}/${change.item}`)?.version ?? 0 }
          : change,
      ),
    )
  },
})

test('without the versions of the ledger, the checker finds what cannot have happened', async () => {
  const clients = fc.sample(clientsOf(8, 3), { numRuns: 60, seed: 20_261_121 })
  const verdicts = []
  for (const [index, drawnClients] of clients.entries()) {
    const store = slow(withoutVersions(createMemoryStore()), chanceOf(index + 1))
    const history = await atOnce(store, newWorkspace(), drawnClients).catch(() => undefined)
    verdicts.push(history === undefined || linearize(initial, history) !== undefined)
    if (verdicts.includes(false)) break
  }
  expect(verdicts).toContain(false)
})

test('the checker finds two winners of one place', () => {
  const book = { kind: 'book', from: 0, to: 60, units: 3 } as const
  const twice = ['a', 'b'].map(
    (id, index): Event => ({ operation: book, outcome: 'done', id, asked: index, answered: 10 + index }),
  )
  expect(linearize(initial, twice)).toBeUndefined()
  const [first, second] = twice
  if (!first || !second) throw new Error('two were made')
  expect(linearize(initial, [first, { ...second, outcome: 'busy', id: '' }])).toHaveLength(2)
  // Answered before the other was asked, it cannot have lost to it.
  expect(
    linearize(initial, [
      { ...first, asked: 20, answered: 21 },
      { ...second, outcome: 'busy', id: '', answered: 3 },
    ]),
  ).toBeUndefined()
})
