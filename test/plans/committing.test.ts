import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { resumeCommits } from '#application/plans/resume-commits.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { stored, workspaceId } from '../api/laboratory.ts'
import { at, type Bench, openBench } from './bench.ts'
import { dyingAt } from './dying.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const commit = (planId: string, body: object = {}) => bench.call('commitPlan', { planId }, { body })
const planOf = async (planId: string) => (await bench.call('getPlan', { planId })).body
const statusOf = async (orderId: string): Promise<string> => (await bench.call('getOrder', { orderId })).body.status
const live = async (): Promise<Slot[]> => {
  const query = { from: at(-24), to: at(400), limit: '100' }
  const { items } = (await bench.call('listSlots', {}, { query })).body
  return items.filter(({ status }: Slot) => ['tentative', 'locked', 'committed', 'executing'].includes(status))
}
const place = async (orderId: string, hours: number, asset: string = bench.assets[0], more: object = {}) => {
  const body = { orderId, start: at(hours), assets: [{ assetId: asset, units: 1 }], ...more }
  const answered = await bench.call('createSlot', {}, { body })
  expect(answered.status, JSON.stringify(answered.body)).toBe(201)
  return answered.body as Slot
}
const drop = (planId: string, orderId: string) =>
  bench.call('editPlanItem', { planId, orderId }, { body: { drop: true } })
/** A commit that dies with its first slot. */
const interrupted = async (planId: string, body: object = {}): Promise<void> => {
  const { store } = bench.lab.world
  const original = store.commit
  store.commit = async (changes) => {
    if (changes.some((change) => 'kind' in change && change.kind === 'slot')) throw new Error('died')
    return original(changes)
  }
  await commit(planId, body)
  store.commit = original
  expect((await planOf(planId)).status).toBe('committing')
}

/** Does something, and another thing just before one of its reads. @returns how many it took until then */
const meddling = async (read: number, what: () => Promise<unknown>, other: () => Promise<void>): Promise<number> => {
  const { store } = bench.lab.world
  const { get, getMany } = store
  let reads = 0
  const count = async (): Promise<void> => {
    reads += 1
    if (reads !== read) return
    Object.assign(store, { get, getMany })
    await other()
  }
  store.get = (async (...of: Parameters<typeof get>) => {
    await count()
    return get(...of)
  }) as typeof get
  store.getMany = (async (...of: Parameters<typeof getMany>) => {
    await count()
    return getMany(...of)
  }) as typeof getMany
  await what()
  Object.assign(store, { get, getMany })
  return reads
}

describe('a commit', () => {
  test('twice at the same time is once', async () => {
    for (let at0 = 1; at0 < 80; at0 += 3) {
      bench = await openBench()
      const ids = [await bench.order('One'), await bench.order('Two')]
      const plan = await bench.plan()
      const reads = await meddling(
        at0,
        () => commit(plan.id),
        async () => {
          expect((await commit(plan.id)).body).toMatchObject({
            status: 'committed',
            committed: { items: 2, failed: 0 },
          })
        },
      )
      expect((await live()).map(({ orderId }) => orderId).toSorted(), `before read ${at0}`).toEqual(ids.toSorted())
      expect(await planOf(plan.id)).toMatchObject({ status: 'committed', committed: { items: 2, failed: 0 } })
      if (reads < at0) return expect(at0).toBeGreaterThan(10)
    }
  })

  test('and an edit at the same time come to one or the other: no slot is lost', async () => {
    for (let at0 = 1; at0 < 60; at0++) {
      bench = await openBench()
      const [asset] = bench.assets
      const orderId = await bench.order('Soft', { requirements: [{ assetId: asset }], value: 10 })
      const slot = await place(orderId, 10, asset)
      await bench.order('Dear', { requirements: [{ assetId: asset }], release: at(10), due: at(11), value: 500 })
      const plan = await bench.plan({ mode: 'reshuffle' })
      expect(plan.changes.moved).toBe(1)
      let edit: { status: number } | undefined
      const reads = await meddling(
        at0,
        () => commit(plan.id),
        async () => {
          edit = await drop(plan.id, orderId)
        },
      )
      const slots = (await live()).filter((one) => one.orderId === orderId)
      expect(slots, `edit before read ${at0}: ${edit?.status}`).toHaveLength(1)
      if (edit?.status === 200) expect(slots[0]?.id).toBe(slot.id)
      if (reads < at0) return expect(at0).toBeGreaterThan(10)
    }
  })

  test('of a plan that others have overtaken is refused, whatever revision the person saw', async () => {
    const [one, two] = [await bench.order('One'), await bench.order('Two')]
    const plan = await bench.plan({ orderIds: [one] })
    await place(two, 50)
    for (const revision of [undefined, 0, 1]) expect((await commit(plan.id, { revision })).status).toBe(409)
    expect(await statusOf(one)).toBe('new')
    expect((await commit(plan.id, { revision: 1, force: 'Far apart' })).body.committed).toMatchObject({ items: 1 })
  })

  test('is refused where the person saw another state than there is, and says both', async () => {
    const plan = await bench.plan({ orderIds: [await bench.order('One')] })
    expect((await commit(plan.id, { revision: 7 })).body).toMatchObject({
      status: 409,
      detail: expect.stringMatching(/7.*0/),
    })
    expect((await commit(plan.id, { revision: 0 })).body.status).toBe('committed')
  })

  test('that was interrupted goes on with what it began with; another one is told what is under way', async () => {
    const ids = [await bench.order('One'), await bench.order('Two')]
    const plan = await bench.plan()
    await interrupted(plan.id, { tentative: true, orderIds: [ids[0]] })
    for (const body of [{}, { tentative: true }, { orderIds: [ids[0]] }, { tentative: true, orderIds: ids }])
      expect((await commit(plan.id, body)).body, JSON.stringify(body)).toMatchObject({
        status: 409,
        detail: expect.stringContaining(ids[0] ?? ''),
      })
    expect(await live()).toEqual([])
    await commit(plan.id, { tentative: true, orderIds: [ids[0]] })
    expect((await live()).map(({ orderId, status }) => [orderId, status])).toEqual([[ids[0], 'tentative']])
  })

  test('that nobody asks for again is gone on with after five minutes', async () => {
    const ids = [await bench.order('One'), await bench.order('Two')]
    const plan = await bench.plan()
    await interrupted(plan.id, { orderIds: ids })
    const resume = () => resumeCommits(workspaceId, bench.lab.world, () => false)
    bench.lab.clock.nowMs += 4 * 60_000
    expect(await resume()).toEqual({ resumed: 0, failed: 0 })
    bench.lab.clock.nowMs += 2 * 60_000
    expect(await resume()).toEqual({ resumed: 1, failed: 0 })
    expect((await live()).map(({ orderId }) => orderId).toSorted()).toEqual(ids.toSorted())
    expect(await planOf(plan.id)).toMatchObject({ status: 'committed', committed: { items: 2 } })
    const before = stored(bench.lab)
    expect(await resume()).toEqual({ resumed: 0, failed: 0 })
    expect(stored(bench.lab)).toBe(before)
  })

  test('by which nothing is committed leaves a candidate, and its batch as it was', async () => {
    const batchId = (await bench.call('createBatch', {}, { body: { name: 'Week 47' } })).body.id
    const orderId = await bench.order('One', { batchId })
    const plan = await bench.plan({ batchId })
    const change = { headers: { 'if-match': '*' }, body: { durationMinutes: 300 } }
    await bench.call('changeOrder', { orderId }, change)
    expect((await commit(plan.id)).body).toMatchObject({ status: 'candidate', committed: { items: 0, failed: 1 } })
    expect((await bench.call('getBatch', { batchId })).body.status).toBe('planned')
    expect((await commit(plan.id)).body).toMatchObject({
      status: 409,
      reasons: [{ code: 'nothing-to-commit' }],
    })
    // Put elsewhere by hand it can be committed.
    await bench.call('editPlanItem', { planId: plan.id, orderId }, { body: { start: at(40) } })
    expect((await commit(plan.id)).body).toMatchObject({ status: 'committed', committed: { items: 1, failed: 0 } })
    expect((await bench.call('getBatch', { batchId })).body.status).toBe('committed')
  })

  test('that only takes slots back is done; twice is once', async () => {
    const window = { requirements: [{ assetId: bench.assets[0] }], release: at(10), due: at(11) }
    const cheap = await bench.order('Cheap', { ...window, value: 1 })
    await place(cheap, 10)
    const dear = await bench.order('Dear', { ...window, value: 900 })
    const plan = await bench.plan({ mode: 'from-scratch' })
    await drop(plan.id, dear)
    const first = (await commit(plan.id)).body
    expect(first).toMatchObject({ status: 'committed', committed: { items: 0, failed: 0 } })
    expect(await live()).toEqual([])
    const before = stored(bench.lab)
    expect((await commit(plan.id)).body).toEqual(first)
    expect(stored(bench.lab)).toBe(before)
  })

  test('of a plan in which all stays as it is is refused', async () => {
    await place(await bench.order('One'), 10)
    const plan = await bench.plan({ mode: 'reshuffle' })
    expect(plan.changes).toMatchObject({ kept: 1 })
    expect((await commit(plan.id)).body).toMatchObject({ status: 409, reasons: [{ code: 'nothing-to-commit' }] })
  })

  test('of a plan whose batch was cancelled is refused', async () => {
    const batchId = (await bench.call('createBatch', {}, { body: { name: 'Week 47' } })).body.id
    const orderId = await bench.order('One', { batchId })
    const plan = await bench.plan({ batchId })
    await bench.call('cancelBatch', { batchId }, { body: { reason: 'Not wanted', orders: 'release' } })
    expect((await commit(plan.id, { force: 'Still' })).body).toMatchObject({
      status: 409,
      detail: expect.stringContaining('Week 47'),
    })
    expect(await statusOf(orderId)).toBe('new')
  })

  test('of a plan whose time is held commits what is held', async () => {
    const ids = [await bench.order('One'), await bench.order('Two')]
    const plan = await bench.plan()
    expect((await commit(plan.id, { tentative: true })).body.committed).toMatchObject({ items: 2 })
    const held = await live()
    expect(held.map(({ status }) => status)).toEqual(['tentative', 'tentative'])
    expect((await commit(plan.id, { orderIds: [ids[0]] })).body.status).toBe('committed')
    expect(await Promise.all(ids.map(statusOf))).toEqual(['committed', 'planned'])
    expect((await commit(plan.id)).body.committed).toMatchObject({ items: 2, failed: 0 })
    expect(await Promise.all(ids.map(statusOf))).toEqual(['committed', 'committed'])
    expect((await live()).map(({ id, status }) => [id, status])).toEqual(held.map(({ id }) => [id, 'committed']))
    expect(bench.lab.timetable.entries.size).toBe(2)
  })

  test('of what is held dies at any of its writes, and asked again comes to the same', async () => {
    for (let write = 1; write < 40; write++) {
      bench = await openBench()
      const ids = [await bench.order('One'), await bench.order('Two')]
      const plan = await bench.plan()
      await commit(plan.id, { tentative: true })
      const reached = await dyingAt(bench.lab, write, () => commit(plan.id))
      expect((await commit(plan.id)).body).toMatchObject({ status: 'committed', committed: { items: 2, failed: 0 } })
      expect((await live()).map(({ orderId, status }) => [orderId, status]).toSorted()).toEqual(
        ids.map((id) => [id, 'committed']).toSorted(),
      )
      if (!reached) return expect(write).toBeGreaterThan(3)
    }
  })
})

describe('asked for again', () => {
  test('a plan is made anew where slots have changed, it was edited, or it is to have another name', async () => {
    const [one, two] = [await bench.order('One'), await bench.order('Two')]
    const ask = { orderIds: [one] }
    const first = await bench.plan(ask)
    expect((await bench.plan(ask)).id).toBe(first.id)
    const named = await bench.plan({ ...ask, name: 'Monday' })
    expect(named).toMatchObject({ name: 'Monday' })
    expect(named.id).not.toBe(first.id)
    expect((await bench.plan({ ...ask, name: 'Monday' })).id).toBe(named.id)
    const dropped = await bench.plan({ ...ask, seed: 3 })
    await drop(dropped.id, one)
    const anew = await bench.plan({ ...ask, seed: 3 })
    expect(anew.id).not.toBe(dropped.id)
    expect(anew.items).toBe(1)
    // Slots change, what the plan rests on does not.
    const far = await place(two, 24 * 20)
    await bench.call('lockSlot', { slotId: far.id }, { body: { lock: 'soft' } })
    const again = await bench.plan(ask)
    expect(again.id).not.toBe(first.id)
    expect((await commit(again.id)).body.status).toBe('committed')
  })
})

describe('a plan', () => {
  test('never moves what is locked hard or frozen, in any mode', async () => {
    const slot = fc.record({
      hours: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom(1.75, 2, 2.25, 3.75, 4, 4.25)),
      asset: fc.integer({ min: 0, max: 1 }),
      lock: fc.constantFrom('none', 'soft', 'hard'),
      tentative: fc.boolean(),
    })
    const mode = fc.constantFrom('reshuffle', 'repair', 'from-scratch')
    const ask = fc.record({ mode, freezeMinutes: fc.constantFrom(120, 240), maxChanges: fc.option(fc.nat(3)) })
    const downs = fc.subarray([0, 1])
    await fc.assert(
      fc.asyncProperty(fc.array(slot, { maxLength: 7 }), ask, downs, async (slots, { maxChanges, ...asked }, down) => {
        bench = await openBench()
        for (const [index, { hours, asset, ...more }] of slots.entries()) {
          const orderId = await bench.order(`Slot ${index}`, { durationMinutes: 45, value: 10 })
          const assets = [{ assetId: bench.assets[asset], units: 1 }]
          await bench.call('createSlot', {}, { body: { orderId, start: at(hours), assets, ...more } })
        }
        for (let i = 0; i < 3; i++) await bench.order(`Dear ${i}`, { durationMinutes: 90, due: at(8), value: 900 })
        for (const asset of down)
          await bench.call(
            'changeAsset',
            { assetId: bench.assets[asset] as string },
            { headers: { 'if-match': '*' }, body: { status: 'maintenance' } },
          )
        const before = await live()
        const plan = await bench.plan({ ...asked, iterations: 40, ...(maxChanges !== null && { maxChanges }) })
        const frozenUntil = at(asked.freezeMinutes / 60)
        const fast = before.filter(({ lock, start }) => lock === 'hard' || start < frozenUntil)
        const { items, leftOut } = await bench.items(plan.id)
        const touched = new Set([...items, ...leftOut].map(({ orderId }) => orderId as string))
        for (const { orderId } of fast) expect(touched.has(orderId)).toBe(false)
        await commit(plan.id)
        const after = new Map((await live()).map((one) => [one.id, one]))
        for (const one of fast) expect(after.get(one.id)).toEqual(one)
      }),
      { numRuns: 16, seed: 20_261_121 },
    )
  })
})
