import { beforeEach, describe, expect, test } from 'vitest'
import { settleSlots } from '#application/plans/settle-slots.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { workspaceId } from '../api/laboratory.ts'
import { at, type Bench, openBench } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const commit = (planId: string, body: object = {}) => bench.call('commitPlan', { planId }, { body })
const get = async (slotId: string): Promise<Slot> => (await bench.call('getSlot', { slotId })).body
const place = async (orderId: string, start: string, asset: string = bench.assets[0], more: object = {}) => {
  const body = { orderId, start, assets: [{ assetId: asset, units: 1 }], ...more }
  const answered = await bench.call('createSlot', {}, { body })
  expect(answered.status, JSON.stringify(answered.body)).toBe(201)
  return answered.body as Slot
}
const breakDown = (assetId: string) =>
  bench.call('changeAsset', { assetId }, { headers: { 'if-match': '*' }, body: { status: 'maintenance' } })
const ordersIn = async (planId: string): Promise<string[]> => {
  const { items, leftOut } = await bench.items(planId)
  return [...items, ...leftOut].map(({ orderId }) => orderId).toSorted()
}
const stand = async (slots: readonly Slot[]): Promise<void> => {
  for (const { id, start, status, assets } of slots) expect(await get(id)).toMatchObject({ start, status, assets })
}

describe('a plan leaves alone', () => {
  test('what lies outside of the time that it plans, broken or not', async () => {
    const [star, vantage] = bench.assets
    const far: Slot[] = []
    for (let i = 0; i < 3; i++) far.push(await place(await bench.order(`Far ${i}`), at(15 * 24 + 2 * i), star))
    far.push(await place(await bench.order('Broken, and far'), at(15 * 24), vantage))
    const near = await place(await bench.order('Near'), at(30), vantage)
    await breakDown(vantage)
    const plan = await bench.plan({ mode: 'auto' })
    expect(plan).toMatchObject({ mode: 'repair', modeReason: expect.stringContaining('1 slot(s)') })
    expect(plan.changes).toMatchObject({ kept: 0, moved: 1, dropped: 0 })
    expect((await commit(plan.id)).body.committed).toMatchObject({ items: 1, failed: 0 })
    await stand(far)
    expect((await get(near.id)).status).toBe('cancelled')
  })

  test.each(['reshuffle', 'repair', 'from-scratch'])('what lies only partly within it: %s', async (mode) => {
    const [star] = bench.assets
    const slots: Slot[] = []
    for (const [name, start] of [
      ['Ends within', 23.5],
      ['Begins within', 25],
      ['After', 27],
    ] as const)
      slots.push(await place(await bench.order(name, { requirements: [{ assetId: star }] }), at(start), star))
    const dear = await bench.order('Dear', { requirements: [{ assetId: star }], value: 900 })
    const plan = await bench.plan({ mode, from: at(24), to: at(25.5) })
    expect(plan.changes).toMatchObject({ kept: 0, moved: 0, dropped: 0 })
    expect(await ordersIn(plan.id)).toEqual([dear])
    await commit(plan.id)
    await stand(slots)
  })

  test('slots of orders that it is not asked for', async () => {
    const slots: Slot[] = []
    for (let i = 0; i < 3; i++) slots.push(await place(await bench.order(`Old ${i}`), at(10 + i)))
    const fresh = await bench.order('New')
    await breakDown(bench.assets[0])
    for (const mode of ['repair', 'reshuffle', 'from-scratch'])
      expect(await ordersIn((await bench.plan({ mode, orderIds: [fresh] })).id), mode).toEqual([fresh])
    const one = slots[1]?.orderId as string
    const plan = await bench.plan({ mode: 'repair', orderIds: [one, fresh] })
    expect(plan.changes).toMatchObject({ moved: 1, dropped: 0, added: 1 })
    expect(await ordersIn(plan.id)).toEqual([one, fresh].toSorted())
  })

  test('slots of orders outside of its batch', async () => {
    const batchId = (await bench.call('createBatch', {}, { body: { name: 'Week 47' } })).body.id
    const mine = await bench.order('Mine', { batchId })
    await place(mine, at(10))
    const other = await place(await bench.order('Other'), at(12))
    await breakDown(bench.assets[0])
    for (const mode of ['repair', 'from-scratch']) {
      const plan = await bench.plan({ mode, batchId })
      expect((await ordersIn(plan.id)).includes(other.orderId), mode).toBe(false)
    }
    expect(await ordersIn((await bench.plan({ mode: 'repair', batchId })).id)).toEqual([mine])
  })

  test('slots that are not wholly on its assets, unless they are broken there', async () => {
    const [star, vantage, reader] = bench.assets
    const requirements = [{ capability: 'pipetting' }, { assetId: reader }]
    const both = await bench.order('Both', { requirements, protocolId: undefined })
    const assets = [star, reader].map((assetId) => ({ assetId, units: 1 }))
    await bench.call('createSlot', {}, { body: { orderId: both, start: at(10), assets } })
    const hit = await place(await bench.order('Hit'), at(20), star)
    await place(await bench.order('Elsewhere'), at(20), vantage)
    const anew = await bench.plan({ mode: 'reshuffle', assetIds: [star] })
    expect(await ordersIn(anew.id)).toEqual([hit.orderId])
    await breakDown(star)
    expect(await ordersIn((await bench.plan({ mode: 'repair', assetIds: [vantage] })).id)).not.toContain(hit.orderId)
    expect(await ordersIn((await bench.plan({ mode: 'repair', assetIds: [star] })).id)).toContain(hit.orderId)
  })

  test('the time of a companion whose order is gone, and says so', async () => {
    const [star] = bench.assets
    const requirements = [{ assetId: star }]
    const parent = await bench.order('Parent', { requirements, protocolId: undefined })
    const companion = await bench.order('Companion', { requirements, follows: { orderId: parent, minMinutes: 0 } })
    await place(parent, at(3), star, { tentative: true })
    const second = await place(companion, at(60), star)
    // Nobody commits it in time.
    bench.lab.clock.nowMs = Date.parse(at(40))
    await settleSlots(workspaceId, bench.lab.world)
    await bench.call('cancelOrder', { orderId: parent }, { body: { reason: 'No' } })
    await bench.order('Other', { requirements, release: at(60), due: at(61), value: 900 })
    const follower = await bench.order('Follower', { requirements, follows: { orderId: companion, minMinutes: 0 } })
    for (const mode of ['reshuffle', 'from-scratch']) {
      const plan = await bench.plan({ mode })
      expect(plan.changes, mode).toMatchObject({ kept: 0, moved: 0, dropped: 0 })
      const { items, leftOut } = await bench.items(plan.id)
      expect(items.map(({ orderId }) => orderId)).toEqual([follower])
      expect((items[0] as PlanItem).start >= at(61)).toBe(true)
      expect(leftOut.find(({ orderId }) => orderId === companion)?.message).toMatch(/stays/)
      expect(leftOut.find(({ orderId }) => orderId === companion)).not.toHaveProperty('slotId')
      await commit(plan.id, { force: 'To see', orderIds: [follower] })
      await stand([second])
      const made = (await bench.call('getOrder', { orderId: follower })).body.slots.at(-1)
      await bench.call('cancelSlot', { slotId: made }, { body: { reason: 'Again' } })
    }
  })
})
