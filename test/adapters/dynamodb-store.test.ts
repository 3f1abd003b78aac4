import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { GetCommand, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { toItem } from '#adapters/dynamodb/codec.ts'
import { keyOf, walkedKinds } from '#adapters/dynamodb/keys.ts'
import { createDynamoShapes } from '#adapters/dynamodb/shapes.ts'
import { createDynamoStore } from '#adapters/dynamodb/store.ts'
import { createMemoryStore } from '#adapters/memory/store.ts'
import { rewriteOutdated } from '#application/migrations/rewrite-outdated.ts'
import { runMigrations } from '#application/migrations/run-migrations.ts'
import type { Change, Documents, Kind, Store } from '#application/world.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { newWorkspace, sorted, walk } from './contract/harness.ts'
import { auditOf, creation, documentOf } from './documents.ts'
import { openTable } from './engine.ts'
import { storeContract } from './store-contract.ts'

const table = await openTable()
afterAll(() => table?.stop())
let tokens = 0
const store = (): Store => {
  if (!table) throw new Error('There is no table.')
  return createDynamoStore(table.client, table.name, () => `token-${process.pid}-${++tokens}`)
}

describe.skipIf(!table)('the store on DynamoDB', () => {
  storeContract(store)

  test('does what the store in memory does, change by change', async () => {
    const ids = fc.constantFrom('a', 'b')
    const version = fc.integer({ min: 0, max: 3 })
    const item = fc.constantFrom('OPEN' as const, '2026-11-20' as const)
    const step = fc.oneof(
      fc.record({ do: fc.constant('create' as const), id: ids }),
      fc.record({ do: fc.constant('revise' as const), id: ids, version }),
      fc.record({ do: fc.constant('remove' as const), id: ids, version }),
      fc.record({ do: fc.constant('check' as const), id: ids, version }),
      fc.record({ do: fc.constant('claim' as const), id: ids, item, version }),
      fc.record({ do: fc.constant('unclaim' as const), id: ids, item }),
      fc.record({ do: fc.constant('raise' as const), version, fence: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ do: fc.constant('count' as const) }),
    )
    const histories = fc.array(fc.uniqueArray(step, { minLength: 1, maxLength: 3, selector: ({ do: what }) => what }), {
      minLength: 1,
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const workspaceId = newWorkspace()
        const stores = [createMemoryStore(), store()] as const
        const at = { workspaceId, assetId: 'ast_a' as const }
        const run = (id: string, ofVersion: number): Documents['run'] => ({
          ...documentOf('run', workspaceId, id),
          version: ofVersion,
        })
        const changeOf = (each: (typeof history)[number][number]): Change => {
          switch (each.do) {
            case 'create':
              return creation('run', run(each.id, 1))
            case 'revise':
              return { type: 'put', kind: 'run', value: run(each.id, each.version + 1), expect: each.version }
            case 'remove':
            case 'check':
              return {
                type: each.do,
                kind: 'run',
                key: { workspaceId, id: `run_${each.id}` },
                expect: each.version,
              }
            case 'claim':
              return {
                ...at,
                type: 'claim',
                item: each.item,
                expect: each.version,
                reservationId: `res_${each.id}`,
                claim: { startMs: 1, endMs: 2, units: 1 },
                ...(each.item === 'OPEN' && { fence: each.version + 1 }),
              }
            case 'unclaim':
              return { ...at, type: 'unclaim', item: each.item, reservationId: `res_${each.id}` }
            case 'raise':
              return { ...at, type: 'raise-fence', item: 'OPEN', expect: each.version, fence: each.fence }
            case 'count':
              return {
                type: 'count',
                workspaceId,
                scheduleId: 'sch_a',
                counts: { runs: 1, outcome: 'failed', endedAt: run('a', 1).createdAt },
              }
          }
        }
        const targetOf = (change: Change): string =>
          'item' in change
            ? change.item
            : 'kind' in change
              ? JSON.stringify([change.kind, 'run' in change])
              : change.type
        for (const group of history) {
          // DynamoDB takes one write for each item in a transaction.
          const seen = new Set<string>()
          const changes = group.map(changeOf).filter((change) => {
            const target = targetOf(change)
            return seen.has(target) ? false : seen.add(target)
          })
          const [expected, given] = await Promise.all(stores.map((each) => each.commit(changes)))
          expect(given).toEqual(expected)
        }
        const stand = async (each: Store) =>
          sorted([
            await each.getMany(
              'run',
              ['a', 'b'].map((id) => ({ workspaceId, id: `run_${id}` })),
            ),
            await each.ledger(workspaceId, [{ assetId: 'ast_a', days: ['2026-11-20'] }]),
            (await each.liveRuns(workspaceId, { limit: 10 })).items,
            (await each.list('run', workspaceId, { limit: 10 })).items,
            await each.get('scheduleStats', { workspaceId, scheduleId: 'sch_a' }),
          ])
        expect(await stand(stores[1])).toEqual(await stand(stores[0]))
      }),
      { numRuns: 60 },
    )
  })

  describe('what is stored in an older shape', () => {
    const { raw, client, name: TableName } = table ?? ({} as NonNullable<typeof table>)
    const shapes = createDynamoShapes(client, TableName)
    const itemOf = async (Key: { pk: string; sk: string }) => (await raw.send(new GetCommand({ TableName, Key }))).Item
    /** Stores a document as an earlier Benchtime did. */
    const age = async (kind: Kind, value: Documents[Kind], d: object = value) => {
      const { pk, sk } = keyOf(kind, value as never)
      const UpdateExpression = 'SET v = :v, d = :d REMOVE z, gsi2pk, gsi2sk'
      const ExpressionAttributeValues = { ':v': 1, ':d': JSON.stringify(d) }
      await raw.send(new UpdateCommand({ TableName, Key: { pk, sk }, UpdateExpression, ExpressionAttributeValues }))
    }
    const kinds = walkedKinds()
    /** One of each kind, in an older shape each, but for one of today's. */
    const plant = async (workspaceId: WorkspaceId) => {
      const values = kinds.map((kind) => [kind, documentOf(kind, workspaceId, 'a')] as const)
      await store().commit([
        ...values.map(([kind, value]) => creation(kind as 'asset', value as Documents['asset'])),
        creation('asset', documentOf('asset', workspaceId, 'b')),
      ])
      for (const [kind, value] of values) await age(kind, value)
      return values
    }
    const migrate = (workspaceId: WorkspaceId) =>
      runMigrations(
        { workspaceId, actor: { kind: 'system', part: 'test' }, pages: 2 * kinds.length },
        [rewriteOutdated(1, 2)],
        {
          store: store(),
          shapes,
          clock: { now: () => 0 },
          ids: { unique: () => `${process.pid}-${++tokens}` },
        },
      )

    test('is found whatever its kind, by pages of any size, and nothing else is', async () => {
      const [ws, other] = [newWorkspace(), newWorkspace()]
      await plant(other)
      const values = await plant(ws)
      for (const limit of [1, 3, 100]) {
        const found = await walk((page) => shapes.outdated(ws, page), { limit })
        expect(sorted(found)).toEqual(sorted(values.map(([kind, value]) => ({ kind, value }))))
      }
    })

    test('is stored in the shape of today under the version that it has, and in the indexes; others are left alone', async () => {
      const [ws, other] = [newWorkspace(), newWorkspace()]
      await plant(other)
      const values = await plant(ws)
      const run = { ...documentOf('run', ws, 'begun'), status: 'queued', drive: { agentId: 'agt_a' } } as never
      await store().commit([creation('run', run)])
      await age('run', run, { ...(run as object), status: 'starting' })
      expect(await migrate(ws)).toBe(true)
      expect((await shapes.outdated(ws, { limit: 100 })).items).toEqual([])
      expect((await shapes.outdated(other, { limit: 100 })).items.length).toBeGreaterThan(0)
      for (const [kind, value] of values) {
        expect(await store().get(kind, value as never)).toEqual(value)
        const { z: _packed, ...item } = toItem(kind, value as never)
        expect(await itemOf(keyOf(kind, value as never))).toMatchObject(item)
      }
      expect(await store().get('run', run)).toEqual(run)
      expect((await itemOf(keyOf('run', run)))?.v).toBe(2)
      const state = await store().get('migrationState', { workspaceId: ws, id: '0001' })
      expect(state).toMatchObject({ status: 'done', counts: { rewritten: values.length + 1 } })
    })
  })

  test('stores each kind in the shape that is written down, so that nothing changes it by accident', async () => {
    const workspaceId = 'ws_shape'
    const kinds = [
      'workspace',
      'member',
      'asset',
      'agent',
      'presence',
      'protocol',
      'schedule',
      'arming',
      'run',
      'reservation',
      'command',
      'idempotency',
      'assetHealth',
      'capacity',
      'recovery',
      'contact',
      'subscription',
      'delivery',
      'artifact',
    ] as const
    await store().commit([
      ...kinds.map((kind) => creation(kind as 'asset', documentOf(kind as 'asset', workspaceId, 'a'))),
      auditOf(workspaceId, 'ast_a', 'a'),
      {
        type: 'claim',
        workspaceId,
        assetId: 'ast_a',
        item: 'OPEN',
        expect: 0,
        reservationId: 'res_a',
        claim: { startMs: 1, endMs: 2, units: 1 },
        fence: 1,
      },
      {
        type: 'count',
        workspaceId,
        scheduleId: 'sch_a',
        counts: {
          runs: 1,
          fired: 1,
          outcome: 'failed',
          duration: '12',
          lateness: '0',
          endedAt: documentOf('asset', workspaceId, 'a').createdAt,
        },
      },
    ])
    const { Items = [] } = await (table as NonNullable<typeof table>).raw.send(
      new ScanCommand({
        TableName: table?.name ?? '',
        FilterExpression: 'begins_with(pk, :w)',
        ExpressionAttributeValues: { ':w': 'WS#ws_shape' },
      }),
    )
    const shapes = Items.map(({ z, ...item }) => ({ ...item, ...(z !== undefined && { z: 'deflated JSON' }) }))
      .map((item) => JSON.stringify(sorted(item)))
      .toSorted()
      .map((line) => JSON.parse(line) as unknown)
    const written = JSON.parse(readFileSync(join(import.meta.dirname, 'stored-shape.json'), 'utf8')) as unknown
    expect(shapes).toEqual(written)
  })
})
