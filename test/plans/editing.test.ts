/** Plans that people change: every edit is judged with the rest of the plan, and the plan tells what it comes to afterwards. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { PlanItem } from '#domain/plans/plan.ts'
import { at, type Bench, openBench } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const on = (asset: number) => [{ assetId: bench.assets[asset] ?? '', units: 1 }]
const edit = (planId: string, orderId: string, body: object) =>
  bench.call('editPlanItem', { planId, orderId }, { body })
const itemOf = async (planId: string, orderId: string): Promise<PlanItem> => {
  const item = (await bench.items(planId)).items.find((one) => one.orderId === orderId)
  if (!item) throw new Error(`no item of ${orderId}`)
  return item
}
const commit = (planId: string, body: object = {}) => bench.call('commitPlan', { planId }, { body })
const planOf = async (planId: string) => (await bench.call('getPlan', { planId })).body
const codes = ({ reasons = [] }: { reasons?: { code: string }[] }) => reasons.map(({ code }) => code)
const createSlot = async (orderId: string, start: string, assets = on(0)) =>
  bench.call('createSlot', {}, { body: { orderId, start, assets } })

describe('every alternative that is told is accepted when it is taken', () => {
  test.each([
    [{ maxMinutes: 180 }],
    [{ minMinutes: 60, otherAssets: true }],
    [{ sameDay: true, timeZone: 'Europe/Berlin', otherAssets: true }],
  ])('of a companion with %j, put somewhere by hand', async (more) => {
    const parent = await bench.order('Parent')
    const companion = await bench.order('Companion', { follows: { orderId: parent, ...more } })
    expect((await createSlot(parent, at(3))).status).toBe(201)
    // Whoever stands where the companion is wanted first.
    for (const asset of [0, 1])
      expect((await createSlot(await bench.order('There'), at(5), on(asset))).status).toBe(201)
    const wanted = 'otherAssets' in more ? on(1) : on(0)
    const { body } = await createSlot(companion, at(5), wanted)
    expect(body.code).toBe('asset_busy')
    const alternatives = body.reasons[0].facts.alternatives ?? []
    expect(alternatives.length).toBeGreaterThan(0)
    for (const { start, assets } of alternatives) {
      const taken = await createSlot(companion, start, assets)
      expect(taken.status, JSON.stringify(taken.body)).toBe(201)
      await bench.call('cancelSlot', { slotId: taken.body.id }, { body: { reason: 'The next', force: 'A test' } })
    }
  })

  test('of an item that failed, among others of the plan that wait', async () => {
    const requirements = [{ assetId: bench.assets[0] }]
    const mine = await bench.order('Mine', { requirements, release: at(10), due: at(20) })
    const others = []
    for (let index = 0; index < 3; index++)
      others.push(await bench.order(`Other ${index}`, { requirements, release: at(11 + index), due: at(12 + index) }))
    const plan = await bench.plan()
    const { start, end } = await itemOf(plan.id, mine)
    await bench.call('createReservation', {}, { body: { assets: [{ assetId: bench.assets[0] }], start, end } })
    await commit(plan.id, { orderIds: [mine], force: 'Only this' })
    const { state, alternatives = [] } = await itemOf(plan.id, mine)
    expect(state).toBe('failed')
    expect(alternatives.length).toBeGreaterThan(0)
    for (const one of alternatives) {
      const taken = await edit(plan.id, mine, { start: one.start, assets: one.assets })
      expect(taken.status, JSON.stringify(taken.body)).toBe(200)
    }
  })
})

describe('an edit is judged with the rest of the plan', () => {
  test('by the changeover to its neighbours, which then tell their own anew', async () => {
    const requirements = [{ assetId: bench.assets[0] }]
    const [one, two] = [
      await bench.order('One', {
        requirements,
        release: at(10),
        due: at(11),
        mode: { kind: 'PROTOCOL', setup: 'aqueous' },
      }),
      await bench.order('Two', { requirements, release: at(20), mode: { kind: 'PROTOCOL', setup: 'solvent' } }),
    ]
    const plan = await bench.plan()
    expect(
      (await bench.call('changeOrder', { orderId: two }, { headers: { 'if-match': '*' }, body: { release: null } }))
        .status,
    ).toBe(200)
    const flush = await edit(plan.id, two, { start: at(11) })
    expect(codes(flush.body)).toEqual(['too-close-in-plan'])
    const before = await itemOf(plan.id, one)
    expect(before.slackMinutes).toBe(0)
    expect((await edit(plan.id, two, { start: at(11 + 1 / 3) })).body).toMatchObject({ transitionMinutes: 20 })
    expect((await edit(plan.id, two, { start: at(8) })).status).toBe(200)
    expect(await itemOf(plan.id, one)).toMatchObject({ transitionMinutes: 40 })
    expect(await itemOf(plan.id, two)).toMatchObject({ transitionMinutes: 0, slackMinutes: 20 })
    expect((await commit(plan.id)).body.committed).toMatchObject({ items: 2, failed: 0 })
  })

  test('by the units of an asset: as many stand there at once as it has', async () => {
    const { body: shaker } = await bench.call(
      'createAsset',
      {},
      { body: { name: 'Shaker', kind: 'resource', capacity: 2, capabilities: ['shaking'] } },
    )
    const ids = []
    for (let index = 0; index < 3; index++)
      ids.push(
        await bench.order(`O${index}`, {
          requirements: [{ assetId: shaker.id }],
          protocolId: undefined,
          release: at(10 + 2 * index),
        }),
      )
    const plan = await bench.plan()
    for (const orderId of ids)
      await bench.call('changeOrder', { orderId }, { headers: { 'if-match': '*' }, body: { release: null } })
    const [a = '', b = '', c = ''] = ids
    const { start } = await itemOf(plan.id, a)
    expect((await edit(plan.id, b, { start })).status).toBe(200)
    expect(codes((await edit(plan.id, c, { start })).body)).toEqual(['clashes-in-plan', 'clashes-in-plan'])
    expect((await commit(plan.id)).body.committed).toMatchObject({ items: 3, failed: 0 })
  })

  test('onto time that the plan itself makes free, and not onto what stays because it is taken out', async () => {
    const requirements = [{ assetId: bench.assets[0] }]
    const first = await bench.order('First', { requirements, value: 10, durationMinutes: 60 })
    await createSlot(first, at(10))
    const rich = await bench.order('Rich', { requirements, value: 5_000, release: at(10), due: at(11) })
    const plan = await bench.plan({ mode: 'reshuffle' })
    expect(plan.changes).toMatchObject({ moved: 1, added: 1 })
    // Its slot would stay where the plan puts the other.
    expect(codes((await edit(plan.id, first, { drop: true })).body)).toEqual(['clashes-in-plan'])
    expect((await edit(plan.id, rich, { drop: true })).status).toBe(200)
    expect((await edit(plan.id, rich, { start: at(10) })).status).toBe(200)
    expect((await commit(plan.id)).body.committed).toMatchObject({ items: 2, failed: 0 })
  })

  test('not of a failed item whose order has a slot by now', async () => {
    const orderId = await bench.order('Mine', {
      requirements: [{ assetId: bench.assets[0] }],
      release: at(10),
      due: at(20),
    })
    const plan = await bench.plan()
    const { start, end } = await itemOf(plan.id, orderId)
    await bench.call('createReservation', {}, { body: { assets: [{ assetId: bench.assets[0] }], start, end } })
    await commit(plan.id)
    const slot = (await createSlot(orderId, at(15))).body
    expect((await edit(plan.id, orderId, { start: at(17) })).body).toMatchObject({
      status: 409,
      detail: expect.stringContaining(slot.id),
    })
  })
})

describe('a plan that was changed', () => {
  test('tells what it comes to now: as if it had been planned so', async () => {
    const orders = []
    for (let index = 0; index < 5; index++)
      orders.push(
        await bench.order(`O${index}`, {
          value: 100 + index,
          mode: { kind: 'PROTOCOL', setup: index % 2 ? 'aqueous' : 'solvent' },
        }),
      )
    const plan = await bench.plan()
    const [a = '', b = ''] = orders
    const was = await itemOf(plan.id, a)
    expect((await edit(plan.id, a, { start: at(100), assets: on(1) })).status).toBe(200)
    const moved = await planOf(plan.id)
    expect(moved.metrics.terms.earliness).toBeLessThan(plan.metrics.terms.earliness)
    expect(moved.score).toBeCloseTo(
      Object.values<number>(moved.metrics.terms).reduce((sum, one) => sum + one, 0),
      3,
    )
    // Back again it is what it was.
    expect((await edit(plan.id, a, { start: was.start, assets: was.assets })).status).toBe(200)
    expect((await planOf(plan.id)).metrics).toEqual(plan.metrics)
    expect((await edit(plan.id, b, { drop: true })).status).toBe(200)
    const dropped = await planOf(plan.id)
    expect(dropped).toMatchObject({ items: 4, leftOut: 1, changes: { added: 4 } })
    expect(dropped.metrics).toMatchObject({ planned: 4, leftOut: 1, value: 409, busyMinutes: 240 })
    expect(dropped.changes.valueAfter).toBe(409)
  })

  test('counts what of its slots it keeps and moves', async () => {
    const requirements = [{ assetId: bench.assets[0] }]
    const first = await bench.order('First', { requirements })
    await createSlot(first, at(10))
    const plan = await bench.plan({ mode: 'reshuffle' })
    expect(plan.changes).toMatchObject({ kept: 1, moved: 0 })
    await edit(plan.id, first, { start: at(14) })
    expect(await planOf(plan.id)).toMatchObject({ changes: { kept: 0, moved: 1 }, metrics: { terms: { move: -25 } } })
    expect((await edit(plan.id, first, { start: at(10) })).body.state).toBe('kept')
    expect((await planOf(plan.id)).metrics).toEqual(plan.metrics)
  })

  test('is compared without what was taken out', async () => {
    const [one, two] = [await bench.order('One'), await bench.order('Two')]
    const plan = await bench.plan()
    const other = await bench.plan({ seed: 2 })
    await edit(other.id, one, { drop: true })
    const { body } = await bench.call('comparePlans', { planId: plan.id }, { query: { with: other.id } })
    expect(body.differences.find(({ orderId }: { orderId: string }) => orderId === one)).toMatchObject({
      change: 'left-out',
    })
    expect(body.differences.find(({ orderId }: { orderId: string }) => orderId === two)?.change).not.toBe('left-out')
  })
})

test('the items of a plan, what is left out and what differs come in pages', async () => {
  const requirements = [{ assetId: bench.assets[0] }]
  for (let index = 0; index < 5; index++) await bench.order(`O${index}`, { requirements })
  for (let index = 0; index < 7; index++) await bench.order(`Never ${index}`, { requirements, due: at(1.5) })
  const [plan, none] = [await bench.plan(), await bench.plan({ assetIds: [bench.assets[1]] })]
  const walk = async (query: object) => {
    const seen: { orderId: string }[][] = []
    for (let cursor: string | undefined; seen.length < 20; ) {
      const route = 'with' in query ? 'comparePlans' : 'getPlanItems'
      const { status, body } = await bench.call(
        route,
        { planId: plan.id },
        { query: { ...query, ...(cursor && { cursor }) } },
      )
      expect(status, JSON.stringify(body)).toBe(200)
      seen.push(body.differences ?? [...body.items, ...body.leftOut])
      cursor = body.next
      if (cursor === undefined) break
    }
    return seen
  }
  const items = await walk({ limit: '2' })
  expect(items.map(({ length }) => length)).toEqual([4, 4, 3, 1])
  expect(new Set(items.flat().map(({ orderId }) => orderId)).size).toBe(12)
  const differences = await walk({ limit: '2', with: none.id })
  expect(differences.map(({ length }) => length)).toEqual([2, 2, 1])
  for (const query of [{ cursor: 'x' }, { cursor: '200' }])
    expect((await bench.call('getPlanItems', { planId: plan.id }, { query })).status).toBe(422)
})

describe('a plan for what is not there', () => {
  const routine = (ask: object) => ({ name: 'Nightly', cron: 'daily at 02:00', timeZone: 'UTC', ask })
  test.each([
    ['orderIds', ['ord_nope'], '/orderIds/0'],
    ['assetIds', ['ast_nope'], '/assetIds/0'],
    ['batchId', 'bat_nope', '/batchId'],
  ])('is refused: %s, of a plan, a planning run and a routine', async (field, value, path) => {
    await bench.order('One')
    for (const [route, body, under] of [
      ['makePlan', { [field]: value }, ''],
      ['requestPlanningRun', { name: 'Run', seconds: 30, [field]: value }, ''],
      ['createPlanningRoutine', routine({ [field]: value }), '/ask'],
    ] as const) {
      // Orders come and go; a routine names none.
      if (route === 'createPlanningRoutine' && field === 'orderIds') continue
      const answered = await bench.call(route, {}, { body })
      expect(answered.body, route).toMatchObject({ status: 422, reasons: [{ path: `${under}${path}` }] })
    }
  })
})

test('a reshuffle tells of each move where the slot stands now and whom it makes room for, and what the slots came to before', async () => {
  const requirements = [{ assetId: bench.assets[0] }]
  const first = await bench.order('First', { requirements, value: 10 })
  await createSlot(first, at(10))
  const rich = await bench.order('Rich', { requirements, value: 5_000, release: at(10), due: at(11) })
  const plan = await bench.plan({ mode: 'reshuffle' })
  expect(await itemOf(plan.id, first)).toMatchObject({
    former: { start: at(10), assets: on(0) },
    gain: { orders: 1, orderIds: [rich], value: 5_000 },
  })
  expect(await itemOf(plan.id, rich)).not.toHaveProperty('gain')
  expect(plan.metrics).toMatchObject({
    before: { value: 10, busyMinutes: 60, transitionMinutes: 0 },
    value: 5_010,
    busyMinutes: 120,
  })
  await edit(plan.id, rich, { drop: true })
  expect((await itemOf(plan.id, first)).gain).toEqual({ orders: 0, orderIds: [], value: 0 })
  expect((await planOf(plan.id)).metrics.before).toEqual(plan.metrics.before)
})
