import { describe, expect, test } from 'vitest'
import { checkPlan } from '#domain/planning/check.ts'
import type { Option, Placement, Problem } from '#domain/planning/problem.ts'

const option: Option = { needs: [[0, 1]], open: 10, close: 60, duration: 10, node: 0, gain: 0 }
const problem: Problem = {
  lanes: [
    {
      openings: [
        [0, 50],
        [55, 100],
      ],
      asset: 0,
      first: 1,
      last: 1,
    },
    { openings: [[0, 100]], asset: 1, first: -1, last: -1 },
  ],
  fixed: [{ lane: 1, start: 30, end: 40, node: 1 }],
  jobs: [
    { value: 7, dropCost: 2, options: [option, { ...option, needs: [[0], [0, 1]], gain: -3, close: 95 }] },
    { value: 4, dropCost: 0, options: [option], after: 0, afterMin: 2, afterMax: 5 },
    { value: 4, dropCost: 0, options: [{ ...option, open: 0, close: 99 }] },
  ],
  changeover: { size: 2, times: Int32Array.from([1, 5, 15, 0]) },
}
const at = (job: number, lane: number, start: number): Placement => ({ job, option: 0, lanes: [lane], start })
const codes = (...placements: readonly Placement[]): string[] =>
  checkPlan(problem, placements).violations.map(({ code }) => code)

describe('the checker', () => {
  test('counts value, gain and drop costs', () => {
    expect(checkPlan(problem, []).value).toBe(-2)
    expect(checkPlan(problem, [at(0, 1, 10), at(1, 0, 23)])).toEqual({ violations: [], value: 11 })
    expect(checkPlan(problem, [{ job: 0, option: 1, lanes: [0, 1], start: 15 }])).toEqual({ violations: [], value: 4 })
  })

  test.each([
    ['a job that is not there', ['UNKNOWN_JOB'], [at(9, 0, 20)]],
    ['an option that is not there', ['UNKNOWN_OPTION'], [{ ...at(0, 0, 20), option: 5 }]],
    ['a job done twice', ['DONE_TWICE'], [at(0, 0, 20), at(0, 1, 60)]],
    ['a lane of no need', ['WRONG_LANES'], [{ job: 0, option: 1, lanes: [1, 0], start: 15 }]],
    ['one lane for two needs', ['WRONG_LANES', 'OVERLAP'], [{ job: 0, option: 1, lanes: [0, 0], start: 15 }]],
    ['a start before the window', ['OUTSIDE_WINDOW'], [at(0, 1, 9)]],
    ['a start after the window', ['OUTSIDE_WINDOW'], [at(0, 0, 61)]],
    ['work across closed hours', ['OUTSIDE_OPENING'], [at(0, 0, 45)]],
    ['work into a claim', ['OVERLAP'], [at(0, 1, 22)]],
    ['work too soon after a claim', ['CHANGEOVER'], [at(2, 1, 54)]],
    ['work too shortly before a claim', ['CHANGEOVER'], [at(0, 1, 16)]],
    ['work too soon after work', ['CHANGEOVER'], [at(0, 0, 20), at(2, 0, 30)]],
    ['no time for the first setup', ['SETUP_BEFORE_FIRST'], [at(0, 0, 14)]],
    ['no time for the last one', ['SETUP_AFTER_LAST'], [at(2, 0, 86)]],
    ['a companion alone', ['WITHOUT_COMPANION'], [at(1, 0, 23)]],
    ['a companion too late', ['COMPANION_LAG'], [at(0, 1, 10), at(1, 0, 26)]],
  ] as const)('finds %s', (_, expected, placements) => {
    expect(codes(...placements)).toEqual(expected)
  })
})
