/** What is in the way of a slot, and where it may go instead. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { PlanItem } from '#domain/plans/plan.ts'
import { stored } from '../api/laboratory.ts'
import { at, type Bench, openBench } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const on = (asset: number) => [{ assetId: bench.assets[asset] ?? '', units: 1 }]
/** An order for one instrument at one time, and no other. */
const bound = (name: string, asset: number, hour: number, more: object = {}): Promise<string> =>
  bench.order(name, { requirements: [{ assetId: bench.assets[asset] }], release: at(hour), due: at(hour + 1), ...more })
const loosen = (orderId: string) =>
  bench.call('changeOrder', { orderId }, { headers: { 'if-match': '*' }, body: { release: null, due: null } })
const commit = (planId: string, body: object = {}) => bench.call('commitPlan', { planId }, { body })
const itemOf = async (planId: string, orderId: string): Promise<PlanItem> => {
  const item = (await bench.items(planId)).items.find((one) => one.orderId === orderId)
  if (!item) throw new Error(`no item of ${orderId}`)
  return item
}
const createSlot = (orderId: string, hour: number, assets = on(0)) =>
  bench.call('createSlot', {}, { body: { orderId, start: at(hour), assets } })

describe('an item that does not fit any more', () => {
  test('names what is in the way: a booking, a slot, downtime, closed hours', async () => {
    const [booked, taken, down, closed] = [
      await bound('Booked', 0, 10),
      await bound('Taken', 0, 14),
      await bound('Down', 1, 10),
      await bound('Closed', 2, 20, { protocolId: undefined }),
    ]
    const plan = await bench.plan()
    expect(plan.items).toBe(4)
    const booking = { assets: [{ assetId: bench.assets[0] }], start: at(10), end: at(12) }
    const reservationId = (await bench.call('createReservation', {}, { body: booking })).body.id
    const slotId = (await createSlot(await bound('Faster', 0, 14), 14)).body.id
    const outage = { assetIds: [bench.assets[1]], start: at(9), end: at(30), reason: 'Service' }
    expect((await bench.call('announceOutage', {}, { body: outage })).status).toBe(201)
    const openingHours = { timeZone: 'UTC', week: { monday: [{ from: '09:00', to: '10:00' }] } }
    const assetId = bench.assets[2]
    await bench.call('changeAsset', { assetId }, { headers: { 'if-match': '*' }, body: { openingHours } })
    for (const orderId of [booked, taken, down, closed]) await loosen(orderId)

    const { body } = await commit(plan.id, { force: 'As far as it goes' })
    expect(body.committed).toMatchObject({ items: 0, failed: 4 })
    expect((await itemOf(plan.id, booked)).conflicts).toEqual([
      expect.objectContaining({
        kind: 'temporal-overlap',
        assetId: bench.assets[0],
        reservationId,
        start: at(10),
        end: at(12),
      }),
    ])
    expect((await itemOf(plan.id, taken)).conflicts).toMatchObject([
      { kind: 'temporal-overlap', slotId, start: at(14) },
    ])
    expect((await itemOf(plan.id, down)).conflicts).toMatchObject([
      { kind: 'asset-unavailable', start: at(9), end: at(30) },
    ])
    expect((await itemOf(plan.id, closed)).conflicts).toMatchObject([{ kind: 'asset-unavailable', assetId }])
  })

  test('tells up to three places where it fits; put there by hand, it is committed', async () => {
    const orderId = await bench.order('Booked', { release: at(10), due: at(40) })
    const plan = await bench.plan()
    const before = await itemOf(plan.id, orderId)
    for (const { assetId } of before.assets) {
      const { start, end } = before
      await bench.call('createReservation', {}, { body: { assets: [{ assetId }], start, end } })
    }
    await commit(plan.id)
    const { state, alternatives = [] } = await itemOf(plan.id, orderId)
    expect(state).toBe('failed')
    expect(alternatives).toHaveLength(3)
    // The same instrument later, and another one at the planned time.
    expect(alternatives[0]).toMatchObject({ assets: before.assets, start: before.end })
    expect(alternatives[1]?.start).toBe(before.start)
    expect(alternatives[1]?.assets).not.toEqual(before.assets)
    expect(new Set(alternatives.map((one) => JSON.stringify(one))).size).toBe(3)
    const { start, assets } = alternatives[1] ?? before
    const edited = await bench.call('editPlanItem', { planId: plan.id, orderId }, { body: { start, assets } })
    expect(edited.status, JSON.stringify(edited.body)).toBe(200)
    expect(edited.body).not.toHaveProperty('conflicts')
    expect((await commit(plan.id)).body.committed).toMatchObject({ items: 1, failed: 0 })
    expect((await bench.call('getOrder', { orderId })).body.status).toBe('committed')
  })

  test('is told no place that others of the plan have taken, and none where there is none', async () => {
    const [first, second] = [await bench.order('First', { due: at(40) }), await bound('Second', 0, 10)]
    const plan = await bench.plan()
    await bench.call(
      'createReservation',
      {},
      { body: { assets: [{ assetId: bench.assets[0] }], start: at(10), end: at(11) } },
    )
    await commit(plan.id)
    expect(await itemOf(plan.id, second)).toMatchObject({ state: 'failed', alternatives: [] })
    expect((await itemOf(plan.id, first)).state).toBe('committed')
  })
})

describe('what is put somewhere by hand', () => {
  test('is refused with up to three places where it fits, and nothing is changed', async () => {
    await createSlot(await bench.order('There'), 10)
    const orderId = await bench.order('Second')
    const before = stored(bench.lab)
    const { body } = await createSlot(orderId, 10)
    expect(body).toMatchObject({ status: 409, code: 'asset_busy' })
    expect(stored(bench.lab)).toBe(before)
    const { alternatives } = body.reasons[0].facts
    expect(alternatives).toMatchObject([
      { assets: on(0), start: at(11) },
      { assets: on(1), start: at(10) },
      { start: expect.any(String) },
    ])
    const { assets, start } = alternatives[1]
    expect((await bench.call('createSlot', {}, { body: { orderId, assets, start } })).status).toBe(201)
  })

  test('in a plan is refused likewise', async () => {
    await createSlot(await bench.order('There'), 10)
    const orderId = await bench.order('Second', { release: at(20) })
    const plan = await bench.plan()
    const body = { start: at(10), assets: on(0) }
    await loosen(orderId)
    const edited = await bench.call('editPlanItem', { planId: plan.id, orderId }, { body })
    expect(edited.body).toMatchObject({ status: 409, code: 'asset_busy' })
    expect(edited.body.reasons[0].facts.alternatives).toMatchObject([
      { start: at(11) },
      { start: at(10), assets: on(1) },
      {},
    ])
  })
})

test('the time of a slot is changed with the slot alone, and says so', async () => {
  for (const tentative of [false, true]) {
    const orderId = await bench.order('One')
    const hour = tentative ? 20 : 10
    const slot = (await bench.call('createSlot', {}, { body: { orderId, start: at(hour), assets: on(0), tentative } }))
      .body
    const { reservationId } = slot
    const answered = await bench.call('cancelReservation', { reservationId }, { body: { note: 'Not now' } })
    expect(answered.body).toMatchObject({ status: 409, detail: expect.stringContaining(`/slots/${slot.id}/cancel`) })
    expect(answered.body.detail).not.toContain('schedule')
  }
})
