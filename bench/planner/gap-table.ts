import type { Row } from '../benches.ts'

/** What an algorithm came to; `isSound` where the checker found nothing and counted the same value. */
export type Result = { readonly algorithm: string; readonly value: number; readonly isSound: boolean }

export type Case = {
  readonly name: string
  readonly family: string
  readonly routes: number
  readonly reference: number
  readonly isProven: boolean
  readonly results: readonly Result[]
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length
const percentile = (numbers: readonly number[], share: number): number =>
  [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))] ?? Number.NaN

const resultsOf = ({ results }: Case, algorithm: string): Result[] =>
  results.filter((one) => one.algorithm === algorithm)

const gapsOf = (one: Case, algorithm: string): number[] =>
  resultsOf(one, algorithm).map(({ value }) => (100 * (one.reference - value)) / one.reference)

/** Of all seeds the mean and the 95th percentile; of several seeds also the mean of the best of each case. */
const rowOf = (family: string, routes: string, cases: readonly Case[], algorithms: readonly string[]): Row => {
  const row: Record<string, string | number> = { family, routes, cases: cases.length }
  for (const algorithm of algorithms) {
    const gaps = cases.map((one) => gapsOf(one, algorithm))
    row[`${algorithm}, gap %`] = Number(mean(gaps.flat()).toFixed(3))
    if (routes !== 'all') continue
    row[`${algorithm}, p95 %`] = Number(percentile(gaps.flat(), 0.95).toFixed(2))
    if (gaps.some(({ length }) => length > 1))
      row[`${algorithm}, best of seeds %`] = Number(mean(gaps.map((ofCase) => Math.min(...ofCase))).toFixed(3))
  }
  return row
}

/** What a table of gaps does not say: what was not reached, what is better than the reference, what is no plan at all. */
const report = (cases: readonly Case[], algorithms: readonly string[]): void => {
  const proven = cases.filter(({ isProven }) => isProven)
  for (const algorithm of algorithms.filter((one) => one.startsWith('search'))) {
    const missed = proven.filter((one) => resultsOf(one, algorithm).every(({ value }) => value < one.reference))
    const names = missed.length > 0 ? `, but ${missed.map(({ name }) => name).join(', ')}` : ''
    console.log(`${algorithm}: ${proven.length - missed.length} of ${proven.length} proven optima by some seed${names}`)
  }
  const better = cases.flatMap(({ name, reference, results }) => {
    const best = Math.max(...results.map(({ value }) => value))
    return best > reference ? [`${name} ${best} > ${reference}`] : []
  })
  if (better.length > 0) console.log(`better than the reference: ${better.join(', ')}`)
  const all = cases.flatMap(({ results }) => results)
  const infeasible = all.filter(({ isSound }) => !isSound).length
  console.log(`infeasible: ${infeasible} of ${all.length} plans`)
  if (infeasible > 0) process.exitCode = 1
  console.log(
    'Seconds are of CPU. Each search is one run, looked at after so many; after 5 s it goes on only below the reference.',
  )
}

export const tableOf = (cases: readonly Case[]): Row[] => {
  const algorithms = [...new Set(cases.flatMap(({ results }) => results.map(({ algorithm }) => algorithm)))]
  report(cases, algorithms)
  const families = [...new Set(cases.map(({ family }) => family))]
  return [
    ...families.flatMap((family) => {
      const ofFamily = cases.filter((one) => one.family === family)
      const byRoutes = [1, 2, 3, 4].flatMap((routes) => {
        const some = ofFamily.filter((one) => one.routes === routes)
        return some.length > 0 ? [rowOf(family, String(routes), some, algorithms)] : []
      })
      return [...byRoutes, rowOf(family, 'all', ofFamily, algorithms)]
    }),
    rowOf('all', 'all', cases, algorithms),
  ]
}
