/** Many slots at once, and a look at what a commit would do. */
import { beforeEach, expect, test } from 'vitest'
import { noon, stored } from '../api/laboratory.ts'
import { at, type Bench, openBench } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const on = (asset: number) => [{ assetId: bench.assets[asset] ?? '', units: 1 }]
const slotAt = async (hour: number, more: object = {}): Promise<string> => {
  const orderId = await bench.order(`At ${hour}`)
  const { status, body } = await bench.call(
    'createSlot',
    {},
    { body: { orderId, start: at(hour), assets: on(0), ...more } },
  )
  expect(status, JSON.stringify(body)).toBe(201)
  return body.id
}
const statusOf = async (slotId: string) => (await bench.call('getSlot', { slotId })).body.status

test('many slots are cancelled; what is locked, about to begin or not there is told, and the others are cancelled', async () => {
  const [free, other, hard, soon] = [
    await slotAt(30),
    await slotAt(32),
    await slotAt(34, { lock: 'hard' }),
    await slotAt(5),
  ]
  bench.lab.clock.nowMs = noon + 4 * 3_600_000
  const slotIds = [free, other, free, hard, soon, 'slt_nope']
  const { body } = await bench.call('cancelSlots', {}, { body: { slotIds, reason: 'No staff' } })
  expect(body).toMatchObject({ done: 2, failed: 1, skippedHardLocked: 1, skippedFrozen: 1 })
  expect(body.slots).toHaveLength(5)
  expect([await statusOf(free), await statusOf(hard), await statusOf(soon)]).toEqual([
    'cancelled',
    'committed',
    'committed',
  ])
  const forced = await bench.call(
    'cancelSlots',
    {},
    { body: { slotIds: [hard, soon], reason: 'No staff', force: 'Flood' } },
  )
  expect(forced.body).toMatchObject({ done: 2, failed: 0 })
  const many = { slotIds: Array.from({ length: 101 }, (_, index) => `slt_${index}`), reason: 'No staff' }
  expect((await bench.call('cancelSlots', {}, { body: many })).status).toBe(422)
})

test('all that is committed within a span is locked at once, or what is named', async () => {
  const [one, held, late] = [await slotAt(30), await slotAt(32, { tentative: true }), await slotAt(60)]
  const { body } = await bench.call(
    'lockSlots',
    {},
    { body: { lock: 'hard', from: at(0), to: at(50), statuses: ['committed'] } },
  )
  expect(body).toMatchObject({ done: 1, failed: 0, slots: [{ slotId: one, outcome: 'done' }] })
  const lockOf = async (slotId: string) => (await bench.call('getSlot', { slotId })).body.lock
  expect([await lockOf(one), await lockOf(held), await lockOf(late)]).toEqual(['hard', 'none', 'none'])
  await bench.call('lockSlots', {}, { body: { lock: 'soft', slotIds: [one, late] } })
  expect([await lockOf(one), await lockOf(held), await lockOf(late)]).toEqual(['soft', 'none', 'soft'])
  expect((await bench.call('lockSlots', {}, { body: { lock: 'soft' } })).status).toBe(422)
})

test('what a commit would do is told without doing it', async () => {
  const requirements = [{ assetId: bench.assets[0] }]
  const [good, taken, gone] = [
    await bench.order('Good', { requirements, release: at(20), due: at(21) }),
    await bench.order('Taken', { requirements, release: at(30), due: at(31) }),
    await bench.order('Gone', { requirements, release: at(40), due: at(41) }),
  ]
  const plan = await bench.plan()
  await bench.call(
    'createReservation',
    {},
    { body: { assets: [{ assetId: bench.assets[0] }], start: at(30), end: at(31) } },
  )
  await bench.call('cancelOrder', { orderId: gone }, { body: { reason: 'Not needed' } })
  const before = stored(bench.lab)
  const { status, body } = await bench.call('previewCommit', { planId: plan.id }, { body: {} })
  expect(status, JSON.stringify(body)).toBe(200)
  expect(stored(bench.lab)).toBe(before)
  expect(body).toMatchObject({ isStale: false, open: 3, fits: 1, conflicting: 2 })
  const of = (orderId: string) => body.items.find((one: { orderId: string }) => one.orderId === orderId)
  expect(of(good)).toMatchObject({ fits: true, reasons: [], conflicts: [] })
  expect(of(taken)).toMatchObject({ fits: false, conflicts: [{ kind: 'temporal-overlap' }] })
  expect(of(gone)).toMatchObject({ fits: false, reasons: [{ code: 'order-not-waiting' }] })
  const { committed } = (await bench.call('commitPlan', { planId: plan.id }, { body: {} })).body
  expect(committed).toMatchObject({ items: body.fits, failed: body.conflicting })
})
