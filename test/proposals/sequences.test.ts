import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHooks } from '#adapters/webhooks/hooks.ts'
import { resumeCommits } from '#application/plans/resume-commits.ts'
import { lookAfterProposals } from '#application/proposals/look-after-proposals.ts'
import { foldEntries } from '#domain/audit/entry.ts'
import type { OrderId } from '#domain/ids.ts'
import { companionReasons } from '#domain/orders/companion.ts'
import { placeOf } from '#domain/plans/place.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { workspaceId } from '../api/laboratory.ts'
import { at, type Bench, copyOf, givesUp, liveStatuses, moved, openBench, proposed, takingFrom } from './bench.ts'

/** Orders of all kinds: three plain ones, two with a companion, one of those with a slot. */
const openAnew = async () => {
  const bench = await openBench()
  const plain = [await bench.order('A'), await bench.order('B'), await bench.order('C')]
  const parents = [await bench.order('P'), await bench.order('Q')]
  const children: string[] = []
  for (const orderId of parents) {
    const follows = { orderId, minMinutes: 30, maxMinutes: 180, otherAssets: true }
    children.push(await bench.order('Visit', { follows, protocolId: undefined }))
  }
  return { bench, plain, parents, children, all: [...plain, ...parents, ...children] }
}
type Opened = Awaited<ReturnType<typeof openAnew>>

const order = fc.nat({ max: 6 })
const hour = fc.integer({ min: 4, max: 14 })
const asset = fc.nat({ max: 1 })
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('plan' as const),
      places: fc.array(fc.tuple(order, hour, asset), { maxLength: 7 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('approve' as const),
      orders: fc.option(fc.uniqueArray(order, { minLength: 1, maxLength: 4 })),
      back: fc.nat({ max: 1 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('reject' as const),
      orders: fc.uniqueArray(order, { minLength: 1, maxLength: 2 }),
      back: fc.nat({ max: 1 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('edit' as const), order, hour, back: fc.nat({ max: 1 }) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), order }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('book' as const), hour, asset }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 6, 40) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** An assignment that puts orders somewhere, well or badly, and whoever has a slot there out of the way. */
const planned = async (
  { bench, all }: Opened,
  places: readonly (readonly [number, number, number])[],
): Promise<string> => {
  const live = await bench.live()
  const slotOf = (orderId: string): Slot | undefined => live.find((slot) => slot.orderId === orderId)
  const items = new Map<string, PlanItem>()
  const out = new Map<string, ReturnType<typeof givesUp>>()
  for (const [index, hours, on] of places) {
    const orderId = all[index] ?? ''
    if (items.has(orderId) || out.has(orderId)) continue
    const { follows } = (await bench.call('getOrder', { orderId })).body
    const bond = follows && { follows: follows.orderId as OrderId }
    const slot = slotOf(orderId)
    const start = at(hours + (bench.lab.clock.nowMs - Date.parse(at(0))) / 3_600_000)
    const assetId = bench.assets[on] ?? ''
    if (slot)
      items.set(orderId, {
        ...moved(slot, start, ''),
        assigned: { because: [], score: 1, wave: 'rest' },
        assets: [{ assetId: assetId as 'ast_a', units: 1 }],
        ...bond,
      })
    else {
      const [first, ...more] = live.filter(
        (one) =>
          one.start === start && one.assets[0]?.assetId === assetId && !items.has(one.orderId) && !out.has(one.orderId),
      )
      items.set(orderId, proposed(orderId, assetId, start, { ...bond, ...(first && takingFrom(first.orderId)) }))
      if (first && more.length === 0 && hours % 2 === 0) out.set(first.orderId, givesUp(first, orderId))
      else if (first)
        items.set(first.orderId, {
          ...moved(first, at(30 + hours), orderId),
          ...(first.follows && { follows: first.follows.orderId }),
        })
    }
  }
  return (await bench.assignment([...items.values()], [...out.values()])).id
}

const take = async (opened: Opened, plans: string[], one: Step): Promise<void> => {
  const { bench, all } = opened
  const planId = 'back' in one ? plans.at(-1 - one.back) : undefined
  const named = (indexes: readonly number[]) => indexes.flatMap((index) => all[index] ?? [])
  switch (one.do) {
    case 'plan':
      plans.push(await planned(opened, one.places))
      return
    case 'approve':
      if (planId) await bench.approve(planId, one.orders ? named(one.orders) : undefined)
      return
    case 'reject':
      if (planId) await bench.reject(planId, named(one.orders))
      return
    case 'edit':
      if (planId)
        await bench.call(
          'editProposal',
          { assignmentId: planId, orderId: all[one.order] ?? '' },
          { body: { start: at(one.hour) } },
        )
      return
    case 'cancel': {
      const slot = (await bench.live()).find(({ orderId }) => orderId === all[one.order])
      if (slot) await bench.call('cancelSlot', { slotId: slot.id }, { body: { reason: 'Not today' } })
      return
    }
    case 'book':
      await bench.call(
        'createReservation',
        {},
        { body: { assets: [{ assetId: bench.assets[one.asset] }], start: at(one.hour), end: at(one.hour + 1) } },
      )
      return
    case 'wait':
      for (let minute = 0; minute < one.minutes; minute += 6) {
        bench.lab.clock.nowMs += Math.min(6, one.minutes) * 60_000
        await resumeCommits(workspaceId, bench.lab.world, () => false)
        await lookAfterProposals(workspaceId, bench.lab.world, () => false)
      }
  }
}

/** What must hold whatever people do. */
const check = (bench: Bench): void => {
  const { documents, audit } = bench.lab.world.store.everything()
  const all = [...documents]
  const live = all.flatMap(([key, value]) =>
    key.startsWith('slot/') && liveStatuses.includes((value as Slot).status) ? [value as Slot] : [],
  )
  for (const slot of live) {
    const others = live.filter((one) => one !== slot && one.assets[0]?.assetId === slot.assets[0]?.assetId)
    expect(
      others.filter(({ start, end }) => start < slot.end && slot.start < end),
      'two at once',
    ).toEqual([])
    if (!slot.follows) continue
    const other = live.find(({ orderId }) => orderId === slot.follows?.orderId)
    expect(other, `${slot.orderId} follows what has no slot`).toBeDefined()
    if (other) expect(companionReasons(slot.follows, placeOf(slot), placeOf(other))).toEqual([])
  }
  expect(new Set(live.map(({ orderId }) => orderId)).size, 'one slot for each order').toBe(live.length)
  for (const [key, value] of all)
    if (key.startsWith('proposal/') || key.startsWith('plan/') || key.startsWith('slot/'))
      expect(foldEntries(audit.get(`${workspaceId}/${(value as { id: string }).id}`) ?? []), key).toEqual(value)
}

let sample: Promise<Opened> | undefined
test('whatever people do, companions follow, nothing stands in the way of another, and histories add up', async () => {
  sample ??= openAnew()
  const opened = await sample
  let approved = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const bench = copyOf(opened.bench)
      Object.assign(bench.lab.world.hooks, createHooks(bench.lab.world.clock, false))
      const plans: string[] = []
      plans.push(
        await planned({ ...opened, bench }, [
          [0, 6, 0],
          [3, 8, 0],
          [5, 10, 1],
          [4, 12, 0],
        ]),
      )
      for (const one of steps) {
        await take({ ...opened, bench }, plans, one)
        check(bench)
      }
      approved += (await bench.live()).length
    }),
    { numRuns: 15 },
  )
  // It is about something.
  expect(approved).toBeGreaterThan(10)
})
