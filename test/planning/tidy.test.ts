import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkPlan } from '#domain/planning/check.ts'
import type { Placement, Problem } from '#domain/planning/problem.ts'
import { search } from '#domain/planning/search.ts'
import { deviationOf, type TidyWeights } from '#domain/planning/tidy.ts'
import { randomProblem } from './generate.ts'

const seeds = fc.integer({ min: 1, max: 1_000_000 })
const problems = fc
  .tuple(seeds, fc.integer({ min: 1, max: 25 }), fc.integer({ min: 1, max: 5 }), fc.boolean())
  .map(([seed, jobs, lanes, companions]) => randomProblem(seed, { jobs, lanes, horizon: 80, companions }))
const nothing: TidyWeights = { earliness: 0, load: 0, changeover: 0 }
const weights = fc.record({
  earliness: fc.constantFrom(0, 0.5, 3),
  load: fc.constantFrom(0, 0.3, 3),
  changeover: fc.constantFrom(0, 0.2, 3),
})

const startsOf = (placements: readonly Placement[]): number => placements.reduce((sum, { start }) => sum + start, 0)

/** Spread of the time that each lane that some job may use is busy. */
const spreadOf = ({ lanes, jobs }: Problem, placements: readonly Placement[]): number => {
  const usable = new Set(jobs.flatMap(({ options }) => options.flatMap(({ needs }) => needs.flat())))
  const busy = lanes.map(() => 0)
  for (const { job, option, lanes: taken } of placements)
    for (const lane of taken) busy[lane]! += jobs[job]!.options[option]!.duration
  return deviationOf(busy.filter((_, lane) => usable.has(lane)))
}

describe('what counts between plans of the same value', () => {
  test('never costs value, whatever it weighs', () => {
    fc.assert(
      fc.property(problems, seeds, weights, (problem, seed, tidy) => {
        const without = search(problem, { seed, iterations: 100 })
        const tidied = search(problem, { seed, iterations: 100, tidy })
        expect(checkPlan(problem, tidied.placements)).toEqual({ violations: [], value: tidied.value })
        expect(tidied.value).toBeGreaterThanOrEqual(without.value)
      }),
      { numRuns: 120 },
    )
  })

  test('makes starts earlier, or the load of lanes more alike, where the value stays', () => {
    let earlier = 0
    let evener = 0
    fc.assert(
      fc.property(problems, seeds, (problem, seed) => {
        const plan = (tidy: TidyWeights) => search(problem, { seed, iterations: 100, tidy })
        const plain = plan(nothing)
        const early = plan({ ...nothing, earliness: 1 })
        const even = plan({ ...nothing, load: 1 })
        const isComparable = (other: typeof plain) =>
          other.value === plain.value && other.placements.length === plain.placements.length
        if (isComparable(early)) {
          expect(startsOf(early.placements)).toBeLessThanOrEqual(startsOf(plain.placements))
          if (startsOf(early.placements) < startsOf(plain.placements)) earlier++
        }
        if (isComparable(even)) {
          const [after, before] = [spreadOf(problem, even.placements), spreadOf(problem, plain.placements)]
          expect(after).toBeLessThanOrEqual(before + 1e-9)
          if (after < before - 1e-9) evener++
        }
      }),
      { numRuns: 120 },
    )
    expect(earlier).toBeGreaterThan(10)
    expect(evener).toBeGreaterThan(10)
  })
})
