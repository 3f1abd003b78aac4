import { globSync, readFileSync } from 'node:fs'
import { checkPlan } from '#domain/planning/check.ts'
import { bestFit, firstFit } from '#domain/planning/greedy.ts'
import type { Problem, Solution } from '#domain/planning/problem.ts'
import { search } from '#domain/planning/search.ts'
import type { Row } from '../benches.ts'
import { generateInstances } from './generate.ts'
import { type Instance, readInstance, toProblem } from './toptw.ts'

export type GapOptions = {
  /** Folder of instances; generated ones where there is none. */
  readonly instances?: string
  /** Tab-separated: instance, routes, value, status. Without it gaps are to the best plan of the same run. */
  readonly reference?: string
  readonly seconds: readonly number[]
  readonly seeds: number
  /** Only every so many-th case, and only those whose name (`c101-2`) matches. */
  readonly every: number
  readonly only: RegExp
  readonly isVerbose: boolean
}

type Result = { readonly algorithm: string; readonly value: number }
type Case = {
  readonly family: string
  readonly routes: number
  readonly reference: number
  readonly results: readonly Result[]
}

/** One search of a real stretch of time; its temperature follows the clock. */
export const searchFor = (problem: Problem, seed: number, seconds: number, start?: Solution): Solution => {
  const began = performance.now()
  const progress = (): number => (performance.now() - began) / (1000 * seconds)
  return search(problem, {
    seed,
    iterations: Number.MAX_SAFE_INTEGER,
    progress,
    shouldStop: () => progress() >= 1,
    ...(start && { start: start.placements }),
  })
}

/** @throws Error for a plan that the checker refuses or counts differently. */
export const expectSound = (what: string, problem: Problem, { placements, value }: Solution): number => {
  const judged = checkPlan(problem, placements)
  if (judged.violations.length > 0 || judged.value !== value)
    throw new Error(`${what}: ${JSON.stringify(judged.violations.slice(0, 3))}, value ${value} against ${judged.value}`)
  return value
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length
const percentile = (numbers: readonly number[], share: number): number =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? Number.NaN

const solve = (name: string, problem: Problem, { seconds, seeds }: GapOptions): Result[] => [
  { algorithm: 'first fit', value: expectSound(name, problem, firstFit(problem)) },
  { algorithm: 'best fit', value: expectSound(name, problem, bestFit(problem)) },
  ...seconds.flatMap((each) =>
    Array.from({ length: seeds }, (_, seed) => ({
      algorithm: `search ${each} s`,
      value: expectSound(name, problem, searchFor(problem, seed + 1, each)),
    })),
  ),
]

/** Mean gap to the reference in percent, by family and number of routes, of all algorithms side by side. */
export const measureGaps = (options: GapOptions): Row[] => {
  const { instances: folder, reference: file, every, only, isVerbose } = options
  const instances: readonly Instance[] = folder
    ? globSync(`${folder}/*.txt`).sort().map(readInstance)
    : generateInstances()
  const known = new Map<string, { value: number; isProven: boolean }>()
  if (file)
    for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
      const [name, routes, value, status = ''] = line.split('\t')
      known.set(`${name}-${routes}`, { value: Number(value), isProven: status.startsWith('proven') })
    }
  const unproven: string[] = []
  const better: string[] = []
  const cases = instances
    .flatMap((instance) => [1, 2, 3, 4].map((routes) => ({ instance, routes, name: `${instance.name}-${routes}` })))
    .filter(({ name }) => only.test(name))
    .filter((_, index) => index % every === 0)
    .map(({ instance, routes, name }): Case => {
      const results = solve(name, toProblem(instance, routes), options)
      const best = Math.max(...results.map(({ value }) => value))
      const { value: reference, isProven } = known.get(name) ?? { value: best, isProven: false }
      if (isProven && best < reference) unproven.push(name)
      if (best > reference) better.push(`${name} ${best} > ${reference}`)
      if (isVerbose) console.log(name, reference, results.map(({ value }) => value).join(' '))
      return { family: instance.name.replace(/\d+$/, ''), routes, reference, results }
    })
  if (unproven.length > 0) console.log(`proven optima that no seed reached: ${unproven.join(', ')}`)
  if (better.length > 0) console.log(`better than the reference: ${better.join(', ')}`)
  const rowOf = (family: string, routes: string, some: readonly Case[]): Row => {
    const row: Record<string, string | number> = { family, routes, cases: some.length }
    for (const algorithm of new Set(some.flatMap(({ results }) => results.map(({ algorithm }) => algorithm)))) {
      const gaps = some.flatMap(({ reference, results }) =>
        results
          .filter((one) => one.algorithm === algorithm)
          .map(({ value }) => (100 * (reference - value)) / reference),
      )
      row[`${algorithm}, gap %`] = Number(mean(gaps).toFixed(3))
      if (routes === 'all') row[`${algorithm}, p95 %`] = Number(percentile(gaps, 0.95).toFixed(2))
    }
    return row
  }
  const families = [...new Set(cases.map(({ family }) => family))]
  return [
    ...families.flatMap((family) => [
      ...[1, 2, 3, 4].flatMap((routes) => {
        const some = cases.filter((one) => one.family === family && one.routes === routes)
        return some.length > 0 ? [rowOf(family, String(routes), some)] : []
      }),
      rowOf(
        family,
        'all',
        cases.filter((one) => one.family === family),
      ),
    ]),
    rowOf('all', 'all', cases),
  ]
}
