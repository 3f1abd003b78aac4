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
  /** Up to this many seconds only searches go on that are not at the reference yet. */
  readonly longer?: number
  readonly seeds: number
  /** Only every so many-th case, and only those whose name (`c101-2`) matches. */
  readonly every: number
  readonly only: RegExp
  /** Keeps results as lines of JSON; what it holds already is not measured again. */
  readonly record?: string
  readonly isVerbose: boolean
}

/** Lets a search go on for so many seconds of CPU; its temperature follows that clock. */
const runFor = ({ run, plan }: Search, seconds: number): Solution => {
  const began = cpuSeconds()
  const progress = (): number => (cpuSeconds() - began) / seconds
  const steps = run({ iterations: Number.MAX_SAFE_INTEGER, progress, shouldStop: () => progress() >= 1 })
  while (!steps.next().done);
  return plan()
}

export const searchFor = (problem: Problem, seed: number, seconds: number): Solution => {
  const began = cpuSeconds()
  const search = startSearch(problem, { seed })
  return runFor(search, Math.max(0.1, seconds - (cpuSeconds() - began)))
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

/** One search, looked at again and again: what it has found is never lost. */
const searchOn = (problem: Problem, seed: number, reference: number | undefined, options: GapOptions): Result[] => {
  const results: Result[] = []
  const began = cpuSeconds()
  const search = startSearch(problem, { seed })
  let from = cpuSeconds() - began
  for (const until of options.seconds) {
    results.push(judge(`search ${until} s`, problem, runFor(search, Math.max(0.1, until - from))))
    from = until
  }
  const last = results.at(-1)
  if (options.longer === undefined || !last) return results
  const algorithm = `search ${options.longer} s`
  const isThere = reference !== undefined && last.value >= reference
  return [
    ...results,
    isThere ? { ...last, algorithm } : judge(algorithm, problem, runFor(search, options.longer - from)),
  ]
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
  const { instances: folder, reference: file, record, every, only, seeds, seconds, longer, isVerbose } = options
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
  const cases = instances
    .flatMap((instance) => [1, 2, 3, 4].map((routes) => ({ instance, routes, name: `${instance.name}-${routes}` })))
    .filter(({ name }) => only.test(name))
    .filter((_, index) => index % every === 0)
    .map(({ instance, routes, name }): Case => {
      const problem = toProblem(instance, routes)
      const expected = known.get(name)
      const results = [
        judge('first fit', problem, firstFit(problem)),
        judge('best fit', problem, bestFit(problem)),
        ...Array.from({ length: seeds }, (_, index) => index + 1).flatMap((seed) =>
          keep([name, seed, ...seconds, longer ?? ''].join(' '), () =>
            searchOn(problem, seed, expected?.value, options),
          ),
        ),
      ]
      const { value: reference, isProven } = expected ?? {
        value: Math.max(...results.map(({ value }) => value)),
        isProven: false,
      }
      if (isVerbose) console.log(name, reference, results.map(({ value }) => value).join(' '))
      return { name, family: instance.name.replace(/\d+$/, ''), routes, reference, isProven, results }
    })
  return tableOf(cases)
}
