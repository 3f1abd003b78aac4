import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  companionReasons,
  type Follows,
  isWithin,
  leewayAfter,
  leewayBefore,
  type Place,
} from '#domain/orders/companion.ts'
import { placeOf } from '#domain/plans/place.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import { localTime } from '#domain/zone.ts'
import { at, type Bench, openBench } from './bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = await openBench()
})

const zone = 'Pacific/Auckland'
const hour = 3_600_000
const dayOf = (ms: number): string => localTime(zone, ms).slice(0, 10)
const codes = (body: { reasons?: { code: string }[] }): string[] => (body.reasons ?? []).map(({ code }) => code)
const commit = (planId: string, body: object = {}) => bench.call('commitPlan', { planId }, { body })
const put = (orderId: string, start: string, asset = bench.assets[0]) =>
  bench.call('createSlot', {}, { body: { orderId, start, assets: [{ assetId: asset, units: 1 }] } })
const itemOf = (items: readonly PlanItem[], id: string) => items.find(({ orderId }) => orderId === id) as PlanItem

describe('what a companion may do', () => {
  const asset = fc.constantFrom('ast_a' as const, 'ast_b' as const)
  const place = fc
    .record({ from: fc.integer({ min: 0, max: 3 * 96 }), long: fc.integer({ min: 1, max: 40 }), asset })
    .map(({ from, long, asset: id }): Place => {
      // Over the night in which the clocks of the zone go back.
      const startMs = Date.parse('2026-04-03T12:00:00Z') + (from * hour) / 4
      return { startMs, endMs: startMs + (long * hour) / 4, assetIds: [id] }
    })
  const follows = fc
    .record({
      minMinutes: fc.integer({ min: 0, max: 300 }),
      more: fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined }),
      sameDay: fc.boolean(),
      otherAssets: fc.boolean(),
      fromStart: fc.boolean(),
    })
    .map(
      ({ minMinutes, more, sameDay, otherAssets, fromStart }): Follows => ({
        orderId: 'ord_a',
        minMinutes,
        ...(more !== undefined && { maxMinutes: minMinutes + more }),
        ...(sameDay && { sameDay, timeZone: zone }),
        otherAssets,
        ...(fromStart && { from: 'start' }),
      }),
    )

  test('is told alike from either side: by where the other stands, and where the companion does', () => {
    fc.assert(
      fc.property(follows, place, place, (bond, other, companion) => {
        const fits = companionReasons(bond, companion, other).length === 0
        const minutesOf = ({ startMs, endMs }: Place): number => (endMs - startMs) / 60_000
        expect(isWithin(leewayAfter(bond, minutesOf(companion), other), companion)).toBe(fits)
        const crosses = dayOf(companion.startMs) !== dayOf(companion.endMs - 1)
        if (!bond.sameDay || !crosses)
          expect(isWithin(leewayBefore(bond, minutesOf(other), companion), other)).toBe(fits)
        if (fits && bond.sameDay) {
          expect(dayOf(companion.startMs)).toBe(dayOf(other.endMs - 1))
          expect(dayOf(companion.endMs - 1)).toBe(dayOf(other.endMs - 1))
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('plans', () => {
  test('keep every bond between the orders in them, and all of it can be committed', async () => {
    const bonds = fc.record({
      follows: fc.integer({ min: 0, max: 5 }),
      minMinutes: fc.constantFrom(0, 30, 240),
      maxMinutes: fc.constantFrom(undefined, 300, 1_440),
      sameDay: fc.boolean(),
      otherAssets: fc.boolean(),
      from: fc.constantFrom(undefined, 'start'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(bonds, { minLength: 4, maxLength: 7 }), async (all) => {
        bench = await openBench()
        const ids: string[] = []
        for (const [index, { follows, sameDay, maxMinutes, from, ...bond }] of all.entries()) {
          const orderId = ids[follows]
          const more = {
            ...bond,
            ...(from && { from }),
            ...(maxMinutes && { maxMinutes }),
            ...(sameDay && { sameDay, timeZone: zone }),
          }
          ids.push(
            await bench.order(`O${index}`, {
              durationMinutes: 90,
              due: at(60),
              ...(orderId && { follows: { orderId, ...more } }),
            }),
          )
        }
        const plan = await bench.plan({ iterations: 60 })
        const { items, leftOut } = await bench.items(plan.id)
        expect(items.length + leftOut.length).toBe(ids.length)
        const places = new Map(items.map((item) => [item.orderId as string, placeOf(item)]))
        for (const item of items) {
          const { follows } = (await bench.call('getOrder', { orderId: item.orderId })).body
          const other = follows && places.get(follows.orderId)
          if (follows) expect(companionReasons(follows, placeOf(item), other as Place)).toEqual([])
        }
        const { body } = await commit(plan.id)
        expect(body.committed).toMatchObject({ items: items.length, failed: 0 })
      }),
      { numRuns: 12, seed: 20_261_121 },
    )
  })

  test('put a companion around an order that stands already, in progress or done', async () => {
    const parent = await bench.order('Parent', { protocolId: undefined })
    const slot = (await put(parent, at(3))).body
    const bond = { orderId: parent, minMinutes: 30, sameDay: true, timeZone: zone, otherAssets: true }
    const companion = await bench.order('Companion', { follows: bond })
    const check = async () => {
      const item = itemOf((await bench.items((await bench.plan({ freezeMinutes: 0 })).id)).items, companion)
      expect(companionReasons({ ...bond, orderId: slot.orderId }, placeOf(item), placeOf(slot))).toEqual([])
      expect(item.assets[0]?.assetId).toBe(bench.assets[1])
    }
    await check()
    bench.lab.clock.nowMs = Date.parse(at(4))
    await bench.call('completeSlot', { slotId: slot.id }, { body: {} })
    await check()
  })

  test('say what binds an order that is left out', async () => {
    const parent = await bench.order('Parent', { requirements: [{ assetId: bench.assets[2] }], protocolId: undefined })
    await put(parent, at(3), bench.assets[2])
    const only = { requirements: [{ assetId: bench.assets[2] }], protocolId: undefined }
    const other = await bench.order('Other asset', { ...only, follows: { orderId: parent, otherAssets: true } })
    const day = { orderId: parent, sameDay: true, timeZone: zone, minMinutes: 1_440 }
    const never = await bench.order('Same day', { ...only, follows: day })
    const { leftOut } = await bench.items((await bench.plan()).id)
    const messages = Object.fromEntries(leftOut.map(({ orderId, message }) => [orderId, message]))
    expect(messages[other]).toContain(`It follows order ${parent}, which ends at ${at(4)}, on other assets.`)
    expect(messages[never]).toContain(`on the same day (${zone})`)
  })

  test('leave out what follows an order that has no place', async () => {
    const parent = await bench.order('Parent', { requirements: [{ capability: 'flying' }], protocolId: undefined })
    const plain = await bench.order('Plain', { follows: { orderId: parent } })
    const particular = await bench.order('Particular', { follows: { orderId: plain, otherAssets: true } })
    const { items, leftOut } = await bench.items((await bench.plan()).id)
    expect(items).toEqual([])
    expect(Object.fromEntries(leftOut.map(({ orderId, code }) => [orderId, code]))).toEqual({
      [parent]: 'NO_CAPABLE_ASSET',
      [plain]: 'WAITS_FOR_OTHER',
      [particular]: 'WAITS_FOR_OTHER',
    })
  })

  test('that move an order leave its companion, which stays, in reach', async () => {
    const [star, vantage] = bench.assets
    const parent = await bench.order('Parent', { requirements: [{ assetId: star }], due: at(60) })
    const companion = await bench.order('Companion', {
      follows: { orderId: parent, maxMinutes: 120, otherAssets: true },
    })
    await put(parent, at(20))
    const { body: slot } = await put(companion, at(22), vantage)
    await bench.call('lockSlot', { slotId: slot.id }, { body: { lock: 'hard' } })
    const { items } = await bench.items((await bench.plan({ mode: 'from-scratch' })).id)
    const moved = itemOf(items, parent)
    const bond = { orderId: moved.orderId, minMinutes: 0, maxMinutes: 120, otherAssets: true }
    expect(companionReasons(bond, placeOf(slot), placeOf(moved))).toEqual([])
  })
})

describe('by hand', () => {
  const bonded = async (more: object) => {
    const parent = await bench.order('Parent')
    return { parent, companion: await bench.order('Companion', { follows: { orderId: parent, ...more } }) }
  }

  test.each([
    ['too early', { minMinutes: 60 }, 4.5, 1, 'too-soon-after'],
    ['too late', { maxMinutes: 60 }, 5.5, 1, 'too-late-after'],
    ['on another day', { sameDay: true, timeZone: zone }, 30, 1, 'other-day'],
    ['too early after its start', { minMinutes: 60, from: 'start' }, 3.5, 1, 'too-soon-after'],
    ['too late after its start', { maxMinutes: 60, from: 'start' }, 4.5, 1, 'too-late-after'],
    ['on the same instrument', { otherAssets: true }, 5, 0, 'same-assets'],
  ] as const)('a slot %s is refused', async (_what, more, hours, asset, code) => {
    const { parent, companion } = await bonded(more)
    expect(codes((await put(companion, at(hours), bench.assets[asset])).body)).toEqual(['waits-for-other'])
    expect((await put(parent, at(3))).status).toBe(201)
    const refused = await put(companion, at(hours), bench.assets[asset])
    expect(refused.status).toBe(422)
    expect(codes(refused.body)).toEqual([code])
  })

  test('a companion may be there while the other is under way, where that is what is asked', async () => {
    const { parent, companion } = await bonded({ minMinutes: 15, maxMinutes: 30, from: 'start', otherAssets: true })
    expect((await put(parent, at(3))).status).toBe(201)
    expect((await put(companion, at(3.25), bench.assets[1])).status).toBe(201)
  })

  test('an item of a plan is moved neither away from its companion nor from the one that it follows', async () => {
    const { parent, companion } = await bonded({ minMinutes: 30, maxMinutes: 120 })
    const plan = await bench.plan()
    const edit = async (orderId: string, body: object) =>
      codes((await bench.call('editPlanItem', { planId: plan.id, orderId }, { body })).body)
    const { start } = itemOf((await bench.items(plan.id)).items, companion)
    const later = new Date(Date.parse(start) + 8 * hour).toISOString()
    expect(await edit(parent, { start: later })).toEqual(['companion-too-soon-after'])
    expect(await edit(companion, { start: later })).toEqual(['too-late-after'])
    expect(await edit(parent, { drop: true })).toEqual([])
    expect(await edit(companion, { start: at(5) })).toEqual(['waits-for-other'])
  })

  test('a companion alone is not committed, and says why', async () => {
    const { parent, companion } = await bonded({ minMinutes: 30 })
    const plan = await bench.plan()
    expect((await commit(plan.id, { orderIds: [companion] })).body.committed).toMatchObject({ items: 0, failed: 1 })
    const { items } = await bench.items(plan.id)
    expect(itemOf(items, companion).problem).toContain(`order ${parent}, which it follows, has no slot`)
  })

  test('a day without a zone, and a zone without a day, are refused', async () => {
    const parent = await bench.order('Parent')
    for (const follows of [{ sameDay: true }, { timeZone: zone }, { sameDay: true, timeZone: 'Mars/Olympus' }]) {
      const body = {
        name: 'C',
        durationMinutes: 5,
        requirements: [{ capability: 'reading' }],
        follows: { orderId: parent, ...follows },
      }
      expect((await bench.call('createOrder', {}, { body })).status).toBe(422)
    }
  })
})
