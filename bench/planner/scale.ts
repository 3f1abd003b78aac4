import { bestFit, firstFit } from '#domain/planning/greedy.ts'
import type { Solution } from '#domain/planning/problem.ts'
import { type Search, startSearch } from '#domain/planning/search.ts'
import { usualWeights } from '#domain/plans/plan-ask.ts'
import type { Row } from '../benches.ts'
import { cpuSeconds } from './cpu.ts'
import { expectSound, runFor } from './gaps.ts'
import { generateWeek } from './week.ts'

const timed = <T>(make: () => T): { readonly made: T; readonly seconds: number } => {
  const began = cpuSeconds()
  const made = make()
  return { made, seconds: cpuSeconds() - began }
}

/** How time, value and memory grow with the number of jobs; 100 lanes, 7 days, 10,000 standing claims. Seconds are of CPU. */
export const measureScale = (seconds: readonly number[]): Row[] =>
  [500, 5_000, 20_000].map((jobs) => {
    const problem = generateWeek(1, jobs)
    const first = timed(() => firstFit(problem))
    const best = timed(() => bestFit(problem))
    for (const { made } of [first, best]) expectSound(`${jobs} jobs`, problem, made)
    const row: Record<string, string | number> = {
      jobs,
      'first fit, s': Number(first.seconds.toFixed(2)),
      'first fit, value': first.made.value,
      'best fit, s': Number(best.seconds.toFixed(2)),
      'best fit, value': best.made.value,
      'best fit, done': best.made.placements.length,
    }
    let used = 0
    const using = <T>(make: () => T): T => {
      const { made, seconds } = timed(make)
      used += seconds
      return made
    }
    const search: Search = using(() => startSearch(problem, { seed: 1, tidy: usualWeights }))
    for (const until of seconds) {
      const found: Solution = using(() => runFor(search, Math.max(0.1, until - used)))
      expectSound(`${jobs} jobs`, problem, found)
      row[`search ${until} s, with its end`] = Number(used.toFixed(1))
      row[`${until} s, done`] = found.placements.length
      row[`${until} s, iterations`] = found.iterations
      row[`${until} s, better than best fit, %`] = Number((100 * (found.value / best.made.value - 1)).toFixed(2))
      console.error(JSON.stringify(row))
    }
    row['peak memory, MB'] = Math.round(process.resourceUsage().maxRSS / 1024)
    return row
  })
