import { checkPlan } from '#domain/planning/check.ts'
import type { Job, Placement, Problem } from '#domain/planning/problem.ts'
import { search } from '#domain/planning/search.ts'
import type { Row } from '../benches.ts'
import { generateWeek } from './week.ts'

const timetables = 100
const jobs = 420
const iterations = 2_000

/** What plans pay for a change, as a fraction of the mean value: nothing, as usual, or so much that little moves. */
const prices = { 'from scratch': 0, usual: 0.25, 'fewest changes': 5 } as const

/** The problem after a lane has failed, with a timetable to keep: to stay where one is costs nothing, to move has a price. */
const afterFailure = (problem: Problem, standing: readonly Placement[], failed: number, price: number) => {
  const mean = problem.jobs.reduce((sum, { value }) => sum + value, 0) / problem.jobs.length
  const cost = Math.round(mean * price)
  const at = new Map(standing.map((placement) => [placement.job, placement]))
  const kept: Placement[] = []
  const replanned = problem.jobs.map((job, number): Job => {
    const placed = at.get(number)
    const elsewhere = job.options.map((option) => ({
      ...option,
      needs: option.needs.map((lanes) => lanes.filter((lane) => lane !== failed)),
      gain: placed ? -cost : 0,
    }))
    if (!placed) return { ...job, options: elsewhere }
    const [option] = job.options
    if (!option || placed.lanes.includes(failed)) return { ...job, options: elsewhere, dropCost: cost }
    kept.push({ ...placed, option: 0 })
    const stay = { ...option, needs: placed.lanes.map((lane) => [lane]), open: placed.start, close: placed.start }
    return { ...job, options: [stay, ...elsewhere], dropCost: cost }
  })
  return { problem: { ...problem, jobs: replanned }, kept }
}

/** A lane fails in each of many timetables: what is moved, what is dropped, and what of the value is kept, by the price of a change. */
export const measureRepair = (): Row[] => {
  const sums = Object.fromEntries(
    Object.keys(prices).map((name) => [name, { hit: 0, moved: 0, dropped: 0, value: 0, before: 0 }]),
  )
  for (let seed = 1; seed <= timetables; seed++) {
    const problem = generateWeek(seed, jobs, 8, 160)
    const { placements } = search(problem, { seed, iterations })
    const values = (all: readonly Placement[]) => all.reduce((sum, { job }) => sum + (problem.jobs[job]?.value ?? 0), 0)
    for (const [name, price] of Object.entries(prices)) {
      const after = afterFailure(problem, placements, seed % 8, price)
      const again = search(after.problem, { seed, iterations, ...(price > 0 && { start: after.kept }) })
      const { violations } = checkPlan(after.problem, again.placements)
      if (violations.length > 0) throw new Error(`timetable ${seed}: ${JSON.stringify(violations[0])}`)
      const now = new Map(again.placements.map((placement) => [placement.job, placement]))
      const sum = sums[name]
      if (!sum) continue
      for (const old of placements) {
        const next = now.get(old.job)
        if (old.lanes.includes(seed % 8)) sum.hit += 1
        if (!next) sum.dropped += 1
        else if (next.start !== old.start || next.lanes.join() !== old.lanes.join()) sum.moved += 1
      }
      sum.value += values(again.placements)
      sum.before += values(placements)
    }
  }
  const best = sums['from scratch']?.value ?? 1
  return Object.entries(sums).map(([name, { hit, moved, dropped, value, before }]) => ({
    'price of a change': name,
    timetables,
    'slots on the failed lane, mean': (hit / timetables).toFixed(1),
    'moved, mean': (moved / timetables).toFixed(1),
    'dropped, mean': (dropped / timetables).toFixed(1),
    'value kept of before, %': ((100 * value) / before).toFixed(2),
    'of from scratch, %': ((100 * value) / best).toFixed(2),
  }))
}
