import loader from 'highs'
import { checkPlan, type ViolationCode } from '#domain/planning/check.ts'
import type { Placement, Problem } from '#domain/planning/problem.ts'

// Its types take the module for CommonJS.
const highs = await (loader as unknown as typeof loader.default)()

/** One placement that would be feasible if it were the only one: a variable, 1 where it is chosen. */
type Way = Placement & { readonly end: number; readonly node: number; readonly worth: number; readonly name: string }

const choices = (needs: readonly (readonly number[])[]): number[][] =>
  needs.reduce<number[][]>(
    (chosen, able) =>
      chosen.flatMap((lanes) => able.filter((lane) => !lanes.includes(lane)).map((lane) => [...lanes, lane])),
    [[]],
  )

const ofCompanions: readonly ViolationCode[] = ['WITHOUT_COMPANION', 'COMPANION_LAG']

const waysOf = (problem: Problem, job: number): Way[] => {
  const { value, dropCost, options } = problem.jobs[job]!
  return options.flatMap(({ needs, open, close, duration, node, gain }, option) =>
    choices(needs).flatMap((lanes, choice) =>
      Array.from({ length: Math.max(0, close - open + 1) }, (_, late): Way => {
        const start = open + late
        const worth = value + dropCost + gain
        const name = `x${job}_${option}_${choice}_${start}`
        return { job, option, lanes, start, end: start + duration, node, worth, name }
      }).filter((way) => checkPlan(problem, [way]).violations.every(({ code }) => ofCompanions.includes(code))),
    ),
  )
}

const rows = (terms: readonly string[]): string => {
  const lines: string[] = []
  for (let at = 0; at < terms.length; at += 12) lines.push(terms.slice(at, at + 12).join(' '))
  return lines.join('\n  ')
}

/**
 * The greatest value of a small problem, proven by HiGHS: one variable for each placement, each job done once, none beside
 * what it leaves no room for, companions by the starts that their lag allows. Changeovers must keep the triangle
 * inequality: then what fits in pairs fits together.
 */
export const greatestValue = (problem: Problem): number => {
  const { jobs, changeover } = problem
  const crossing = (from: number, to: number): number => {
    if (from < 0 || to < 0) return 0
    return typeof changeover === 'function'
      ? changeover(from, to)
      : (changeover.times[from * changeover.size + to] ?? 0)
  }
  const clash = (a: Way, b: Way): boolean =>
    a.lanes.some((lane) => b.lanes.includes(lane)) &&
    a.end + crossing(a.node, b.node) > b.start &&
    b.end + crossing(b.node, a.node) > a.start
  const ways = jobs.map((_, job) => waysOf(problem, job))
  const constraints: string[] = []
  const sum = (some: readonly Way[]): string => rows(some.map(({ name }) => `+ ${name}`))
  ways.forEach((ofJob, job) => {
    if (ofJob.length > 0) constraints.push(`${sum(ofJob)} <= 1`)
    for (const way of ofJob) {
      for (const others of ways.slice(job + 1)) {
        const excluded = others.filter((other) => clash(way, other))
        if (excluded.length > 0) constraints.push(`${way.name} ${sum(excluded)} <= 1`)
      }
      const { after, afterMin = 0, afterMax = Number.POSITIVE_INFINITY } = jobs[job]!
      if (after === undefined) continue
      const near = ways[after]!.filter(({ end }) => way.start - end >= afterMin && way.start - end <= afterMax)
      constraints.push(`${way.name} ${rows(near.map(({ name }) => `- ${name}`))} <= 0`)
    }
  })
  const all = ways.flat()
  const nothing = checkPlan(problem, []).value
  if (all.length === 0) return nothing
  const { Status, ObjectiveValue } = highs.solve(
    `Maximize
  ${rows(all.map(({ worth, name }) => `${worth < 0 ? '-' : '+'} ${Math.abs(worth)} ${name}`))}
Subject To
  ${constraints.join('\n  ')}
Binary
  ${rows(all.map(({ name }) => name))}
End`,
    { output_flag: false },
  )
  if (Status !== 'Optimal') throw new Error(`no optimum proven: ${Status}`)
  return nothing + Math.round(ObjectiveValue)
}
