import { appendFileSync, existsSync, globSync, readFileSync } from 'node:fs'
import { checkPlan } from '#domain/planning/check.ts'
import { bestFit, firstFit } from '#domain/planning/greedy.ts'
import type { Problem, Solution } from '#domain/planning/problem.ts'
import { type Search, startSearch } from '#domain/planning/search.ts'
import type { Row } from '../benches.ts'
import { cpuSeconds } from './cpu.ts'
import { type Case, type Result, tableOf } from './gap-table.ts'
import { generateInstances } from './generate.ts'
import { type Instance, readInstance, toProblem } from './toptw.ts'

export type GapOptions = {
  /** Folder of instances; generated ones where there is none. */
  readonly instances?: string
  /** Tab-separated: instance, routes, value, status. Without it gaps are to the best plan of the same run. */
  readonly reference?: string
  /** Seconds of CPU after which a search is looked at, ascending; it is one search for each case and seed. */
  readonly seconds: readonly number[]
  readonly seeds: number
  /** Only every so many-th case, and only those whose name (`c101-2`) matches. */
  readonly every: number
  readonly only: RegExp
  /** Keeps results as lines of JSON; what it holds already is not measured again. */
  readonly record?: string
}

/** Lets a search go on for so many seconds of CPU; its temperature follows that clock. */
export const runFor = ({ run, plan }: Search, seconds: number): Solution => {
  const began = cpuSeconds()
  const progress = (): number => (cpuSeconds() - began) / seconds
  const steps = run({ iterations: Number.MAX_SAFE_INTEGER, progress, shouldStop: () => progress() >= 1 })
  while (!steps.next().done);
  return plan()
}

/** @throws Error for a plan that the checker refuses or counts differently. */
export const expectSound = (what: string, problem: Problem, { placements, value }: Solution): number => {
  const judged = checkPlan(problem, placements)
  if (judged.violations.length > 0 || judged.value !== value)
    throw new Error(`${what}: ${JSON.stringify(judged.violations.slice(0, 3))}, value ${value} against ${judged.value}`)
  return value
}

const judge = (algorithm: string, problem: Problem, { placements, value }: Solution): Result => {
  const judged = checkPlan(problem, placements)
  return { algorithm, value, isSound: judged.violations.length === 0 && judged.value === value }
}

/** A search that is at the reference after so many seconds does not go on. */
const patience = 5

/** One search, looked at again and again: what it has found is never lost. */
const searchOn = (
  problem: Problem,
  seed: number,
  reference: number | undefined,
  seconds: readonly number[],
): Result[] => {
  const began = cpuSeconds()
  const search = startSearch(problem, { seed })
  const results: Result[] = []
  for (const until of seconds) {
    const algorithm = `search ${until} s`
    const last = results.at(-1)
    if (until > patience && last && reference !== undefined && last.value >= reference)
      results.push({ ...last, algorithm })
    else results.push(judge(algorithm, problem, runFor(search, Math.max(0.1, until - (cpuSeconds() - began)))))
  }
  return results
}

const readReference = (file: string | undefined): Map<string, { value: number; isProven: boolean }> => {
  const known = new Map<string, { value: number; isProven: boolean }>()
  if (file)
    for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
      const [name, routes, value, status = ''] = line.split('\t')
      known.set(`${name}-${routes}`, { value: Number(value), isProven: status.startsWith('proven') })
    }
  return known
}

/** What was recorded, by what it was measured for. */
const readRecord = (file: string | undefined): Map<string, readonly Result[]> =>
  new Map(
    file && existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
          .map((line): readonly [string, readonly Result[]] => JSON.parse(line))
      : [],
  )

/** Mean gap to the reference in percent, by family and number of routes, of all algorithms side by side. */
export const measureGaps = (options: GapOptions): Row[] => {
  const { instances: folder, reference: file, record, every, only, seeds, seconds } = options
  const instances: readonly Instance[] = folder
    ? globSync(`${folder}/*.txt`).sort().map(readInstance)
    : generateInstances()
  const known = readReference(file)
  const recorded = readRecord(record)
  const keep = (key: string, measure: () => readonly Result[]): readonly Result[] => {
    const results = recorded.get(key) ?? measure()
    if (record && !recorded.has(key)) appendFileSync(record, `${JSON.stringify([key, results])}\n`)
    return results
  }
  const chosen = instances
    .flatMap((instance) => [1, 2, 3, 4].map((routes) => ({ instance, routes, name: `${instance.name}-${routes}` })))
    .filter(({ name }) => only.test(name))
    .filter((_, index) => index % every === 0)
  const cases = chosen.map(({ instance, routes, name }, index): Case => {
    const problem = toProblem(instance, routes)
    const expected = known.get(name)
    const results = [
      judge('first fit', problem, firstFit(problem)),
      judge('best fit', problem, bestFit(problem)),
      ...Array.from({ length: seeds }, (_, seed) => seed + 1).flatMap((seed) =>
        keep([name, seed, ...seconds].join(' '), () => searchOn(problem, seed, expected?.value, seconds)),
      ),
    ]
    const greatest = Math.max(...results.map(({ value }) => value))
    const { value: reference, isProven } = expected ?? { value: greatest, isProven: false }
    console.error(`${index + 1} of ${chosen.length}: ${name}, ${greatest} of ${reference}`)
    return { name, family: instance.name.replace(/\d+$/, ''), routes, reference, isProven, results }
  })
  return tableOf(cases)
}
