import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { makePlan } from '#application/plans/make-plan.ts'
import { settleSlots } from '#application/plans/settle-slots.ts'
import { runIdOfFiring, type ScheduleId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { changeoverMs } from '#domain/plans/changeover.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { documentOf } from '../adapters/documents.ts'
import { noon, stored, workspaceId } from '../api/laboratory.ts'
import { at, type Bench, openBench } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const orderOf = async (orderId: string): Promise<Order> => (await bench.call('getOrder', { orderId })).body
const slotsOf = async (): Promise<Slot[]> =>
  (await bench.call('listSlots', {}, { query: { from: at(-24), to: at(400), limit: '100' } })).body.items
const commit = (planId: string, body: object = {}) => bench.call('commitPlan', { planId }, { body })
const span = ({ start, end }: { start: string; end: string }) => [Date.parse(start), Date.parse(end)] as const
const overlap = (a: { start: string; end: string }, b: { start: string; end: string }): boolean => {
  const [[a0, a1], [b0, b1]] = [span(a), span(b)]
  return a0 < b1 && b0 < a1
}

describe('a plan', () => {
  test('is a proposal: items with their times, and nothing is held for it', async () => {
    const ids = [await bench.order('One'), await bench.order('Two'), await bench.order('Three')]
    const reservations = async () => (await bench.call('listReservations')).body.items
    const plan = await bench.plan()
    expect(plan).toMatchObject({ status: 'candidate', mode: 'from-scratch', items: 3, leftOut: 0, revision: 0 })
    expect(plan.metrics).toMatchObject({ orders: 3, planned: 3, value: 300, valueOfAll: 300, busyMinutes: 180 })
    const { items } = await bench.items(plan.id)
    expect(items.map(({ orderId }) => orderId).toSorted()).toEqual(ids.toSorted())
    for (const item of items) expect(Date.parse(item.start)).toBeGreaterThanOrEqual(Date.parse(plan.freezeUntil))
    expect(await reservations()).toEqual([])
    expect((await orderOf(ids[0] ?? '')).status).toBe('new')
  })

  test('asked for again is the same plan; of another seed another one', async () => {
    await bench.order('One')
    const first = await bench.plan()
    expect((await bench.plan()).id).toBe(first.id)
    expect((await bench.plan({ seed: 2 })).id).not.toBe(first.id)
    await bench.order('Two')
    expect((await bench.plan()).id).not.toBe(first.id)
  })

  test('tells what each weight comes to; the terms add up to its score, and other weights ask for another plan', async () => {
    for (let index = 0; index < 6; index++)
      await bench.order(`Order ${index}`, { mode: { kind: 'PROTOCOL', setup: index % 2 ? 'aqueous' : 'solvent' } })
    const plan = await bench.plan()
    const { terms } = plan.metrics
    expect(Object.keys(terms)).toEqual(['value', 'move', 'reassign', 'drop', 'earliness', 'load', 'changeover'])
    const sum = Object.values<number>(terms).reduce((all, term) => all + term, 0)
    expect(plan.score).toBeCloseTo(sum, 3)
    expect(terms).toMatchObject({ value: 600, move: 0, reassign: 0, drop: 0 })
    expect(terms.earliness).toBeLessThan(0)
    const other = await bench.plan({ weights: { earliness: 0, load: 0 } })
    expect(other.id).not.toBe(plan.id)
    expect(other.metrics.terms).toMatchObject({ value: 600, earliness: 0, load: 0 })
  })

  test.each([{ move: -0.1 }, { load: Number.NaN }, { earliness: '1' }, { drop: 101 }, { speed: 1 }])(
    'with weights like %j is refused',
    async (weights) => {
      const { status } = await bench.call('makePlan', {}, { body: { weights } })
      expect(status).toBe(422)
    },
  )

  test('keeps to what stands in the calendar, to hours, windows and changeovers, whatever it is given', async () => {
    const arbitrary = fc.array(
      fc.record({
        minutes: fc.integer({ min: 10, max: 300 }),
        release: fc.integer({ min: 0, max: 40 }),
        window: fc.integer({ min: 1, max: 60 }),
        value: fc.integer({ min: 1, max: 500 }),
        setup: fc.constantFrom('aqueous', 'solvent', undefined),
        both: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    )
    const bookings = fc.array(
      fc.record({
        asset: fc.integer({ min: 0, max: 2 }),
        from: fc.integer({ min: 3, max: 60 }),
        hours: fc.integer({ min: 1, max: 9 }),
      }),
      { maxLength: 5 },
    )
    const algorithm = fc.constantFrom('first-fit', 'best-fit', 'search')
    await fc.assert(
      fc.asyncProperty(arbitrary, bookings, algorithm, async (orders, booked, by) => {
        bench = await openBench()
        const [star, vantage, reader] = bench.assets
        const openingHours = {
          timeZone: 'Europe/Berlin',
          week: Object.fromEntries(
            ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'].map((day) => [
              day,
              [{ from: '07:00', to: '20:00' }],
            ]),
          ),
        }
        await bench.call('changeAsset', { assetId: vantage }, { headers: { 'if-match': '*' }, body: { openingHours } })
        for (const { asset, from, hours } of booked)
          await bench.call(
            'createReservation',
            {},
            { body: { assets: [{ assetId: bench.assets[asset] }], start: at(from), end: at(from + hours) } },
          )
        const standing = (await bench.call('listReservations', {}, { query: { limit: '100' } })).body.items
        const known = new Map<string, (typeof orders)[number]>()
        for (const [index, one] of orders.entries()) {
          const requirements = one.both
            ? [{ capability: 'pipetting' }, { assetId: reader }]
            : [{ capability: 'pipetting' }]
          const window = {
            release: at(one.release),
            due: at(one.release + Math.max(one.window, Math.ceil(one.minutes / 60))),
          }
          const mode = { kind: 'PROTOCOL', ...(one.setup && { setup: one.setup }) }
          known.set(
            await bench.order(`O${index}`, {
              durationMinutes: one.minutes,
              value: one.value,
              requirements,
              mode,
              ...window,
            }),
            one,
          )
        }
        const plan = await bench.plan({ algorithm: by, iterations: 60 })
        const { items, leftOut } = await bench.items(plan.id)
        expect(items.length + leftOut.length).toBe(orders.length)
        for (const item of items) {
          const order = await orderOf(item.orderId)
          expect(item.start >= (order.release ?? '') && item.end <= (order.due ?? '9')).toBe(true)
          expect(item.assets).toHaveLength(order.requirements.length)
          for (const { assetId } of item.assets) {
            for (const one of standing)
              if (one.assets.some((claim: { assetId: string }) => claim.assetId === assetId))
                expect(overlap(one, item)).toBe(false)
            const asset = (await bench.call('getAsset', { assetId })).body
            for (const other of items) {
              if (other === item || other.start < item.start || !other.assets.some((one) => one.assetId === assetId))
                continue
              const gap = changeoverMs(
                { changeovers: asset.changeovers },
                order.mode,
                (await orderOf(other.orderId)).mode,
              )
              expect(Date.parse(other.start) - Date.parse(item.end)).toBeGreaterThanOrEqual(gap)
            }
          }
        }
        // What the rule engine says in the end: all of it can be committed.
        const { body } = await commit(plan.id)
        expect(body.committed, JSON.stringify((await bench.items(plan.id)).items)).toMatchObject({
          items: items.length,
          failed: 0,
        })
        expect(star).toBeDefined()
      }),
      { numRuns: 25, seed: 20_261_121 },
    )
  })

  test('says of every order that is left out why, and what would make it fit', async () => {
    const [star, vantage, reader] = bench.assets
    for (const assetId of [star, vantage])
      await bench.call('createReservation', {}, { body: { assets: [{ assetId }], start: at(3), end: at(20) } })
    const blocked = await bench.order('Blocked', { release: at(3), due: at(20), durationMinutes: 120 })
    const unable = await bench.order('Unable', { requirements: [{ capability: 'flying' }], protocolId: undefined })
    const late = await bench.order('Frozen', { due: at(1.5), durationMinutes: 60 })
    const first = await bench.order('First', {
      requirements: [{ assetId: reader }],
      protocolId: undefined,
      release: at(30),
      due: at(32),
      durationMinutes: 120,
      value: 500,
    })
    const second = await bench.order('Second', {
      requirements: [{ assetId: reader }],
      protocolId: undefined,
      release: at(30),
      due: at(32),
      durationMinutes: 120,
      value: 400,
    })
    const deferred = await bench.order('Deferred')
    await bench.call('deferOrder', { orderId: deferred }, { body: {} })
    const follower = await bench.order('Follower', { follows: { orderId: deferred } })
    const plan = await bench.plan()
    const { items, leftOut } = await bench.items(plan.id)
    expect(items.map(({ orderId }) => orderId)).toContain(first)
    const why = Object.fromEntries(leftOut.map(({ orderId, code }) => [orderId, code]))
    expect(why).toMatchObject({
      [blocked]: 'BLOCKED_BY_LOCKS',
      [unable]: 'NO_CAPABLE_ASSET',
      [late]: 'INSIDE_FREEZE',
      [second]: 'LOWER_VALUE_THAN_DISPLACED',
      [follower]: 'WAITS_FOR_OTHER',
    })
    for (const { message, remedy } of leftOut)
      for (const text of [message, remedy]) expect(text).toMatch(/^\S.{10,}[.]$/)
    expect(leftOut.find(({ orderId }) => orderId === second)).toMatchObject({ displaces: [first] })
  })

  test('of a batch looks at the orders of that batch alone', async () => {
    const batchId = (await bench.call('createBatch', {}, { body: { name: 'Week 47' } })).body.id
    const mine = await bench.order('Mine', { batchId })
    await bench.order('Other')
    const plan = await bench.plan({ batchId })
    expect((await bench.items(plan.id)).items.map(({ orderId }) => orderId)).toEqual([mine])
  })

  test('a companion follows its order, within the bounds that it names', async () => {
    const parent = await bench.order('Culture', { release: at(10) })
    const child = await bench.order('Reading', {
      requirements: [{ capability: 'reading' }],
      protocolId: undefined,
      follows: { orderId: parent, minMinutes: 30, maxMinutes: 60 },
    })
    const plan = await bench.plan()
    const { items } = await bench.items(plan.id)
    const [a, b] = [parent, child].map((id) => items.find(({ orderId }) => orderId === id) as PlanItem)
    const wait = (Date.parse(b?.start ?? '') - Date.parse(a?.end ?? '')) / 60_000
    expect(wait).toBeGreaterThanOrEqual(30)
    expect(wait).toBeLessThanOrEqual(60)
  })

  /** Two orders for the one place that there is. */
  const contest = async (loser: object, winner: object, body: object = {}) => {
    const [window] = [{ release: at(5), due: at(6), requirements: [{ assetId: bench.assets[0] }] }]
    await bench.order('Winner', { ...window, ...winner })
    await bench.order('Loser', { ...window, ...loser })
    const plan = await bench.plan({ from: at(4), to: at(48), ...body })
    const { leftOut } = await bench.items(plan.id)
    expect(leftOut).toHaveLength(1)
    return leftOut[0]
  }

  test('tells the values of orders as they were given', async () => {
    expect(await contest({ value: 99 }, { value: 99 })).toMatchObject({
      code: 'LOWER_VALUE_THAN_DISPLACED',
      message: expect.stringMatching(/of value 99; its own value, 99, is not higher/),
      remedy: expect.stringContaining('Raise its value by 1,'),
    })
  })

  test('tells the priorities of orders where those come first', async () => {
    const told = await contest({ value: 900, priority: 1 }, { value: 99, priority: 5 }, { objective: 'most-priority' })
    expect(told).toMatchObject({
      message: expect.stringMatching(/99 with priority 5; its own value, 900 with priority 1,/),
      remedy: expect.stringContaining('Raise its priority'),
    })
  })

  test('says of an asset of many units that the planner shares it out', async () => {
    const { status } = await bench.call(
      'changeAsset',
      { assetId: bench.assets[0] },
      { headers: { 'if-match': '*' }, body: { capacity: 30 } },
    )
    expect(status).toBe(200)
    const want = (units: number) => ({ requirements: [{ assetId: bench.assets[0], units }], protocolId: undefined })
    const told = await contest({ ...want(2), value: 5 }, { ...want(28), value: 50 })
    expect(told?.message).toContain('20 equal shares')
  })

  test('of more orders than a request can plan is refused with what to do instead', async () => {
    const orderId = await bench.order('One')
    const order = await orderOf(orderId)
    const all = Array.from({ length: 10_000 }, (_, index) => ({ ...order, id: `ord_x${index}` as const, version: 1 }))
    for (let from = 0; from < all.length; from += 100)
      await bench.lab.world.store.commit(
        all.slice(from, from + 100).map((value) => ({ type: 'put', kind: 'order', value, expect: 'absent' })),
      )
    const { status, body } = await bench.call('makePlan', {}, { body: { algorithm: 'first-fit' } })
    expect(status, JSON.stringify(body).slice(0, 500)).toBe(422)
    expect(body).toMatchObject({ code: 'limit_exceeded', detail: expect.stringContaining('planning-runs') })
  })

  test('takes its time into account to the end: what is left out for want of it is said to be', async () => {
    for (let number = 1; number <= 4; number++)
      await bench.order(`Order ${number}`, { release: at(5), due: at(6), requirements: [{ assetId: bench.assets[0] }] })
    let ms = 0
    const ask = { mode: 'auto', seed: 1, iterations: 1_000_000, freezeMinutes: 120, from: at(4), to: at(48) } as const
    const plan = await makePlan(
      { ...ask, workspaceId, actor: { kind: 'person', subject: 'admin' } },
      bench.lab.world,
      () => {
        ms += 50
        return ms
      },
    )
    expect(plan).toMatchObject({ cutShort: true, items: 1, leftOut: 3 })
    expect(ms).toBeLessThan(22_000)
  })

  test.each([
    [{ from: at(5), to: at(4) }, 'empty-horizon'],
    [{ to: at(24 * 80) }, 'horizon-too-long'],
  ])('of %j is refused', async (body, code) => {
    const answered = await bench.call('makePlan', {}, { body })
    expect(answered.body.reasons[0].code).toBe(code)
  })
})

describe('committing a plan', () => {
  test('gives every item a reservation, a slot, and a schedule that starts its run', async () => {
    const orderId = await bench.order('One')
    const plan = await bench.plan()
    const { body } = await commit(plan.id)
    expect(body).toMatchObject({ status: 'committed', committed: { items: 1, failed: 0 } })
    const order = await orderOf(orderId)
    expect(order).toMatchObject({ status: 'committed', slots: [expect.stringMatching(/^slt_/)] })
    const [slot] = await slotsOf()
    expect(slot).toMatchObject({ status: 'committed', orderId, planId: plan.id, source: 'auto', lock: 'none' })
    const scheduleId = slot?.scheduleId as ScheduleId
    expect(bench.lab.timetable.entries.get(scheduleId)?.expression).toBe(`at(${slot?.start.slice(0, 19)})`)
    const { body: reservation } = await bench.call('getReservation', { reservationId: slot?.reservationId ?? '' })
    expect(reservation).toMatchObject({
      status: 'held',
      start: slot?.start,
      end: slot?.end,
      source: { kind: 'schedule', scheduleId },
    })
    expect((await bench.call('getTimetable', {}, { query: { from: at(0), to: at(200) } })).body).toMatchObject({
      revision: 1,
      byStatus: { committed: 1 },
    })
  })

  test('twice is once', async () => {
    await bench.order('One')
    const plan = await bench.plan()
    const [first, second] = [await commit(plan.id), await commit(plan.id)]
    expect(second.body).toEqual(first.body)
    expect(await slotsOf()).toHaveLength(1)
  })

  test('by its items; the others can follow', async () => {
    const [one] = [await bench.order('One'), await bench.order('Two')]
    const plan = await bench.plan()
    await commit(plan.id, { orderIds: [one] })
    expect((await slotsOf()).map(({ orderId }) => orderId)).toEqual([one])
    expect((await commit(plan.id)).body.committed).toMatchObject({ items: 2 })
  })

  test('with items of another plan is refused, and nothing is done', async () => {
    const one = await bench.order('One')
    const plan = await bench.plan({ orderIds: [one] })
    const two = await bench.order('Two')
    const before = stored(bench.lab)
    const { body } = await commit(plan.id, { orderIds: [one, two] })
    expect(body).toMatchObject({ status: 422, reasons: [{ code: 'not-in-plan' }] })
    expect(stored(bench.lab)).toBe(before)
  })

  test('that was made for slots that are not as they were is refused with what changed, unless by force', async () => {
    const [one, two] = [await bench.order('One'), await bench.order('Two')]
    const plan = await bench.plan({ orderIds: [one] })
    const body = { orderId: two, start: at(50), assets: [{ assetId: bench.assets[0], units: 1 }] }
    const { body: slot } = await bench.call('createSlot', {}, { body })
    const refused = await commit(plan.id)
    expect(refused.body).toMatchObject({ status: 409, code: 'invalid_state' })
    expect(refused.body.reasons).toEqual([
      expect.objectContaining({ code: 'slot-changed', facts: expect.objectContaining({ slotId: slot.id }) }),
    ])
    expect((await commit(plan.id, { force: 'They are far apart' })).body).toMatchObject({
      status: 'committed',
      committed: { items: 1, forced: 'They are far apart' },
    })
    const { body: history } = await bench.call('listAudit', {}, { query: { subject: plan.id } })
    expect(history.items.map(({ action }: { action: string }) => action)).toContain('plan.commit-forced')
  })

  test('what does not fit any more is left out with the reason, and the rest is committed', async () => {
    const [one, two] = [await bench.order('One'), await bench.order('Two')]
    const plan = await bench.plan()
    const { items } = await bench.items(plan.id)
    const [first] = items
    await bench.call(
      'createReservation',
      {},
      { body: { assets: [{ assetId: first?.assets[0]?.assetId }], start: first?.start, end: first?.end } },
    )
    const { body } = await commit(plan.id)
    expect(body.committed).toMatchObject({ items: 1, failed: 1 })
    const failed = (await bench.items(plan.id)).items.find(({ state }) => state === 'failed')
    expect(failed?.problem).toMatch(/free from/)
    const left = await orderOf(failed?.orderId ?? '')
    expect(left.status).toBe('new')
    expect([one, two]).toContain(left.id)
  })

  test('does not commit what its order does not ask for any more', async () => {
    const orderId = await bench.order('One')
    const plan = await bench.plan()
    const change = { headers: { 'if-match': '*' }, body: { durationMinutes: 300 } }
    await bench.call('changeOrder', { orderId }, change)
    expect((await commit(plan.id)).body.committed).toMatchObject({ items: 0, failed: 1 })
    expect((await bench.items(plan.id)).items[0]?.problem).toMatch(/takes 300 minutes by now/)
    expect((await orderOf(orderId)).status).toBe('new')
  })

  test('of what is left of it is refused where slots have changed since', async () => {
    const [one, two] = [await bench.order('One'), await bench.order('Two')]
    const other = await bench.order('Other')
    const plan = await bench.plan({ orderIds: [one, two] })
    await commit(plan.id, { orderIds: [one] })
    const body = { orderId: other, start: at(50), assets: [{ assetId: bench.assets[0], units: 1 }] }
    await bench.call('createSlot', {}, { body })
    expect((await commit(plan.id)).body).toMatchObject({ status: 409, reasons: [{ code: 'slot-changed' }] })
  })

  test('gives a slot its former time back where it made way for nothing', async () => {
    const [star] = bench.assets
    const requirements = [{ assetId: star }]
    const orderId = await bench.order('Moves', { requirements, value: 10 })
    const slot = { orderId, start: at(10), assets: [{ assetId: star, units: 1 }] }
    await bench.call('createSlot', {}, { body: slot })
    const dear = await bench.order('Dear', { requirements, release: at(10), due: at(11), value: 500 })
    const plan = await bench.plan({ mode: 'reshuffle' })
    const { items } = await bench.items(plan.id)
    const moved = items.find((item) => item.orderId === orderId)
    const booking = { assets: [{ assetId: star }], start: moved?.start, end: moved?.end }
    await bench.call('createReservation', {}, { body: booking })
    await commit(plan.id, { orderIds: [orderId] })
    expect((await bench.items(plan.id)).items.find((item) => item.orderId === orderId)?.problem).toMatch(/former time/)
    expect((await orderOf(orderId)).status).toBe('committed')
    expect((await slotsOf()).filter(({ status }) => status === 'committed')).toEqual([
      expect.objectContaining({ orderId, start: at(10) }),
    ])
    expect((await orderOf(dear)).status).toBe('new')
  })

  test('goes on with what it began with, and lets no other plan be committed meanwhile', async () => {
    const ids = [await bench.order('One'), await bench.order('Two')]
    const plan = await bench.plan()
    const { store } = bench.lab.world
    const original = store.commit
    store.commit = async (changes) => {
      if (changes.some((change) => 'kind' in change && change.kind === 'slot')) throw new Error('died')
      return original(changes)
    }
    await commit(plan.id, { tentative: true, orderIds: [ids[0]] })
    store.commit = original
    const other = await bench.plan({ seed: 9 })
    expect((await commit(other.id)).body).toMatchObject({ status: 409, detail: expect.stringContaining(plan.id) })
    await commit(plan.id, { tentative: true, orderIds: [ids[0]] })
    expect((await slotsOf()).map(({ orderId, status }) => [orderId, status])).toEqual([[ids[0], 'tentative']])
  })

  test('of a rejected or superseded plan is refused', async () => {
    await bench.order('One')
    const plan = await bench.plan()
    const other = await bench.plan({ seed: 7 })
    await bench.call('rejectPlan', { planId: plan.id }, { body: { reason: 'Too early' } })
    expect((await commit(plan.id)).body).toMatchObject({ status: 409, detail: expect.stringContaining('Too early') })
    const third = await bench.plan({ seed: 8 })
    await commit(other.id)
    expect((await commit(third.id)).body).toMatchObject({ status: 409, detail: expect.stringContaining('superseded') })
  })

  test('dies at any of its writes, and asked again comes to the same: each order has one slot', async () => {
    for (let dies = 1; dies < 40; dies++) {
      bench = await openBench()
      const ids = [await bench.order('One'), await bench.order('Two'), await bench.order('Three')]
      const plan = await bench.plan()
      const { store } = bench.lab.world
      const original = store.commit
      let commits = 0
      const reached = () => commits >= dies
      store.commit = async (changes) => {
        commits += 1
        // Half of the deaths come before the write, half after it.
        if (commits === dies && dies % 2 === 0) throw new Error('died')
        const result = await original(changes)
        if (commits === dies) throw new Error('died')
        return result
      }
      await commit(plan.id)
      store.commit = original
      const { body } = await commit(plan.id)
      expect(body, `dying at write ${dies}`).toMatchObject({ status: 'committed', committed: { items: 3, failed: 0 } })
      const slots = await slotsOf()
      expect(slots.map(({ orderId }) => orderId).toSorted()).toEqual(ids.toSorted())
      for (const id of ids) expect((await orderOf(id)).status).toBe('committed')
      if (!reached()) return expect(dies).toBeGreaterThan(5)
    }
  })

  test('moves what is not locked when it plans from scratch, and takes back what it has no room for', async () => {
    const cheap = await bench.order('Cheap', {
      requirements: [{ assetId: bench.assets[0] }],
      release: at(10),
      due: at(12),
      durationMinutes: 120,
      value: 10,
    })
    await commit((await bench.plan()).id)
    const dear = await bench.order('Dear', {
      requirements: [{ assetId: bench.assets[0] }],
      release: at(10),
      due: at(12),
      durationMinutes: 120,
      value: 900,
    })
    const around = await bench.plan({ mode: 'incremental' })
    expect((await bench.items(around.id)).leftOut[0]).toMatchObject({ orderId: dear, code: 'BLOCKED_BY_LOCKS' })
    const anew = await bench.plan({ mode: 'from-scratch' })
    expect((await commit(anew.id)).body.committed).toMatchObject({ items: 1, failed: 0 })
    expect((await orderOf(dear)).status).toBe('committed')
    expect((await orderOf(cheap)).status).toBe('new')
    const live = (await slotsOf()).filter(({ status }) => status === 'committed')
    expect(live.map(({ orderId }) => orderId)).toEqual([dear])
    const fires = [...bench.lab.timetable.entries.keys()]
    expect(fires).toEqual([live[0]?.scheduleId])
  })

  test('never moves a slot that is locked hard', async () => {
    const [asset] = bench.assets
    const orderId = await bench.order('Cheap', { requirements: [{ assetId: asset }], value: 1 })
    const { body: slot } = await bench.call(
      'createSlot',
      {},
      { body: { orderId, start: at(10), assets: [{ assetId: asset, units: 1 }], lock: 'hard' } },
    )
    await bench.order('Dear', { requirements: [{ assetId: asset }], release: at(10), due: at(11), value: 900 })
    for (const mode of ['from-scratch', 'reshuffle', 'repair']) {
      const plan = await bench.plan({ mode })
      expect((await bench.items(plan.id)).items, mode).toEqual([])
      await commit(plan.id, { force: 'To see' })
      expect((await bench.call('getSlot', { slotId: slot.id })).body, mode).toMatchObject({
        status: 'committed',
        start: at(10),
      })
    }
  })
})

describe('replanning', () => {
  test('an asset that goes down is noticed: what was on it goes elsewhere, and nothing else moves', async () => {
    const [star, vantage] = bench.assets
    const ids: string[] = []
    for (let i = 0; i < 6; i++) ids.push(await bench.order(`Order ${i}`, { due: at(100) }))
    await commit((await bench.plan()).id)
    const before = await slotsOf()
    const hit = before.filter(({ assets }) => assets[0]?.assetId === star)
    expect(hit.length).toBeGreaterThan(0)
    await bench.call(
      'changeAsset',
      { assetId: star },
      { headers: { 'if-match': '*' }, body: { status: 'maintenance' } },
    )
    const plan = await bench.plan({ mode: 'auto' })
    expect(plan).toMatchObject({ mode: 'repair', modeReason: expect.stringContaining('"Star"') })
    expect(plan.changes).toMatchObject({ kept: before.length - hit.length, moved: hit.length, dropped: 0, added: 0 })
    expect((await commit(plan.id)).body.committed).toMatchObject({ items: hit.length, failed: 0 })
    const after = (await slotsOf()).filter(({ status }) => status === 'committed')
    expect(after.map(({ orderId }) => orderId).toSorted()).toEqual(ids.toSorted())
    for (const slot of after) expect(slot.assets[0]?.assetId).toBe(vantage)
    for (const { id } of before.filter((slot) => !hit.includes(slot)))
      expect(after.map((slot) => slot.id)).toContain(id)
  })

  test('a reshuffle moves what pays for its move, keeps the rest where it is, and says what it changed', async () => {
    const [star] = bench.assets
    const flexible = await bench.order('Flexible', { requirements: [{ assetId: star }], value: 100 })
    const body = { orderId: flexible, start: at(10), assets: [{ assetId: star, units: 1 }], lock: 'soft' }
    const { body: slot } = await bench.call('createSlot', {}, { body })
    const quiet = await bench.plan({ mode: 'reshuffle' })
    expect(quiet.changes).toMatchObject({ kept: 1, moved: 0, dropped: 0, added: 0 })
    expect((await bench.items(quiet.id)).items).toEqual([expect.objectContaining({ state: 'kept', slotId: slot.id })])
    const window = { release: at(10), due: at(11) }
    const urgent = await bench.order('Urgent', { requirements: [{ assetId: star }], value: 500, ...window })
    const plan = await bench.plan({ mode: 'reshuffle' })
    expect(plan.changes).toMatchObject({ kept: 0, moved: 1, dropped: 0, added: 1, valueBefore: 100, valueAfter: 600 })
    await commit(plan.id)
    const live = (await slotsOf()).filter(({ status }) => status === 'committed')
    expect(live.map(({ orderId }) => orderId).toSorted()).toEqual([flexible, urgent].toSorted())
    expect(live.find(({ orderId }) => orderId === flexible)).toMatchObject({ source: 'reshuffle' })
  })

  test('a slot that was locked after the plan was made stays, even where the plan is committed by force', async () => {
    const [star] = bench.assets
    const requirements = [{ assetId: star }]
    const orderId = await bench.order('Soft', { requirements, value: 10 })
    const body = { orderId, start: at(10), assets: [{ assetId: star, units: 1 }] }
    const { body: slot } = await bench.call('createSlot', {}, { body })
    await bench.order('Dear', { requirements, release: at(10), due: at(11), value: 500 })
    const plan = await bench.plan({ mode: 'reshuffle' })
    expect(plan.changes.moved).toBe(1)
    await bench.call('lockSlot', { slotId: slot.id }, { body: { lock: 'hard' } })
    expect((await commit(plan.id)).status).toBe(409)
    expect((await commit(plan.id, { force: 'Now' })).body.committed).toMatchObject({ items: 0, failed: 2 })
    expect((await bench.call('getSlot', { slotId: slot.id })).body).toMatchObject({
      status: 'committed',
      start: at(10),
    })
  })

  test('changes no more slots than it may', async () => {
    const [star] = bench.assets
    const requirements = [{ assetId: star }]
    for (let i = 0; i < 4; i++) {
      const orderId = await bench.order(`Soft ${i}`, { requirements, value: 10 })
      const body = { orderId, start: at(10 + i), assets: [{ assetId: star, units: 1 }] }
      await bench.call('createSlot', {}, { body })
    }
    for (let i = 0; i < 4; i++)
      await bench.order(`Dear ${i}`, { requirements, release: at(10 + i), due: at(11 + i), value: 500 })
    const free = await bench.plan({ mode: 'reshuffle' })
    expect(free.changes.moved + free.changes.dropped).toBe(4)
    const bound = await bench.plan({ mode: 'reshuffle', maxChanges: 2 })
    expect(bound.changes.moved + bound.changes.dropped).toBeLessThanOrEqual(2)
    const still = await bench.plan({ mode: 'reshuffle', objective: 'fewest-changes', maxChanges: 0 })
    expect(still.changes).toMatchObject({ kept: 4, moved: 0, dropped: 0 })
  })
})

describe('editing and comparing', () => {
  test('an item is put elsewhere, checked at once, and committed there', async () => {
    const orderId = await bench.order('One', { due: at(100) })
    const plan = await bench.plan()
    const edit = (body: object) => bench.call('editPlanItem', { planId: plan.id, orderId }, { body })
    const [star] = bench.assets
    await bench.call('createReservation', {}, { body: { assets: [{ assetId: star }], start: at(30), end: at(31) } })
    expect((await edit({ start: at(30), assets: [{ assetId: star, units: 1 }] })).body).toMatchObject({
      status: 409,
      code: 'asset_busy',
    })
    expect((await edit({ start: at(99.5) })).body.reasons[0].code).toBe('after-due')
    expect((await edit({ start: at(40), assets: [{ assetId: star, units: 1 }] })).body).toMatchObject({
      state: 'edited',
      start: at(40),
      end: at(41),
    })
    await commit(plan.id)
    expect(await slotsOf()).toEqual([expect.objectContaining({ start: at(40), source: 'manual' })])
  })

  test('two items are not put onto one another', async () => {
    const [one, two] = [
      await bench.order('One', { requirements: [{ assetId: bench.assets[0] }] }),
      await bench.order('Two', { requirements: [{ assetId: bench.assets[0] }] }),
    ]
    const plan = await bench.plan()
    const { items } = await bench.items(plan.id)
    const start = items.find(({ orderId }) => orderId === one)?.start
    const { body } = await bench.call('editPlanItem', { planId: plan.id, orderId: two }, { body: { start } })
    expect(body.reasons[0]).toMatchObject({ code: 'clashes-in-plan' })
  })

  test('plans are compared order by order', async () => {
    const requirements = [{ assetId: bench.assets[0] }]
    const [one, two] = [await bench.order('One', { requirements }), await bench.order('Two')]
    const first = await bench.plan({ orderIds: [one] })
    const second = await bench.plan()
    await bench.call('editPlanItem', { planId: second.id, orderId: one }, { body: { start: at(60) } })
    const { body } = await bench.call('comparePlans', { planId: first.id }, { query: { with: second.id } })
    const changes = Object.fromEntries(
      body.differences.map(({ orderId, change }: { orderId: string; change: string }) => [orderId, change]),
    )
    expect(changes).toEqual({ [one]: 'moved', [two]: 'added' })
  })
})

describe('orders that follow one another in a circle', () => {
  test('are left out with the reason, and the others are planned', async () => {
    const [a, b, c] = [await bench.order('A'), await bench.order('B'), await bench.order('C')]
    for (const [id, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const order = (await bench.lab.world.store.get('order', { workspaceId, id })) as Order
      const value = { ...order, follows: { orderId: other, minMinutes: 0 }, version: order.version + 1 } as Order
      await bench.lab.world.store.commit([{ type: 'put', kind: 'order', value, expect: order.version }])
    }
    const plan = await bench.plan()
    const { items, leftOut } = await bench.items(plan.id)
    expect(items.map(({ orderId }) => orderId)).toEqual([c])
    expect(leftOut.map(({ code }) => code)).toEqual(['WAITS_FOR_OTHER', 'WAITS_FOR_OTHER'])
  })
})

describe('slots', () => {
  const placed = async (more: object = {}, order: object = {}) => {
    const orderId = await bench.order('One', order)
    const body = { orderId, start: at(30), assets: [{ assetId: bench.assets[0], units: 1 }], ...more }
    const { body: slot } = await bench.call('createSlot', {}, { body })
    return { orderId, slotId: slot.id as string, slot: slot as Slot }
  }
  const get = async (slotId: string): Promise<Slot> => (await bench.call('getSlot', { slotId })).body
  const passTo = async (hours: number): Promise<void> => {
    bench.lab.clock.nowMs = noon + hours * 3_600_000
    await settleSlots(workspaceId, bench.lab.world)
  }
  const runOf = async (slot: Slot, more: object): Promise<void> => {
    const id = runIdOfFiring(slot.scheduleId as ScheduleId, Date.parse(slot.start))
    const value = { ...documentOf('run', workspaceId, 'x'), id, scheduleId: slot.scheduleId, ...more } as never
    await bench.lab.world.store.commit([{ type: 'put', kind: 'run', value, expect: 'absent' }])
  }
  const over = (outcome: string) => ({
    status: 'ended',
    outcome,
    end: { at: at(31), reason: 'completed', message: 'It is over.' },
  })

  test('are locked by themselves two hours before they begin, and then stay', async () => {
    const { slotId } = await placed()
    await passTo(27.9)
    expect((await get(slotId)).lock).toBe('none')
    await passTo(28.1)
    expect((await get(slotId)).lock).toBe('hard')
    const cancel = (body: object) => bench.call('cancelSlot', { slotId }, { body: { reason: 'Not today', ...body } })
    expect((await cancel({})).body).toMatchObject({ status: 409, code: 'invalid_state' })
    expect((await cancel({ force: 'The instrument leaks' })).body).toMatchObject({
      status: 'cancelled',
      reason: expect.stringContaining('leaks'),
    })
  })

  test.each([
    { outcome: 'succeeded', slot: 'completed', order: 'completed' },
    { outcome: 'failed', slot: 'failed', order: 'new' },
    { outcome: 'skipped', slot: 'failed', order: 'new' },
  ])('whose run $outcome are $slot, and their order is $order', async ({ outcome, slot: status, order }) => {
    const { orderId, slotId, slot } = await placed()
    await runOf(slot, over(outcome))
    await passTo(31)
    await settleSlots(workspaceId, bench.lab.world)
    expect((await get(slotId)).status).toBe(status)
    expect((await orderOf(orderId)).status).toBe(order)
    const before = stored(bench.lab)
    await settleSlots(workspaceId, bench.lab.world)
    expect(stored(bench.lab)).toBe(before)
  })

  test('whose run never came have failed, and their order waits again', async () => {
    const { orderId, slotId } = await placed()
    await passTo(30.2)
    expect((await get(slotId)).status).toBe('committed')
    await passTo(30.6)
    expect(await get(slotId)).toMatchObject({ status: 'failed', reason: expect.stringContaining('never started') })
    expect((await orderOf(orderId)).status).toBe('new')
  })

  test('cancelled, their time is free, nothing starts, and their order waits again', async () => {
    const { orderId, slotId, slot } = await placed()
    expect((await bench.call('cancelSlot', { slotId }, { body: { reason: 'Not now' } })).status).toBe(200)
    expect((await orderOf(orderId)).status).toBe('new')
    expect(bench.lab.timetable.entries.size).toBe(0)
    expect((await bench.call('getReservation', { reservationId: slot.reservationId })).body.status).toBe('cancelled')
    expect((await bench.call('createSlot', {}, { body: { orderId, start: at(30), assets: slot.assets } })).status).toBe(
      201,
    )
  })

  test('that are only held start nothing; committed they do; not committed in time they are given up', async () => {
    const held = await placed({ tentative: true })
    expect(bench.lab.timetable.entries.size).toBe(0)
    expect((await orderOf(held.orderId)).status).toBe('planned')
    const { body } = await bench.call('commitSlot', { slotId: held.slotId }, { body: {} })
    expect(body).toMatchObject({ id: held.slotId, status: 'committed', reservationId: held.slot.reservationId })
    expect(bench.lab.timetable.entries.size).toBe(1)
    const other = await placed({ tentative: true, start: at(40) })
    await passTo(40.1)
    expect((await get(other.slotId)).status).toBe('failed')
    expect((await orderOf(other.orderId)).status).toBe('new')
  })

  test('keep what starts their run: it is changed with them alone', async () => {
    const { slot } = await placed()
    const schedule = { scheduleId: slot.scheduleId ?? '' }
    const sent = { headers: { 'if-match': '*' } }
    const refused = [
      await bench.call('deleteSchedule', schedule, { method: 'DELETE', ...sent }),
      await bench.call('changeSchedule', schedule, { ...sent, body: { rule: { kind: 'at', at: at(60) } } }),
      await bench.call('pauseSchedule', schedule, { ...sent, body: { note: 'No' } }),
    ]
    for (const { body } of refused)
      expect(body).toMatchObject({ status: 409, detail: expect.stringContaining(slot.id) })
  })

  test('are put where their order allows it alone', async () => {
    const orderId = await bench.order('Bound', { release: at(20), due: at(40) })
    const put = (assetId: string, start: string) =>
      bench.call('createSlot', {}, { body: { orderId, start, assets: [{ assetId, units: 1 }] } })
    const [star, , reader] = bench.assets
    expect((await put(reader, at(30))).body.reasons[0].code).toBe('other-assets')
    expect((await put(star, at(10))).body.reasons[0].code).toBe('before-release')
    expect((await put(star, at(39.5))).body.reasons[0].code).toBe('after-due')
    expect((await put(star, at(30))).status).toBe(201)
  })

  test('without a protocol are done when a person says so', async () => {
    const { orderId, slotId } = await placed({}, { protocolId: undefined })
    await passTo(30.1)
    expect((await get(slotId)).status).toBe('executing')
    await bench.call('completeSlot', { slotId }, { body: { note: 'Went well' } })
    expect((await orderOf(orderId)).status).toBe('completed')
  })

  test('onto time that is taken, in the past, or of an order that has one are refused', async () => {
    const { orderId, slot } = await placed()
    const other = await bench.order('Two')
    const place = (body: object) =>
      bench.call('createSlot', {}, { body: { start: at(30), assets: slot.assets, ...body } })
    expect((await place({ orderId: other })).body).toMatchObject({ status: 409, code: 'asset_busy' })
    expect((await place({ orderId, start: at(50) })).body).toMatchObject({ status: 409, code: 'invalid_state' })
    expect((await place({ orderId: other, start: at(-5) })).status).toBeGreaterThanOrEqual(400)
    expect((await place({ orderId: 'ord_none' })).status).toBe(404)
  })
})
