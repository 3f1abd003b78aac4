import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Slot } from '#domain/plans/slot.ts'
import { at, type Bench, openBench } from './bench.ts'

let bench: Bench
const place = async (orderId: string, hours: number, asset: string): Promise<Slot> => {
  const body = { orderId, start: at(hours), assets: [{ assetId: asset, units: 1 }] }
  const answered = await bench.call('createSlot', {}, { body })
  expect(answered.status, JSON.stringify(answered.body)).toBe(201)
  return answered.body
}

test('a plan changes no more slots than it may, at any price; what cannot stay is not counted', async () => {
  const asks = fc.record({
    mode: fc.constantFrom('reshuffle', 'from-scratch', 'repair'),
    maxChanges: fc.nat(4),
    free: fc.boolean(),
    down: fc.boolean(),
    follows: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(asks, async ({ mode, maxChanges, free, down, follows }) => {
      bench = await openBench()
      const [star, vantage] = bench.assets
      const requirements = [{ assetId: star }]
      const cheap: Slot[] = []
      for (let i = 0; i < 5; i++) {
        const other = follows ? cheap.at(-1) : undefined
        const more = other && { follows: { orderId: other.orderId, minMinutes: 0 } }
        cheap.push(await place(await bench.order(`Cheap ${i}`, { requirements, value: 1, ...more }), 10 + i, star))
      }
      const broken = await place(await bench.order('Broken', { value: 50 }), 10, vantage)
      if (down)
        await bench.call(
          'changeAsset',
          { assetId: vantage },
          { headers: { 'if-match': '*' }, body: { status: 'maintenance' } },
        )
      for (let i = 0; i < 5; i++)
        await bench.order(`Dear ${i}`, { requirements, release: at(10 + i), due: at(11 + i), value: 900 })
      const weights = free && { weights: { move: 0, reassign: 0, drop: 0 } }
      const plan = await bench.plan({ mode, maxChanges, ...weights, iterations: 60 })
      const { items, leftOut } = await bench.items(plan.id)
      const kept = new Set(items.flatMap(({ state, slotId }) => (state === 'kept' ? [slotId] : [])))
      const touched = new Set([...items, ...leftOut].flatMap((one) => ('slotId' in one ? [one.slotId] : [])))
      const stays = mode === 'repair' && down ? [] : [broken]
      const changed = [...cheap, ...stays].filter(({ id }) => touched.has(id) && !kept.has(id))
      expect(changed.length).toBeLessThanOrEqual(maxChanges)
      if (mode === 'repair' && down) expect(touched.has(broken.id)).toBe(true)
      const { moved, dropped } = plan.changes
      expect(moved + dropped).toBe([...touched].length - kept.size)
      const { body } = await bench.call('commitPlan', { planId: plan.id }, { body: {} })
      if (body.committed) expect(body.committed.failed).toBe(0)
    }),
    { numRuns: 9, seed: 20_261_121 },
  )
})

test('a plan changes no more slots than it may, for whatever an order is worth', async () => {
  bench = await openBench()
  const [star, , reader] = bench.assets
  const requirements = [{ assetId: star }]
  for (let i = 0; i < 4; i++) await place(await bench.order(`Cheap ${i}`, { requirements, value: 1 }), 10 + i, star)
  const filler = { requirements: [{ assetId: reader }], protocolId: undefined, durationMinutes: 5, value: 1 }
  for (let i = 0; i < 150; i++) await bench.order(`Filler ${i}`, filler)
  for (let i = 0; i < 4; i++)
    await bench.order(`Dear ${i}`, { requirements, release: at(10 + i), due: at(11 + i), value: 1_000_000 })
  const plan = await bench.plan({ mode: 'reshuffle', maxChanges: 2, iterations: 30 })
  expect(plan.changes).toMatchObject({ kept: 2, added: 152 })
  expect(plan.changes.moved + plan.changes.dropped).toBe(2)
  const locked = await bench.plan({ mode: 'reshuffle', maxChanges: 0, iterations: 30 })
  expect(locked.changes).toMatchObject({ kept: 4, moved: 0, dropped: 0, added: 150 })
})
