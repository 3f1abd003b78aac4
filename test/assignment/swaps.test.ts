import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeRoom } from '#domain/assignment/bump.ts'
import { staying } from '#domain/assignment/companions.ts'
import { makeState, type State } from '#domain/assignment/state.ts'
import { taskOf } from '#domain/assignment/task.ts'
import type { PlanInput } from '#domain/plans/plan-input.ts'
import { crowdedWorld, randomWorld } from './generate.ts'
import { assign, monday } from './world.ts'

/** Everything that a swap may change. */
const told = (s: State) => ({
  placed: [...s.placed]
    .map(([id, { startMs, on }]) => [id, startMs, on.map(({ agenda }) => agenda.asset.id)])
    .toSorted(),
  entries: [...s.agendas.values()].map(({ asset, entries }) => [
    asset.id,
    entries.map(({ startMs, endMs, units }) => [startMs, endMs, units]).toSorted(),
  ]),
  beginning: [...s.beginning].filter(([, count]) => count > 0).toSorted(),
  changed: [...s.changed].toSorted(),
  bumps: s.bumps.length,
})

test('a swap leaves no fewer orders with a place, or nothing changed at all', () => {
  let [done, undone] = [0, 0]
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), fc.nat(5), (seed, maxChanges) => {
      const input = crowdedWorld(seed)
      const s = makeState(input, { seed: 1, nowMs: monday, maxChanges }, staying(input.orders))
      for (const planned of input.orders.filter(({ slot }) => !slot)) {
        const before = told(s)
        if (makeRoom(s, taskOf(planned, s), 'rest')) {
          done++
          expect(s.placed.has(planned.order.id)).toBe(true)
          expect(s.placed.size).toBeGreaterThanOrEqual(before.placed.length)
          expect(s.changed.size).toBeLessThanOrEqual(maxChanges)
        } else {
          undone++
          expect(told(s)).toEqual(before)
        }
      }
    }),
    { numRuns: 100, seed: 20_261_130 },
  )
  expect(Math.min(done, undone)).toBeGreaterThan(30)
})

/** The same, but that everything was bumped so often already that nothing makes way. */
const withoutSwaps = (input: PlanInput): PlanInput => ({
  ...input,
  orders: input.orders.map((planned) => ({ ...planned, order: { ...planned.order, timesBumped: 3 } })),
})

// One swap never costs a place; what comes after it may find none then: in one of some thousand worlds there is one fewer.
test('with swaps more orders have a place, in each of these worlds no fewer', () => {
  const count = ([from, to]: readonly [number, number], world: (seed: number) => PlanInput) => {
    let more = 0
    for (let seed = from; seed <= to; seed++) {
      const input = world(seed)
      const [swapping, not] = [assign(input), assign(withoutSwaps(input))].map(({ drafts }) => drafts.length)
      expect(swapping, `seed ${seed}`).toBeGreaterThanOrEqual(not ?? 0)
      more += (swapping ?? 0) - (not ?? 0)
    }
    return more
  }
  expect(count([1, 100], crowdedWorld)).toBeGreaterThan(30)
  expect(count([1, 60], randomWorld)).toBeGreaterThanOrEqual(0)
})
