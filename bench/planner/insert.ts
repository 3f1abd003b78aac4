import { bestFit } from '#domain/planning/greedy.ts'
import type { Job, Placement, Problem } from '#domain/planning/problem.ts'
import { search } from '#domain/planning/search.ts'
import { usualWeights } from '#domain/plans/plan-ask.ts'
import type { Row } from '../benches.ts'
import { cpuSeconds } from './cpu.ts'
import { expectSound } from './gaps.ts'
import { generateWeek } from './week.ts'

const slots = 300
const orders = 100

/** The jobs of a plan as slots that may stay at no price, or move at one. */
const committed = (problem: Problem, placements: readonly Placement[]): Problem => ({
  ...problem,
  jobs: placements.map(({ job, option, lanes, start }): Job => {
    const { value, options } = problem.jobs[job]!
    const done = options[option]!
    const keep = { ...done, needs: lanes.map((lane) => [lane]), open: start, close: start }
    const move = { ...done, gain: done.gain - Math.ceil(value / 4) }
    return { value, dropCost: value, options: [keep, move] }
  }),
})

/** One order more into a plan of 300 slots, in time of CPU: the search begins with the plan, and may move slots at a price. */
export const measureInsert = (): Row[] => {
  const asked = generateWeek(2, slots + 200, 20, 400)
  const { placements } = bestFit(asked)
  const problem = committed(asked, placements.slice(0, slots))
  const kept = placements.slice(0, slots).map(({ lanes, start }, job): Placement => ({ job, option: 0, lanes, start }))
  const arriving = generateWeek(3, orders, 20, 0).jobs
  return [100, 300, 1_000].map((iterations) => {
    let placed = 0
    const took = arriving
      .map((job, seed) => {
        const more = { ...problem, jobs: [...problem.jobs, job] }
        const began = cpuSeconds()
        const solution = search(more, { seed, iterations, start: kept, tidy: usualWeights })
        const ms = 1000 * (cpuSeconds() - began)
        expectSound(`order ${seed}`, more, solution)
        if (solution.placements.some((one) => one.job === kept.length)) placed++
        return ms
      })
      .sort((a, b) => a - b)
    return {
      slots: kept.length,
      iterations,
      orders,
      placed,
      'p50, ms': Number(took[Math.floor(orders / 2)]!.toFixed(1)),
      'p95, ms': Number(took[Math.floor(orders * 0.95)]!.toFixed(1)),
    }
  })
}
