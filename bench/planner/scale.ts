import { bestFit, firstFit } from '#domain/planning/greedy.ts'
import type { Solution } from '#domain/planning/problem.ts'
import type { Row } from '../benches.ts'
import { expectSound, searchFor } from './gaps.ts'
import { generateWeek } from './week.ts'

const timed = (make: () => Solution): { readonly solution: Solution; readonly seconds: number } => {
  const began = performance.now()
  const solution = make()
  return { solution, seconds: (performance.now() - began) / 1000 }
}

/** How time, value and memory grow with the number of jobs; 100 lanes, 7 days, 10,000 standing claims. */
export const measureScale = (seconds: number): Row[] =>
  [500, 5_000, 20_000].map((jobs) => {
    const problem = generateWeek(1, jobs)
    const first = timed(() => firstFit(problem))
    const best = timed(() => bestFit(problem))
    const searched = timed(() => searchFor(problem, 1, seconds))
    for (const { solution } of [first, best, searched]) expectSound(`${jobs} jobs`, problem, solution)
    return {
      jobs,
      'first fit, s': Number(first.seconds.toFixed(2)),
      'first fit, value': first.solution.value,
      'best fit, s': Number(best.seconds.toFixed(2)),
      'best fit, value': best.solution.value,
      'best fit, done': best.solution.placements.length,
      'search, s': Number(searched.seconds.toFixed(1)),
      'search, value': searched.solution.value,
      'search, done': searched.solution.placements.length,
      'search, iterations': searched.solution.iterations,
      'better than best fit, %': Number((100 * (searched.solution.value / best.solution.value - 1)).toFixed(2)),
      'peak memory, MB': Math.round(process.resourceUsage().maxRSS / 1024),
    }
  })
