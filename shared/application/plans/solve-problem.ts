import { bestFit, firstFit } from '#domain/planning/greedy.ts'
import type { Solution } from '#domain/planning/problem.ts'
import { type SearchBudget, type SearchProgress, searching } from '#domain/planning/search.ts'
import type { TidyWeights } from '#domain/planning/tidy.ts'
import type { Algorithm } from '#domain/plans/plan.ts'
import type { Posed } from '#domain/plans/problem-of.ts'
import type { Allowance } from './allowance.ts'
import { goesByClock, type Question } from './pose-question.ts'

/** What polishing, tidying and telling why take for one order, and the share of the time that is kept for that at most. */
const endMsPerOrder = 0.5
const mostForEnd = 0.5

/** When the search ends, so that there is time for the rest; and whether it is over. */
export const makeTimes = ({ stopwatch, untilMs, reasonsUntilMs, isStopped }: Allowance, orders: number) => {
  const left = untilMs - stopwatch()
  const searchUntilMs = untilMs - Math.min(orders * endMsPerOrder, left * mostForEnd)
  return {
    stopwatch,
    searchUntilMs,
    isStopped,
    isSearched: (): boolean => isStopped() || stopwatch() >= searchUntilMs,
    isOver: (): boolean => isStopped() || stopwatch() >= untilMs,
    isExplained: (): boolean => stopwatch() >= reasonsUntilMs,
  }
}
export type Times = ReturnType<typeof makeTimes>

/** What is asked of the planner's core: by whichever method, but that which assigns people. */
export type Searched = Question['ask'] & { readonly algorithm: Exclude<Algorithm, 'assignment'> }

/** Iterations, cut short by the clock; or a share of the time that is left, by which the search cools. */
const budgetOf = (ask: Question['ask'], times: Times, share: number): SearchBudget => {
  if (!goesByClock(ask)) return { iterations: ask.iterations, shouldStop: times.isSearched }
  const { stopwatch, searchUntilMs, isStopped } = times
  const fromMs = stopwatch()
  const allMs = Math.max(1, share * (searchUntilMs - fromMs))
  const progress = (): number => (stopwatch() - fromMs) / allMs
  return { iterations: Number.MAX_SAFE_INTEGER, progress, shouldStop: () => isStopped() || progress() >= 1 }
}

/** A plan for a problem, by the method that was asked for. */
export function* solving(
  { problem, kept }: Posed,
  ask: Searched,
  tidy: TidyWeights,
  times: Times,
  share: number,
): Generator<SearchProgress, Solution> {
  const { algorithm, seed } = ask
  switch (algorithm) {
    case 'first-fit':
      return firstFit(problem)
    case 'best-fit':
      return bestFit(problem)
    case 'search':
      return yield* searching(
        problem,
        { seed, tidy, ...budgetOf(ask, times, share), ...(kept.length > 0 && { start: kept }) },
        times.isOver,
      )
  }
}
