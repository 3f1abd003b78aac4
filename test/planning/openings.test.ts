import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile, never } from '#domain/planning/model.ts'
import { advance, retreat } from '#domain/planning/openings.ts'
import type { Job, Problem } from '#domain/planning/problem.ts'
import { randomProblem } from './generate.ts'

test('earliest and latest starts are those that trying each one finds', () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.integer({ min: -5, max: 70 }),
      fc.integer({ min: 1, max: 30 }),
      (seed, time, length) => {
        const problem = randomProblem(seed, { jobs: 0, lanes: 1, horizon: 60, companions: false })
        const model = compile(problem)
        const fits = (start: number): boolean =>
          problem.lanes[0]!.openings.some(([from, to]) => from <= start && start + length <= to)
        const starts = Array.from({ length: 80 }, (_, index) => index - 5).filter(fits)
        expect(advance(model, 0, time, length)).toBe(starts.find((start) => start >= time) ?? never)
        expect(retreat(model, 0, time, length)).toBe(starts.findLast((start) => start <= time) ?? -never)
      },
    ),
  )
})

const job: Job = {
  value: 1,
  dropCost: 0,
  options: [{ needs: [[0]], open: 0, close: 9, duration: 1, node: -1, gain: 0 }],
}
const problem: Problem = {
  lanes: [{ openings: [[0, 10]], asset: 0, first: -1, last: -1 }],
  fixed: [],
  jobs: [job],
  changeover: { size: 1, times: new Int32Array(1) },
}

test.each([
  ['a job that takes no time', { jobs: [{ ...job, options: [{ ...job.options[0]!, duration: 0 }] }] }],
  ['a time out of range', { jobs: [{ ...job, options: [{ ...job.options[0]!, close: 2 ** 31 }] }] }],
  ['a lane that is not there', { jobs: [{ ...job, options: [{ ...job.options[0]!, needs: [[1]] }] }] }],
  ['a node that is not there', { jobs: [{ ...job, options: [{ ...job.options[0]!, node: 3 }] }] }],
  [
    'companions in a circle',
    {
      jobs: [
        { ...job, after: 1 },
        { ...job, after: 0 },
      ],
    },
  ],
  ['a claim that ends before it starts', { fixed: [{ lane: 0, start: 5, end: 4, node: -1 }] }],
  ['a negative changeover', { changeover: { size: 1, times: Int32Array.from([-1]) } }],
] as const)('%s is refused', (_, change) => {
  expect(() => compile({ ...problem, ...change })).toThrow(RangeError)
})
