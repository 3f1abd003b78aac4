import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { createMemoryStore } from '#adapters/memory/store.ts'
import { cancelBatch } from '#application/batches/cancel-batch.ts'
import { progressOfBatch } from '#application/batches/orders-of-batch.ts'
import type { World } from '#application/world.ts'
import { batchPolicySchema, chosenOf, weightsOf } from '#domain/orders/batch.ts'
import { type Order, type OrderStatus, orderStatuses } from '#domain/orders/order.ts'
import { policies, scoreBy } from '#domain/orders/score.ts'
import { creation, documentOf } from '../adapters/documents.ts'
import { noon, stored, workspaceId } from '../api/laboratory.ts'
import { at, type Bench, openBench } from './bench.ts'

const statuses = Object.keys(orderStatuses) as OrderStatus[]
const orderIn = (id: string, more: Partial<Order>): Order => ({ ...documentOf('order', workspaceId, id), ...more })

describe('the orders that are planned under a policy', () => {
  const weight = fc.integer({ min: 0, max: 5 })
  const weights = fc.oneof(
    fc.constantFrom(...(Object.keys(policies) as (keyof typeof policies)[])),
    fc.record({ priority: weight, deadline: weight, age: weight, quality: weight }).filter((one) => weightOf(one) > 0),
  )
  const weightOf = (one: object): number => Object.values(one).reduce((sum, each) => sum + each, 0)
  const orders = fc
    .array(fc.record({ priority: fc.integer({ min: 1, max: 5 }), dueHours: fc.integer({ min: -20, max: 400 }) }), {
      maxLength: 30,
    })
    .map((all) => all.map(({ priority, dueHours }, index) => orderIn(`o${index}`, { priority, due: at(dueHours) })))

  test('are the highest ranked of those that are urgent enough; the others are counted', () => {
    const limits = { maxOrders: fc.integer({ min: 1, max: 20 }), minPriority: fc.integer({ min: 1, max: 5 }) }
    fc.assert(
      fc.property(orders, fc.record({ weights, ...limits }), (waiting, given) => {
        const policy = batchPolicySchema.parse(given)
        const { chosen, left } = chosenOf(waiting, policy, noon)
        const score = (order: Order): number => scoreBy(order, weightsOf(policy), noon).score
        const others = waiting.filter((order) => !chosen.includes(order) && order.priority >= policy.minPriority)
        expect(chosen.length).toBeLessThanOrEqual(policy.maxOrders)
        expect(chosen.every(({ priority }) => priority >= policy.minPriority)).toBe(true)
        for (const order of others) expect(score(order)).toBeLessThanOrEqual(Math.min(...chosen.map(score)))
        expect(left.BEYOND_MAX_ORDERS).toBe(others.length)
        expect(chosen.length + left.BEYOND_MAX_ORDERS + left.BELOW_MIN_PRIORITY).toBe(waiting.length)
      }),
    )
  })
})

describe('cancelling a batch', () => {
  const of = (orders: 'release' | 'cancel') =>
    ({ workspaceId, id: 'bat_a', actor: { kind: 'person', subject: 'sam' }, reason: 'No reagents', orders }) as const

  test('lets go of its orders that wait and of no other, wherever it is interrupted and however often it is asked', async () => {
    const given = fc.record({
      all: fc.array(fc.record({ status: fc.constantFrom(...statuses), inIt: fc.boolean() }), { maxLength: 40 }),
      orders: fc.constantFrom('release' as const, 'cancel' as const),
      dies: fc.integer({ min: 0, max: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(given, async ({ all, orders, dies }) => {
        const store = createMemoryStore()
        let unique = 0
        const world: Pick<World, 'store' | 'clock' | 'ids'> = {
          store,
          clock: { now: () => noon },
          ids: { unique: () => String(++unique).padStart(6, '0') },
        }
        const before = all.map(({ status, inIt }, index) =>
          orderIn(`o${index}`, { status, batchId: inIt ? 'bat_a' : 'bat_b' }),
        )
        await store.commit([creation('batch', documentOf('batch', workspaceId, 'a'))])
        await store.commit(before.map((order) => creation('order', order)))
        let commits = 0
        const dying = {
          ...world,
          store: {
            ...store,
            commit: (changes: Parameters<typeof store.commit>[0]) => {
              if (commits++ >= dies) throw new Error('died')
              return store.commit(changes)
            },
          },
        }
        await cancelBatch(of(orders), dying).catch(() => undefined)
        expect((await cancelBatch(of(orders), world)).status).toBe('cancelled')
        const keys = before.map(({ id }) => ({ workspaceId, id }))
        const after = await store.getMany('order', keys)
        for (const [index, order] of before.entries()) {
          const waits = order.batchId === 'bat_a' && (order.status === 'new' || order.status === 'deferred')
          const { status, batchId } = after[index] as Order
          if (!waits) expect(after[index]).toEqual(order)
          else if (orders === 'release')
            expect({ status, batchId }).toEqual({ status: order.status, batchId: undefined })
          else expect({ status, batchId }).toEqual({ status: 'cancelled', batchId: 'bat_a' })
        }
        const { byStatus } = await progressOfBatch(workspaceId, 'bat_a', world)
        expect(byStatus.new + byStatus.deferred).toBe(0)
        expect(await cancelBatch(of(orders), dying)).toMatchObject({ status: 'cancelled' })
      }),
      { numRuns: 40 },
    )
  })
})

describe('a batch', () => {
  let bench: Bench
  let batchId: string
  beforeEach(async () => {
    bench = await openBench()
    batchId = await make({ name: 'Week 47' })
  })
  const make = async (body: object): Promise<string> => (await bench.call('createBatch', {}, { body })).body.id
  const batch = async () => (await bench.call('getBatch', { batchId })).body
  const progress = async (id = batchId) => (await bench.call('getBatchProgress', { batchId: id })).body
  const insist = { headers: { 'if-match': '*' } }
  const codes = ({ body }: { body: { reasons?: { code: string }[] } }) => (body.reasons ?? []).map(({ code }) => code)

  test('is gathered, planned and committed as a whole, and tells how far it is', async () => {
    const ids = [await bench.order('One', { batchId }), await bench.order('Two', { batchId, value: 300 })]
    await bench.order('Other')
    await bench.order('Unable', {
      batchId,
      requirements: [{ capability: 'reading' }],
      protocolId: undefined,
      due: at(1.5),
    })
    expect(await batch()).toMatchObject({ status: 'draft', policy: { maxOrders: 500 } })
    expect(await progress()).toMatchObject({ orders: 3, byStatus: { new: 3, committed: 0 }, value: 500 })
    const plan = await bench.plan({ batchId })
    expect(plan.batchId).toBe(batchId)
    expect((await bench.items(plan.id)).items.map(({ orderId }) => orderId).toSorted()).toEqual(ids.toSorted())
    expect(await batch()).toMatchObject({
      status: 'planned',
      result: { planId: plan.id, ordersSatisfied: 2, ordersUnsatisfied: 1, unsatisfiedReasons: { INSIDE_FREEZE: 1 } },
    })
    await bench.call('commitPlan', { planId: plan.id }, { body: {} })
    expect((await batch()).status).toBe('committed')
    expect(await progress()).toMatchObject({ byStatus: { new: 1, committed: 2 } })
    expect((await bench.call('cancelBatch', { batchId }, { body: { reason: 'Late' } })).body.code).toBe('invalid_state')
    // What of it waits still may be planned again; nothing is added any more.
    await bench.plan({ batchId, seed: 2 })
    expect(await batch()).toMatchObject({ status: 'committed', result: { ordersSatisfied: 0 } })
    const late = await bench.call(
      'createOrder',
      {},
      { body: { name: 'Late', durationMinutes: 5, protocolId: bench.protocolId, batchId } },
    )
    expect(codes(late)).toContain('batch-closed')
  })

  test('is planned as its policy says, and otherwise where the ask says so', async () => {
    const policy = {
      minPriority: 2,
      maxOrders: 1,
      horizonHours: 30,
      algorithm: 'first-fit',
      objective: 'most-priority',
    }
    await bench.call('changeBatch', { batchId }, { ...insist, body: { policy } })
    for (const priority of [1, 3, 5]) await bench.order(`P${priority}`, { batchId, priority })
    const plan = await bench.plan({ batchId })
    expect(plan).toMatchObject({ algorithm: 'first-fit', objective: 'most-priority', items: 1 })
    expect(Date.parse(plan.to) - Date.parse(plan.from)).toBe(30 * 3_600_000)
    const reasons = { BELOW_MIN_PRIORITY: 1, BEYOND_MAX_ORDERS: 1 }
    expect((await batch()).result).toMatchObject({ ordersSatisfied: 1, unsatisfiedReasons: reasons })
    expect(await bench.plan({ batchId, algorithm: 'best-fit', to: at(20) })).toMatchObject({
      algorithm: 'best-fit',
      to: at(20),
    })
  })

  test('has an order alone: put into another, it leaves the first', async () => {
    const other = await make({ name: 'Week 48' })
    const orderId = await bench.order('One', { batchId })
    const move = (to: string | null) => bench.call('changeOrder', { orderId }, { ...insist, body: { batchId: to } })
    await move(other)
    expect([(await progress()).orders, (await progress(other)).orders]).toEqual([0, 1])
    const { items } = (await bench.call('listOrders', {}, { query: { batchId: other } })).body
    expect(items.map(({ id }: Order) => id)).toEqual([orderId])
    await move(null)
    expect((await progress(other)).orders).toBe(0)
    expect(codes(await move('bat_none'))).toEqual(['no-batch'])
  })

  test('that is cancelled takes no order and no plan, and does not come back', async () => {
    await bench.call('cancelBatch', { batchId }, { body: { reason: 'No reagents' } })
    expect(await batch()).toMatchObject({ status: 'cancelled', reason: 'No reagents' })
    const before = stored(bench.lab)
    for (const [id, sent] of [
      ['makePlan', { body: { batchId } }],
      ['requestPlanningRun', { body: { batchId } }],
      ['changeBatch', { ...insist, body: { name: 'Again' } }],
    ] as const)
      expect((await bench.call(id, { batchId }, sent)).body, id).toMatchObject({ code: 'invalid_state' })
    expect((await bench.call('makePlan', {}, { body: { batchId: 'bat_none' } })).body.code).toBe('invalid')
    expect(stored(bench.lab)).toBe(before)
  })

  describe('of a file', () => {
    const rows = (...of: (readonly [reference: string, batch: string])[]) =>
      [
        'externalReference,name,durationMinutes,requirements,batch',
        ...of.map(([reference, name]) => `${reference},Plate,30,pipetting,${name}`),
      ].join('\r\n')
    const load = (csv: string, more: object = {}) => bench.call('importOrders', {}, { body: { csv, ...more } })
    const batches = async (): Promise<{ id: string; name: string }[]> => (await bench.call('listBatches')).body.items

    test('is the one of that name, or made with the orders, once', async () => {
      const file = rows(['A-1', 'Week 47'], ['A-2', 'Week 48'], ['A-3', 'Week 48'], ['A-4', ''])
      await load(file, { dryRun: true })
      expect(await batches()).toHaveLength(1)
      expect((await load(file)).body.created).toHaveLength(4)
      const before = stored(bench.lab)
      expect((await load(file)).body).toMatchObject({ created: [], changed: [], unchanged: 4 })
      expect(stored(bench.lab)).toBe(before)
      const made = (await batches()).find(({ name }) => name === 'Week 48')?.id ?? ''
      expect(await batches()).toHaveLength(2)
      expect([(await progress()).orders, (await progress(made)).orders]).toEqual([1, 2])
      // Called otherwise by now, it is not the one that the next file means.
      await bench.call('changeBatch', { batchId: made }, { ...insist, body: { name: 'Week 49' } })
      await load(rows(['B-1', 'Week 48']))
      expect((await progress(made)).orders).toBe(2)
      expect(await batches()).toHaveLength(3)
    })

    test('that is closed takes no line more; of several of that name none is guessed', async () => {
      const file = rows(['A-1', 'Week 48'])
      const { created } = (await load(file)).body
      const { id } = (await batches()).find(({ name }) => name === 'Week 48') ?? { id: '' }
      await bench.call('cancelBatch', { batchId: id }, { body: { reason: 'Late', orders: 'cancel' } })
      expect((await bench.call('getOrder', { orderId: created[0].orderId })).body.status).toBe('cancelled')
      expect((await load(file)).body).toMatchObject({ unchanged: 1 })
      expect(codes(await load(rows(['A-2', 'Week 48'])))).toEqual(['batch-closed'])
      await make({ name: 'Week 47' })
      const several = await load(rows(['A-3', 'Week 47']))
      expect(several.body.detail).toContain('2 batches are called "Week 47"')
      expect(await batches()).toHaveLength(3)
    })
  })
})
