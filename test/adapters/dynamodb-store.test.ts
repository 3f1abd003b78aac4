import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { createDynamoStore } from '#adapters/dynamodb/store.ts'
import { createMemoryStore } from '#adapters/memory/store.ts'
import type { Change, Documents, Store } from '#application/world.ts'
import { newWorkspace, sorted } from './contract/harness.ts'
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
