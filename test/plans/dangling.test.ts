import { beforeEach, describe, expect, test } from 'vitest'
import { at, type Bench, openBench } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const put = async (orderId: string, start: string, asset = bench.assets[0]) => {
  const { status, body } = await bench.call(
    'createSlot',
    {},
    { body: { orderId, start, assets: [{ assetId: asset, units: 1 }] } },
  )
  expect(status, JSON.stringify(body)).toBe(201)
  return body
}
const cancel = (slotId: string, more: object = {}) =>
  bench.call('cancelSlot', { slotId }, { body: { reason: 'Sample lost', ...more } })
const statusOf = async (slotId: string): Promise<string> => (await bench.call('getSlot', { slotId })).body.status
const orderOf = async (orderId: string) => (await bench.call('getOrder', { orderId })).body

/** An order, its companion and the companion of that, an hour each. */
const chain = async () => {
  const first = await bench.order('First')
  const second = await bench.order('Second', { follows: { orderId: first } })
  const third = await bench.order('Third', { follows: { orderId: second } })
  const slots = [await put(first, at(3)), await put(second, at(5)), await put(third, at(7))]
  return { orders: [first, second, third], slots: slots.map(({ id }) => id as string) as [string, string, string] }
}

describe('taking back the slot of an order', () => {
  test('takes back those of whatever follows it, and says why', async () => {
    const { orders, slots } = await chain()
    expect((await cancel(slots[0])).status).toBe(200)
    expect(await Promise.all(slots.map(statusOf))).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect((await Promise.all(orders.map(orderOf))).map(({ status }) => status)).toEqual(['new', 'new', 'new'])
    const { reason } = (await bench.call('getSlot', { slotId: slots[2] })).body
    expect(reason).toContain(`follows order ${orders[1]}`)
    expect(reason).toContain('Sample lost')
    const schedules = (await bench.call('listSchedules', {}, { query: { tag: 'slot' } })).body.items
    expect(schedules.filter(({ status }: { status: string }) => status === 'active')).toEqual([])
  })

  test('leaves what it follows itself', async () => {
    const { slots } = await chain()
    await cancel(slots[1])
    expect(await Promise.all(slots.map(statusOf))).toEqual(['committed', 'cancelled', 'cancelled'])
  })

  test('is refused where one that follows is locked, unless by force; nothing is taken back', async () => {
    const first = await bench.order('First')
    const second = await bench.order('Second', { follows: { orderId: first } })
    const slots = [(await put(first, at(3))).id, (await put(second, at(6))).id]
    await bench.call('lockSlot', { slotId: slots[1] }, { body: { lock: 'hard' } })
    const refused = await cancel(slots[0])
    expect(refused.status).toBe(409)
    expect(refused.body.detail).toContain(slots[1])
    expect(await Promise.all(slots.map(statusOf))).toEqual(['committed', 'committed'])
    expect((await cancel(slots[0], { force: 'The sample is gone' })).status).toBe(200)
    expect(await Promise.all(slots.map(statusOf))).toEqual(['cancelled', 'cancelled'])
  })

  describe('at the moment at which a companion gets its place', () => {
    /** Takes a slot back just before the first transaction that writes another. */
    const racing = (slotId: string) => {
      const { store } = bench.lab.world
      const original = store.commit
      store.commit = async (changes) => {
        if (!changes.some((change) => 'kind' in change && change.kind === 'slot')) return original(changes)
        store.commit = original
        await cancel(slotId)
        return original(changes)
      }
    }

    test('leaves that one without, where a person gives it', async () => {
      const first = await bench.order('First')
      const second = await bench.order('Second', { follows: { orderId: first } })
      racing((await put(first, at(3))).id)
      const body = { orderId: second, start: at(5), assets: [{ assetId: bench.assets[0], units: 1 }] }
      const raced = await bench.call('createSlot', {}, { body })
      expect(raced.status).toBe(422)
      expect(raced.body.reasons[0].code).toBe('waits-for-other')
      expect((await orderOf(second)).status).toBe('new')
    })

    test('leaves that one without, where a plan gives it', async () => {
      const first = await bench.order('First')
      const second = await bench.order('Second', { follows: { orderId: first } })
      const { id } = await put(first, at(3))
      const plan = await bench.plan()
      racing(id)
      const { body } = await bench.call('commitPlan', { planId: plan.id }, { body: {} })
      expect(body.committed).toMatchObject({ items: 0, failed: 1 })
      expect((await orderOf(second)).status).toBe('new')
    })
  })
})
