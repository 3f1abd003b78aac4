import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkPlan } from '#domain/planning/check.ts'
import { bestFit, firstFit } from '#domain/planning/greedy.ts'
import type { Problem, Solution } from '#domain/planning/problem.ts'
import { type SearchProgress, search } from '#domain/planning/search.ts'
import { greatestValue } from './exact.ts'
import { randomProblem, routes } from './generate.ts'

const seeds = fc.integer({ min: 1, max: 1_000_000 })
const size = fc.record({
  jobs: fc.integer({ min: 0, max: 30 }),
  lanes: fc.integer({ min: 1, max: 5 }),
  horizon: fc.constantFrom(20, 60, 200),
  companions: fc.boolean(),
})
const problems = fc.tuple(seeds, size).map(([seed, ofSize]) => randomProblem(seed, ofSize))

const expectSound = (problem: Problem, { placements, value }: Solution): void => {
  const judged = checkPlan(problem, placements)
  expect(judged.violations).toEqual([])
  expect(judged.value).toBe(value)
}

describe('plans', () => {
  test('of every algorithm pass the checker, with the value that it counts', () => {
    fc.assert(
      fc.property(problems, seeds, (problem, seed) => {
        expectSound(problem, firstFit(problem))
        expectSound(problem, bestFit(problem))
        expectSound(problem, search(problem, { seed, iterations: 150 }))
      }),
      { numRuns: 250 },
    )
  })

  test('are the same for the same seed and budget', () => {
    fc.assert(
      fc.property(problems, seeds, (problem, seed) => {
        const once = search(problem, { seed, iterations: 200 })
        expect(search(problem, { seed, iterations: 200 })).toEqual(once)
      }),
      { numRuns: 40 },
    )
  })

  test('are never worse than the plan that the search begins with', () => {
    fc.assert(
      fc.property(problems, seeds, fc.integer({ min: 0, max: 60 }), (problem, seed, iterations) => {
        const { placements, value } = search(problem, { seed, iterations: 100 })
        const again = search(problem, { seed: seed + 1, iterations, start: placements })
        expectSound(problem, again)
        expect(again.value).toBeGreaterThanOrEqual(value)
      }),
      { numRuns: 80 },
    )
  })

  test('take from a start that is no longer feasible what still is', () => {
    fc.assert(
      fc.property(problems, seeds, (problem, seed) => {
        const { placements } = firstFit(problem)
        const moved = placements.map((placement) => ({ ...placement, start: placement.start + (placement.job % 3) }))
        expectSound(problem, search(problem, { seed, iterations: 20, start: moved }))
      }),
      { numRuns: 80 },
    )
  })

  test('of the search are optimal for few jobs', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 6 }), fc.boolean(), (seed, jobs, companions) => {
        const problem = randomProblem(seed, { jobs, lanes: 2, horizon: 24, companions, isMetric: true })
        const found = [1, 2, 3].map((searchSeed) => search(problem, { seed: searchSeed, iterations: 2000 }).value)
        expect(Math.max(...found)).toBe(greatestValue(problem))
      }),
      { numRuns: 60 },
    )
  })
})

describe('the search', () => {
  test('stops when it is told to', () => {
    let asked = 0
    const { iterations } = search(routes(1, 40, 2), { seed: 1, iterations: 1e9, shouldStop: () => ++asked > 3 })
    expect(iterations).toBeLessThan(5_000)
  })

  test('tells how far it is, and finds the same when it does', () => {
    const problem = routes(1, 40, 2)
    const told: SearchProgress[] = []
    const found = search(problem, { seed: 1, iterations: 2_000, onProgress: (done) => told.push(done) })
    expect(search(problem, { seed: 1, iterations: 2_000 })).toEqual(found)
    expect(told.length).toBeGreaterThan(4)
    expect(told).toEqual(told.toSorted((a, b) => a.iterations - b.iterations || a.value - b.value))
    expect(told.at(-1)?.value).toBeLessThanOrEqual(found.value)
    expect(told.at(-1)?.placed).toBeGreaterThan(0)
  })
})
