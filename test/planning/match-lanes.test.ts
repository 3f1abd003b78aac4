/** Lanes for many needs at once: found wherever there are any, in no time. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bestFit } from '#domain/planning/greedy.ts'
import { matchLanes } from '#domain/planning/match-lanes.ts'
import type { Job, Problem } from '#domain/planning/problem.ts'

const lanesOf = (choices: readonly (readonly number[])[]): number[] | undefined =>
  matchLanes(
    choices.length,
    (need) => choices[need]!.length,
    (need, index) => choices[need]![index]!,
  )?.map((index, need) => choices[need]![index]!)

const isPossible = ([first, ...others]: readonly (readonly number[])[], taken: readonly number[] = []): boolean =>
  !first || first.some((lane) => !taken.includes(lane) && isPossible(others, [...taken, lane]))

test('each need gets a lane of its own, exactly where that is possible', () => {
  const needs = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), { maxLength: 5 })
  fc.assert(
    fc.property(needs, (choices) => {
      const found = lanesOf(choices)
      expect(found !== undefined).toBe(isPossible(choices))
      if (!found) return
      expect(new Set(found).size).toBe(choices.length)
      expect(found.every((lane, need) => choices[need]!.includes(lane))).toBe(true)
    }),
  )
})

test('a job on 19 of 20 lanes of which 18 are free is left out at once', () => {
  const all = Array.from({ length: 20 }, (_, lane) => lane)
  const job = (needs: number, value: number): Job => ({
    value,
    dropCost: 0,
    options: [{ needs: Array.from({ length: needs }, () => all), open: 0, close: 0, duration: 10, node: -1, gain: 0 }],
  })
  const problem: Problem = {
    lanes: all.map(() => ({ openings: [[0, 10]], asset: 0, first: -1, last: -1 })),
    fixed: [],
    jobs: [job(2, 100), job(19, 1)],
    changeover: { size: 0, times: new Int32Array(0) },
  }
  expect(bestFit(problem).placements.map(({ job }) => job)).toEqual([0])
})
