import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { system } from '#application/common/audit.ts'
import { rewriteOutdated } from '#application/migrations/rewrite-outdated.ts'
import { runMigrations } from '#application/migrations/run-migrations.ts'
import type { Documents } from '#application/world.ts'
import { revision } from '../adapters/documents.ts'
import { type Bench, mine, openBench, other } from './bench.ts'

/** What an uninterrupted run leaves, and how many calls it makes. */
let whole: { readonly stands: unknown; readonly calls: number; readonly untouched: unknown }
beforeAll(async () => {
  const bench = await openBench()
  const untouched = bench.stands(other)
  expect(await bench.run()).toBe(true)
  whole = { stands: bench.stands(mine), calls: bench.calls, untouched }
})

/** Again and again, as the timekeeper does, until it says that all is done. */
const untilDone = async (bench: Bench): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) if (await bench.run().catch(() => false)) return
  throw new Error('The migrations do not end.')
}

describe('migrations', () => {
  test('do all that there is to be done, tell it, and are not done again', async () => {
    const bench = await openBench()
    await bench.run()
    const [shapes, orders] = await Promise.all(
      ['0001', '0002'].map((id) => bench.world.store.get('migrationState', { workspaceId: mine, id })),
    )
    expect(shapes).toMatchObject({ status: 'done', counts: { rewritten: 60 }, problems: [] })
    expect(orders).toMatchObject({ status: 'done', counts: { imported: 41, present: 0, skipped: 5 } })
    expect(orders?.problems.map(({ at, code }) => [at, code])).toEqual([
      ['part 1, order 41', 'twice'],
      ['part 1, order 42', 'not-an-order'],
      ['part 1, order 43', 'not-a-priority'],
      ['part 1, order 44', 'not-a-time'],
      ['part 1, order 46', 'reference-taken'],
    ])
    const history = await bench.world.store.history(mine, 'migrations', { limit: 10 })
    expect(history.items.map(({ action, changes }) => [action, changes.name])).toEqual([
      ['migration.started', 'shape-2'],
      ['migration.finished', 'shape-2'],
      ['migration.started', 'legacy-orders'],
      ['migration.finished', 'legacy-orders'],
    ])
    const before = bench.stands(mine)
    expect(await bench.run()).toBe(true)
    expect(bench.stands(mine)).toEqual(before)
  })

  test('leave the version of what they store in another shape, and other workspaces, as they are', async () => {
    const bench = await openBench()
    await bench.run()
    const { items } = await bench.world.store.list('asset', mine, { limit: 100 })
    expect(items.map(({ version }) => version)).toEqual(items.map(() => 1))
    expect(bench.stands(other)).toEqual(whole.untouched)
  })

  test('interrupted at any call, before or after it was done, end like those that were not', async () => {
    expect(whole.calls).toBeGreaterThan(15)
    for (let call = 1; call <= whole.calls; call++)
      for (const when of ['before', 'after'] as const) {
        const bench = await openBench()
        bench.lost = new Map([[call, when]])
        await untilDone(bench)
        expect(bench.stands(mine), `call ${call}, lost ${when}`).toEqual(whole.stands)
      }
  })

  test('interrupted again and again, and stopped after any page, end like those that were not', async () => {
    const lost = fc.dictionary(fc.integer({ min: 1, max: 60 }).map(String), fc.constantFrom('before', 'after'))
    await fc.assert(
      fc.asyncProperty(lost, fc.integer({ min: 1, max: 3 }), async (calls, pages) => {
        const bench = await openBench()
        bench.lost = new Map(Object.entries(calls).map(([call, when]) => [Number(call), when as 'before']))
        for (let tries = 0; tries < 100; tries++) if (await bench.run(pages).catch(() => false)) break
        expect(bench.stands(mine)).toEqual(whole.stands)
      }),
      { numRuns: 40 },
    )
  })

  test('done by several at once end like those that one did', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.nat({ max: 9 })),
        fc.integer({ min: 2, max: 4 }),
        async (turns, runners) => {
          const bench = await openBench()
          bench.turns = () => turns.next().value ?? 0
          await Promise.all(Array.from({ length: runners }, () => untilDone(bench)))
          expect(bench.stands(mine)).toEqual(whole.stands)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('never undo what a person changes meanwhile', async () => {
    const bench = await openBench()
    const { store, shapes } = bench.world
    const key = { workspaceId: mine, id: 'ast_07' }
    let read = 0
    const world = {
      ...bench.world,
      shapes: {
        outdated: async (...asked: Parameters<typeof shapes.outdated>) => {
          const page = await shapes.outdated(...asked)
          const asset = (await store.get('asset', key)) as Documents['asset']
          if (read++ === 0) await store.commit([revision('asset', asset, { name: 'Mine' })])
          return page
        },
      },
    }
    const of = { workspaceId: mine, actor: system('test'), pages: 100 }
    expect(await runMigrations(of, [rewriteOutdated(1, 2)], world)).toBe(true)
    expect(await store.get('asset', key)).toMatchObject({ name: 'Mine', version: 2 })
    const state = await store.get('migrationState', { workspaceId: mine, id: '0001' })
    expect(state?.counts).toEqual({ rewritten: 59 })
  })

  test('one that fails does not keep the others waiting, and is told', async () => {
    const bench = await openBench()
    const broken = {
      ...rewriteOutdated(1, 2),
      step: async () => {
        throw new Error('cannot be read')
      },
    }
    const of = { workspaceId: mine, actor: system('test'), pages: 100 }
    await expect(runMigrations(of, [broken, rewriteOutdated(3, 3)], bench.world)).rejects.toThrow('cannot be read')
    const state = await bench.world.store.get('migrationState', { workspaceId: mine, id: '0003' })
    expect(state?.status).toBe('done')
  })
})
