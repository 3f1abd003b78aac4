import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkPlan } from '#domain/planning/check.ts'
import { explain } from '#domain/planning/explain.ts'
import { bestFit, firstFit } from '#domain/planning/greedy.ts'
import type { Job, Lane, Option, Placement, Problem } from '#domain/planning/problem.ts'
import { search } from '#domain/planning/search.ts'
import { usualWeights } from '#domain/plans/plan-ask.ts'
import { randomProblem } from './generate.ts'

const seeds = fc.integer({ min: 1, max: 1_000_000 })
const problems = fc
  .tuple(seeds, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 4 }), fc.boolean())
  .map(([seed, jobs, lanes, companions]) => randomProblem(seed, { jobs, lanes, horizon: 40, companions }))

/** Where nothing comes nearer by way of something else, what cannot stand alone cannot stand beside others. */
const metricProblems = fc
  .tuple(seeds, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 4 }), fc.boolean())
  .map(([seed, jobs, lanes, companions]) =>
    randomProblem(seed, { jobs, lanes, horizon: 40, companions, isMetric: true }),
  )

const choices = (needs: readonly (readonly number[])[]): number[][] =>
  needs.reduce<number[][]>((found, able) => found.flatMap((lanes) => able.map((lane) => [...lanes, lane])), [[]])

/** Every way to do a job by itself, feasible or not. */
const waysOf = ({ options }: Job, job: number): Placement[] =>
  options.flatMap(({ needs, open, close }, option) =>
    choices(needs).flatMap((lanes) =>
      Array.from({ length: Math.max(0, close - open + 1) }, (_, late) => ({ job, option, lanes, start: open + late })),
    ),
  )

const alone = (problem: Problem, job: number): Problem => {
  const jobs = problem.jobs.map(
    ({ after, ...one }, index): Job => (index === job || after === undefined ? one : { ...one, after }),
  )
  return { ...problem, jobs }
}

const canStandAlone = (problem: Problem, job: number): boolean =>
  waysOf(problem.jobs[job]!, job).some((way) => checkPlan(alone(problem, job), [way]).violations.length === 0)

describe('reasons', () => {
  test('are given for all that is left out, where the time for them is over', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { placements } = firstFit(problem)
        const [all, hurried] = [explain(problem, placements), explain(problem, placements, () => true)]
        expect(hurried.map(({ job }) => job)).toEqual(all.map(({ job }) => job))
        const isEarly = ({ code }: { readonly code: string }): boolean =>
          code === 'NO_CAPABLE_ASSET' || code === 'INVALID_WINDOW'
        hurried.forEach((reason, index) => {
          expect(reason.code).toBe(isEarly(all[index]!) ? all[index]!.code : 'UNEXAMINED')
        })
      }),
      { numRuns: 30 },
    )
  })

  test('are given for exactly the jobs that are left out, and are true', () => {
    fc.assert(
      fc.property(problems, seeds, (problem, seed) => {
        const { placements } = search(problem, { seed, iterations: 60, ...(seed % 2 === 0 && { tidy: usualWeights }) })
        const reasons = explain(problem, placements)
        const done = placements.map(({ job }) => job)
        expect([...reasons.map(({ job }) => job), ...done].sort((a, b) => a - b)).toEqual(
          problem.jobs.map((_, job) => job),
        )
        for (const reason of reasons) {
          const { job, code } = reason
          const isBlocked = code === 'BLOCKED_BY_LOCKS'
          const isNever =
            isBlocked || code === 'ASSET_UNAVAILABLE' || code === 'NO_CAPABLE_ASSET' || code === 'INVALID_WINDOW'
          expect(canStandAlone(problem, job)).toBe(!isNever)
          if (isBlocked) expect(canStandAlone({ ...problem, fixed: [] }, job)).toBe(true)
          if (code === 'ASSET_UNAVAILABLE') expect(canStandAlone({ ...problem, fixed: [] }, job)).toBe(false)
          if (code === 'COMPANION_OUT_OF_REACH') expect(problem.jobs[job]!.after).toBe(reason.after)
          if (code === 'LOWER_VALUE_THAN_DISPLACED') {
            const worth = reason.displaced.map((one) => {
              const { value, dropCost, options } = problem.jobs[one]!
              return value + dropCost + options[placements.find((placed) => placed.job === one)!.option]!.gain
            })
            expect(worth.reduce((sum, one) => sum + one, 0)).toBe(reason.displacedWorth)
            expect(reason.displacedWorth).toBeGreaterThanOrEqual(reason.worth)
          }
          if (code === 'TAX_EXCEEDS_GAIN') expect(reason.worth).toBeLessThanOrEqual(0)
        }
      }),
      { numRuns: 150 },
    )
  })

  test('never say of a plan of the search that it was not searched to its end', () => {
    fc.assert(
      fc.property(problems, seeds, (problem, seed) => {
        const { placements } = search(problem, { seed, iterations: 20 })
        expect(explain(problem, placements).filter(({ code }) => code === 'NOT_FOUND_IN_BUDGET')).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  test('of simpler plans leave no job that could just be added', () => {
    fc.assert(
      fc.property(metricProblems, (problem) => {
        for (const { placements, value } of [firstFit(problem), bestFit(problem)])
          for (const { job, code } of explain(problem, placements)) {
            if (code === 'NOT_FOUND_IN_BUDGET' || code === 'COMPANION_OUT_OF_REACH') continue
            for (const way of waysOf(problem.jobs[job]!, job)) {
              const judged = checkPlan(problem, [...placements, way])
              expect(judged.violations.length > 0 || judged.value <= value).toBe(true)
            }
          }
      }),
      { numRuns: 100 },
    )
  })
})

describe('each reason', () => {
  const lane: Lane = { openings: [[0, 100]], asset: 0, first: -1, last: -1 }
  const option: Option = { needs: [[0]], open: 0, close: 90, duration: 10, node: -1, gain: 0 }
  const job: Job = { value: 5, dropCost: 0, options: [option] }
  const problem: Problem = { lanes: [lane], fixed: [], jobs: [job], changeover: { size: 0, times: new Int32Array() } }
  const reasonFor = (change: Partial<Problem>, placements: readonly Placement[] = []) =>
    explain({ ...problem, ...change }, placements)[0]

  test('no lane for a need', () => {
    const jobs = [{ ...job, options: [{ ...option, needs: [[0], []] }] }]
    expect(reasonFor({ jobs })).toMatchObject({
      code: 'NO_CAPABLE_ASSET',
      needs: [1],
      remedy: { kind: 'add-capability' },
    })
  })

  test('a window that closes before it opens', () => {
    const jobs = [{ ...job, options: [{ ...option, open: 50, close: 30 }] }]
    expect(reasonFor({ jobs })).toMatchObject({ code: 'INVALID_WINDOW', remedy: { kind: 'widen-window', by: 20 } })
  })

  test('an opening that is too short', () => {
    const lanes = [{ ...lane, openings: [[0, 7] as const, [50, 54] as const] }]
    expect(reasonFor({ lanes })).toMatchObject({ code: 'ASSET_UNAVAILABLE', lane: 0, missing: 3 })
  })

  test('claims that leave no gap', () => {
    const fixed = [
      { lane: 0, start: 8, end: 60, node: -1 },
      { lane: 0, start: 66, end: 95, node: -1 },
    ]
    expect(reasonFor({ fixed })).toMatchObject({ code: 'BLOCKED_BY_LOCKS', fixed: [0], missing: 2 })
  })

  test('a companion of what is not done', () => {
    const jobs = [
      { ...job, after: 1 },
      { ...job, options: [{ ...option, needs: [] }] },
    ]
    expect(reasonFor({ jobs })).toMatchObject({ code: 'COMPANION_OUT_OF_REACH', after: 1, isDone: false })
  })

  test('a lower value than that of what is in its place', () => {
    const jobs = [
      { ...job, options: [{ ...option, close: 5 }] },
      { ...job, value: 9, options: [{ ...option, close: 5 }] },
    ]
    const placements = [{ job: 1, option: 0, lanes: [0], start: 0 }]
    expect(reasonFor({ jobs }, placements)).toMatchObject({
      code: 'LOWER_VALUE_THAN_DISPLACED',
      displaced: [1],
      displacedWorth: 9,
      remedy: { kind: 'raise-value', by: 5 },
    })
  })

  test('a price above its value', () => {
    const jobs = [{ ...job, options: [{ ...option, gain: -8 }] }]
    expect(reasonFor({ jobs })).toMatchObject({
      code: 'TAX_EXCEEDS_GAIN',
      worth: -3,
      remedy: { kind: 'raise-value', by: 4 },
    })
  })

  test('a plan that was not searched to its end', () => {
    expect(reasonFor({})).toMatchObject({ code: 'NOT_FOUND_IN_BUDGET', net: 5, displaced: [] })
  })
})
