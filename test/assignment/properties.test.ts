import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkAssignment, everyStart, type Given, mightBe } from '#domain/assignment/check.ts'
import { leastDays, mostBumps } from '#domain/assignment/may-bump.ts'
import { dueOf, scoreOf } from '#domain/assignment/order-of-work.ts'
import type { AssetId } from '#domain/ids.ts'
import type { PlanInput, PlannedOrder } from '#domain/plans/plan-input.ts'
import { dayMs, minutes } from '#domain/time.ts'
import { crowdedWorld, randomWorld } from './generate.ts'
import { assign, givenOf, monday } from './world.ts'

const worlds = fc
  .integer({ min: 1, max: 2_000_000_000 })
  .map((seed) => ({ seed, input: seed % 2 === 0 ? randomWorld(seed) : crowdedWorld(seed) }))

const choices = (lists: readonly (readonly AssetId[])[]): AssetId[][] =>
  lists.reduce<AssetId[][]>((found, list) => found.flatMap((some) => list.map((one) => [...some, one])), [[]])

/** Somewhere that an order could be, with all else as it stands. */
const anywhere = (input: PlanInput, given: readonly Given[], planned: PlannedOrder): Given | undefined => {
  const { id, durationMinutes } = planned.order
  for (const startMs of everyStart(planned, input, 5))
    for (const assetIds of choices(planned.candidates)) {
      const one = { orderId: id, startMs, endMs: startMs + minutes(durationMinutes), assetIds, kept: false }
      if (mightBe(input, given, one)) return one
    }
  return undefined
}

test('no hard rule is ever broken, and every order is either somewhere or left out with the reason', () => {
  fc.assert(
    fc.property(worlds, fc.nat(4), ({ input }, maxChanges) => {
      const answer = assign(input, { maxChanges })
      const given = givenOf(input, answer)
      expect(checkAssignment(input, given)).toEqual([])
      const told = [...given, ...answer.leftOut].map(({ orderId }) => orderId)
      expect(told.toSorted()).toEqual(input.orders.map(({ order }) => order.id).toSorted())
      const kept = new Set(given.flatMap(({ orderId, kept: stays }) => (stays ? [orderId] : [])))
      const slots = input.orders.filter(({ slot, mayStay }) => slot && mayStay !== false)
      expect(slots.filter(({ order }) => !kept.has(order.id)).length).toBeLessThanOrEqual(maxChanges)
    }),
    { numRuns: 150 },
  )
})

test('a bump never breaks its conditions, and is told on both sides', () => {
  const outcomes = new Map<string, number>()
  fc.assert(
    fc.property(worlds, ({ input }) => {
      const { assigned, leftOut, drafts } = assign(input)
      const orders = new Map(input.orders.map((planned) => [planned.order.id, planned]))
      const placed = new Map(drafts.map((draft) => [draft.planned.order.id, draft]))
      const isBound = (id: string): boolean =>
        input.orders.some(({ order: { id: own, follows } }) => follows && (own === id || follows.orderId === id))
      const due = ({ order }: PlannedOrder): number => dueOf(order, input.span)
      for (const [id, { swaps = [], score }] of assigned)
        for (const swap of swaps) {
          outcomes.set(swap.outcome, (outcomes.get(swap.outcome) ?? 0) + 1)
          const [by, victim] = [orders.get(id), orders.get(swap.orderId)]
          if (!by || !victim) throw new Error('somebody unknown made way')
          const { slot, order } = victim
          expect(due(victim)).toBeGreaterThan(due(by))
          expect(due(victim) - monday).toBeGreaterThanOrEqual(leastDays * dayMs)
          expect(swap.score).toBe(scoreOf(due(victim), monday))
          expect(swap.score).toBeGreaterThan(score)
          expect(isBound(order.id) || order.byHandOnly !== undefined || slot?.lock === 'hard').toBe(false)
          expect(order.timesBumped ?? 0).toBeLessThan(mostBumps)
          if (slot) expect(Date.parse(slot.start)).toBeGreaterThanOrEqual(input.freezeMs)
          expect(placed.has(order.id)).toBe(swap.outcome !== 'unassigned')
        }
      // Whoever made way names an order that tells it.
      const made = [...assigned].flatMap(([id, { bumpedBy }]) => (bumpedBy ? [[id, bumpedBy] as const] : []))
      const lost = leftOut.flatMap(({ orderId, bumpedBy }) => (bumpedBy ? [[orderId, bumpedBy] as const] : []))
      for (const [id, by] of [...made, ...lost])
        expect(assigned.get(by)?.swaps?.map(({ orderId }) => orderId)).toContain(id)
      // A slot that is given up made way for something.
      for (const { orderId, slotId, code } of leftOut) if (slotId) expect([orderId, code]).toEqual([orderId, 'BUMPED'])
    }),
    { numRuns: 300 },
  )
  expect([...outcomes.keys()].toSorted()).toEqual(['elsewhere', 'forward', 'unassigned'])
})

test('where it is said that nobody can take an order, nobody can', () => {
  let told = 0
  fc.assert(
    fc.property(worlds, ({ seed, input }) => {
      const answer = assign(input)
      const given = givenOf(input, answer)
      for (const { orderId, code, message } of answer.leftOut) {
        const planned = input.orders.find(({ order }) => order.id === orderId)
        if (
          !planned ||
          !['NOBODY_AVAILABLE', 'INVALID_WINDOW', 'INSIDE_FREEZE', 'BUMPED', 'NO_CAPABLE_ASSET'].includes(code)
        )
          continue
        told++
        expect({ seed, orderId, message, place: anywhere(input, given, planned) }).toMatchObject({ place: undefined })
      }
    }),
    { numRuns: 40 },
  )
  expect(told).toBeGreaterThan(20)
})

test('the same question and seed give the same answer, in whatever order it is asked', () => {
  fc.assert(
    fc.property(worlds, fc.nat(1_000), ({ input }, seed) => {
      const orders = input.orders.toReversed()
      const assets = input.assets.toReversed()
      const byId = (answer: ReturnType<typeof assign>) => ({
        items: givenOf(input, answer).toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1)),
        leftOut: answer.leftOut.toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1)),
      })
      const first = byId(assign(input, { seed }))
      expect(byId(assign({ ...input, orders, assets }, { seed }))).toEqual(first)
    }),
    { numRuns: 50 },
  )
})
