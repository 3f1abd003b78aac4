import { beforeEach, describe, expect, test } from 'vitest'
import { rollBack } from '#application/plans/roll-back.ts'
import { settleSlots } from '#application/plans/settle-slots.ts'
import { takeSnapshot } from '#application/plans/take-snapshot.ts'
import type { SnapshotId } from '#domain/ids.ts'
import type { Slot } from '#domain/plans/slot.ts'
import type { SnapshotSlot } from '#domain/plans/snapshot.ts'
import { documentOf } from '../adapters/documents.ts'
import { noon, stored, workspaceId } from '../api/laboratory.ts'
import { at, type Bench, openBench } from './bench.ts'
import { dyingAt } from './dying.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const actor = { kind: 'person', subject: 'admin', role: 'admin' } as const
const live = async (): Promise<Slot[]> => {
  const { body } = await bench.call('listSlots', {}, { query: { from: at(-24), to: at(400), limit: '100' } })
  return body.items.filter(({ status }: Slot) => status !== 'cancelled' && status !== 'failed')
}
/** How slots stand, whatever their ids. */
const shown = (slots: readonly Slot[]) =>
  slots.map(({ orderId, assets, start, end, lock, status, source }) => ({
    orderId,
    assets,
    start,
    end,
    lock,
    status,
    source,
  }))
const place = async (orderId: string, start: number, more: object = {}): Promise<Slot> => {
  const body = { orderId, start: at(start), assets: [{ assetId: bench.assets[0], units: 1 }], ...more }
  const answered = await bench.call('createSlot', {}, { body })
  expect(answered.status, JSON.stringify(answered.body)).toBe(201)
  return answered.body
}
const cancel = (slot: Slot, more: object = {}) =>
  bench.call('cancelSlot', { slotId: slot.id }, { body: { reason: 'Not now', ...more } })
const take = async (): Promise<string> =>
  (await bench.call('takeSnapshot', {}, { body: { name: 'As it was' } })).body.id
const look = async (snapshotId: string) => (await bench.call('getSnapshot', { snapshotId })).body
const slotsOf = async (snapshotId: string): Promise<SnapshotSlot[]> => {
  const part = async (number: number) =>
    (await bench.call('getSnapshotSlots', { snapshotId }, { query: { part: String(number) } })).body
  const slots: SnapshotSlot[] = []
  for (let number = 0, parts = 1; number < parts; number++) {
    const told = await part(number)
    parts = told.parts
    slots.push(...told.slots)
  }
  return slots
}
const restore = (snapshotId: string, body: object = {}) => bench.call('restoreSnapshot', { snapshotId }, { body })
const orderStatus = async (orderId: string): Promise<string> => (await bench.call('getOrder', { orderId })).body.status
/** Four orders: one stays, one is cancelled later, one is moved, and one is placed later. */
const furnish = async () => {
  const [stays, goes, moves, late] = [
    await bench.order('Stays'),
    await bench.order('Cancelled'),
    await bench.order('Moved', { priority: 5 }),
    await bench.order('Late'),
  ]
  await place(stays, 30)
  const gone = await place(goes, 32, { lock: 'soft' })
  const moved = await place(moves, 34, { tentative: true })
  return { stays, goes, moves, late, gone, moved }
}
const change = async ({ moves, late, gone, moved }: Awaited<ReturnType<typeof furnish>>) => {
  await cancel(gone)
  await cancel(moved)
  await place(moves, 50)
  return place(late, 32)
}

describe('a snapshot', () => {
  test('is taken before each commit, and tells what differs from now', async () => {
    const kept = await bench.order('Kept')
    const slot = await place(kept, 10)
    const added = await bench.order('Added')
    const plan = await bench.plan()
    await bench.call('commitPlan', { planId: plan.id }, { body: {} })
    const { body } = await bench.call('listSnapshots')
    expect(body.items).toEqual([
      expect.objectContaining({
        state: 'taken',
        planId: plan.id,
        revision: 1,
        slots: 1,
        name: `Before the commit of ${plan.id}`,
      }),
    ])
    const { differences } = await look(body.items[0].id)
    expect(await slotsOf(body.items[0].id)).toEqual([
      {
        slotId: slot.id,
        orderId: kept,
        status: 'committed',
        lock: 'none',
        source: 'manual',
        assets: slot.assets,
        start: at(10),
        end: at(11),
      },
    ])
    expect(differences).toMatchObject({ revision: 2, kept: 1, goes: 1, comesBack: 0, moves: 0, leftAlone: 0 })
    expect(differences.entries).toEqual([expect.objectContaining({ change: 'goes', orderId: added })])
  })

  test('of many slots is taken in as many writes and reads as pages of them', async () => {
    const { store } = bench.lab.world
    for (let i = 0; i < 450; i++) {
      const value = { ...documentOf('slot', workspaceId, `n${i}`), status: 'committed', start: at(100 + i) } as Slot
      await store.commit([{ type: 'put', kind: 'slot', value, expect: 'absent' }])
    }
    const calls: string[] = []
    const counted = Object.fromEntries(
      Object.entries(store).map(([name, call]) => [
        name,
        (...given: unknown[]) => {
          calls.push(name)
          return (call as (...all: unknown[]) => unknown)(...given)
        },
      ]),
    ) as typeof store
    const snapshot = await takeSnapshot({ workspaceId, actor, name: 'All' }, { ...bench.lab.world, store: counted })
    expect(snapshot).toMatchObject({ slots: 450, parts: 3 })
    expect(calls.filter((name) => name === 'commit')).toHaveLength(1 + 3 + 1)
    expect(calls.filter((name) => name !== 'commit').length).toBeLessThanOrEqual(5 + 2)
    expect(await slotsOf(snapshot.id)).toHaveLength(450)
  })

  test('that nobody finished is not told of', async () => {
    await place(await bench.order('One'), 30)
    for (let write = 1; await dyingAt(bench.lab, write, take); write++) {
      const told = (await bench.call('listSnapshots')).body.items
      for (const { id } of told) expect(await slotsOf(id)).toHaveLength(1)
      expect(told.length).toBeLessThanOrEqual(write)
    }
  })
})

describe('going back to a snapshot', () => {
  test('brings back what was cancelled or moved, takes back what was made since, and leaves the rest', async () => {
    const orders = await furnish()
    const before = shown(await live())
    const [stands] = await live()
    const snapshotId = await take()
    await change(orders)
    const { body } = await restore(snapshotId)
    expect(body.differences).toMatchObject({ kept: 1, comesBack: 1, moves: 1, goes: 1, leftAlone: 0 })
    expect(body.plan).toMatchObject({ status: 'committed', mode: 'rollback', committed: { items: 2, failed: 0 } })
    expect(shown(await live())).toEqual(before)
    expect((await live())[0]).toEqual(stands)
    expect(await Promise.all([orders.stays, orders.goes, orders.moves, orders.late].map(orderStatus))).toEqual([
      'committed',
      'committed',
      'planned',
      'new',
    ])
    // What starts runs is what is committed.
    const scheduled = (await live()).flatMap(({ status, scheduleId }) => (status === 'committed' ? [scheduleId] : []))
    expect([...bench.lab.timetable.entries.keys()].toSorted()).toEqual(scheduled.toSorted())
  })

  test('can be gone back from', async () => {
    const orders = await furnish()
    const snapshotId = await take()
    await change(orders)
    const changed = shown(await live())
    await restore(snapshotId)
    const [newest] = (await bench.call('listSnapshots')).body.items
    await restore(newest.id)
    expect(shown(await live())).toEqual(changed)
  })

  test('tried dry changes nothing; done twice it changes nothing the second time', async () => {
    const orders = await furnish()
    const snapshotId = await take()
    await change(orders)
    const before = stored(bench.lab)
    const dry = await restore(snapshotId, { dryRun: true })
    expect(dry.body.differences).toMatchObject({ comesBack: 1, moves: 1, goes: 1 })
    expect(dry.body.plan).toBeUndefined()
    expect(stored(bench.lab)).toBe(before)
    const { body } = await restore(snapshotId)
    expect(body.differences).toEqual(dry.body.differences)
    const after = stored(bench.lab)
    expect((await restore(snapshotId)).body).toMatchObject({ differences: { kept: 3, entries: [] } })
    expect(stored(bench.lab)).toBe(after)
  })

  test('of another revision than was looked at is refused with what changed', async () => {
    const orders = await furnish()
    const snapshotId = await take()
    const { revision } = (await look(snapshotId)).differences
    const slot = await change(orders)
    const before = stored(bench.lab)
    const { body } = await restore(snapshotId, { revision })
    expect(body).toMatchObject({ status: 409, code: 'invalid_state' })
    expect(body.reasons.map(({ facts }: { facts: { slotId: string } }) => facts.slotId)).toContain(slot.id)
    expect(stored(bench.lab)).toBe(before)
    const now = (await look(snapshotId)).differences.revision
    expect((await restore(snapshotId, { revision: now })).status).toBe(200)
  })

  test('gives a lock back, but one that was set hard only by force, which stays in the history', async () => {
    const [slot, other] = [
      await place(await bench.order('Soft'), 30, { lock: 'soft' }),
      await place(await bench.order('None'), 32),
    ]
    const snapshotId = await take()
    const lock = (of: Slot, level: string) => bench.call('lockSlot', { slotId: of.id }, { body: { lock: level } })
    await lock(slot, 'none')
    await lock(other, 'hard')
    const { body } = await restore(snapshotId)
    expect(body.differences).toMatchObject({ locks: 1, leftAlone: 1 })
    expect((await live()).map(({ id, lock: level }) => [id, level])).toEqual([
      [slot.id, 'soft'],
      [other.id, 'hard'],
    ])
    const forced = await restore(snapshotId, { force: 'The audit is over' })
    expect(forced.body.plan).toMatchObject({ committed: { forced: 'The audit is over' } })
    expect((await live()).map(({ id, lock: level }) => [id, level])).toEqual([
      [slot.id, 'soft'],
      [other.id, 'none'],
    ])
    const { body: history } = await bench.call('listAudit', {}, { query: { subject: forced.body.plan.id } })
    expect(history.items).toContainEqual(
      expect.objectContaining({ action: 'plan.commit-forced', note: 'Force: The audit is over' }),
    )
  })

  test('leaves alone what is past, locked or about to begin, with the reason; by force only what is past', async () => {
    const [past, soon, later] = [await bench.order('Past'), await bench.order('Soon'), await bench.order('Later')]
    const slots = [await place(past, 3), await place(soon, 5), await place(later, 30)]
    const snapshotId = await take()
    for (const slot of slots) await cancel(slot)
    const since = await place(await bench.order('Since'), 40, { lock: 'hard' })
    bench.lab.clock.nowMs = noon + 4 * 3_600_000
    const { body } = await restore(snapshotId)
    expect(body.differences).toMatchObject({ comesBack: 1, goes: 0, leftAlone: 3 })
    const why = Object.fromEntries(
      body.differences.entries.map((entry: { orderId: string; reasons: { code: string }[] }) => [
        entry.orderId,
        entry.reasons[0]?.code,
      ]),
    )
    expect(why).toMatchObject({ [past]: 'past', [soon]: 'frozen', [since.orderId]: 'locked' })
    expect((await live()).map(({ orderId }) => orderId)).toEqual([later, since.orderId])
    await restore(snapshotId, { force: 'It has to be today' })
    expect((await live()).map(({ orderId }) => orderId)).toEqual([soon, later])
  })

  test('moves nothing for a time that is taken; a chain of slots stays as a whole where its first cannot go', async () => {
    const [one, two] = [await bench.order('One'), await bench.order('Two')]
    const [first, second] = [await place(one, 30), await place(two, 32)]
    const snapshotId = await take()
    await cancel(first)
    await cancel(second)
    await place(one, 32)
    await place(two, 34)
    const [star] = bench.assets
    await bench.call('createReservation', {}, { body: { assets: [{ assetId: star }], start: at(30), end: at(31) } })
    const before = shown(await live())
    const { body } = await restore(snapshotId)
    expect(body.differences).toMatchObject({ moves: 0, leftAlone: 2 })
    expect(body.plan).toBeUndefined()
    expect(shown(await live())).toEqual(before)
  })

  test('says where else the order fits whose time is taken', async () => {
    const { gone, stays } = await furnish()
    const snapshotId = await take()
    await cancel(gone)
    const [star, vantage] = bench.assets
    await bench.call('createReservation', {}, { body: { assets: [{ assetId: star }], start: at(32), end: at(33) } })
    const { body } = await restore(snapshotId)
    expect(body.differences).toMatchObject({ kept: 2, leftAlone: 1 })
    const [entry] = body.differences.entries
    expect(entry).toMatchObject({ orderId: gone.orderId, reasons: [{ code: 'asset-busy' }] })
    expect(entry.alternatives).toEqual([
      { assets: [{ assetId: star, units: 1 }], start: at(33), end: at(34) },
      { assets: [{ assetId: vantage, units: 1 }], start: at(32), end: at(33) },
      expect.objectContaining({ start: expect.any(String) }),
    ])
    expect((await look(snapshotId)).differences).toEqual(body.differences)
    // Each of them can be had.
    for (const { assets, start } of entry.alternatives) {
      const slot = await place(gone.orderId, 0, { start, assets })
      await cancel(slot)
    }
    expect((await live()).map(({ orderId }) => orderId)).toContain(stays)
  })

  test('leaves what has begun, and orders that are over', async () => {
    const [begun, over] = [await bench.order('Begun', { protocolId: undefined }), await bench.order('Over')]
    await place(begun, 3)
    const slot = await place(over, 30)
    const snapshotId = await take()
    await cancel(slot)
    await bench.call('cancelOrder', { orderId: over }, { body: { reason: 'Not needed' } })
    bench.lab.clock.nowMs = noon + 3.1 * 3_600_000
    await settleSlots(workspaceId, bench.lab.world)
    const { body } = await restore(snapshotId, { force: 'All of it' })
    expect(body.differences).toMatchObject({ kept: 1, leftAlone: 1 })
    expect(body.differences.entries[0].reasons[0].code).toBe('order-over')
  })

  test('dies at any of its writes, and asked again comes to the same', async () => {
    let before: unknown
    for (let write = 1; write < 60; write++) {
      bench = await openBench()
      const orders = await furnish()
      before = shown(await live())
      const snapshotId = await take()
      await change(orders)
      const reached = await dyingAt(bench.lab, write, () => restore(snapshotId))
      const { body } = await restore(snapshotId)
      expect(body.plan?.status ?? 'committed', `dying at write ${write}`).toBe('committed')
      expect(shown(await live()), `dying at write ${write}`).toEqual(before)
      for (const { status } of (await bench.call('listPlans', {}, { query: { limit: '100' } })).body.items)
        expect(['committed', 'superseded', 'candidate']).toContain(status)
      if (!reached) return expect(write).toBeGreaterThan(12)
    }
  })

  test('that takes longer than a request is gone on with, with the force that it began with', async () => {
    const orders = await furnish()
    const before = shown(await live())
    const snapshotId = await take()
    const late = await change(orders)
    await bench.call('lockSlot', { slotId: late.id }, { body: { lock: 'hard' } })
    const asked = { workspaceId, snapshotId: snapshotId as SnapshotId, actor, dryRun: false }
    let { plan } = await rollBack({ ...asked, force: 'Now' }, bench.lab.world, () => true)
    expect(plan?.status).toBe('committing')
    // Changing a slot by hand meanwhile does not make it forgotten.
    await bench.call('lockSlot', { slotId: (await live())[0]?.id ?? '' }, { body: { lock: 'none' } })
    for (let turn = 0; plan?.status === 'committing' && turn < 20; turn++) {
      let left = 2
      plan = (await rollBack(asked, bench.lab.world, () => left-- <= 0)).plan
      if (turn === 0) expect(plan?.status).toBe('committing')
    }
    expect(plan).toMatchObject({ status: 'committed', committed: { forced: 'Now' } })
    expect(shown(await live())).toEqual(before)
  })

  test('is refused while another plan is being committed', async () => {
    await furnish()
    const snapshotId = await take()
    const plan = await bench.plan()
    await bench.call('commitPlan', { planId: plan.id }, { body: {} })
    const { body: again } = await bench.call('getPlan', { planId: plan.id })
    const value = { ...again, status: 'committing', committing: { tentative: false }, version: again.version + 1 }
    await bench.lab.world.store.commit([{ type: 'put', kind: 'plan', value, expect: again.version }])
    expect((await restore(snapshotId)).body).toMatchObject({ status: 409, detail: expect.stringContaining(plan.id) })
  })
})
