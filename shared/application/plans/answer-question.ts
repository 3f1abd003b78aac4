import type { OrderId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { explain } from '#domain/planning/explain.ts'
import { bestFit, firstFit } from '#domain/planning/greedy.ts'
import type { Solution } from '#domain/planning/problem.ts'
import { type SearchBudget, type SearchProgress, searching } from '#domain/planning/search.ts'
import type { TidyWeights } from '#domain/planning/tidy.ts'
import { metricsOf } from '#domain/plans/items-of.ts'
import type { LeftOut, Plan, PlanItem } from '#domain/plans/plan.ts'
import type { PlanInput, PlannedOrder } from '#domain/plans/plan-input.ts'
import type { Posed } from '#domain/plans/problem-of.ts'
import { toldRejection } from '#domain/plans/told-rejection.ts'
import { type Solved, solvingInWaves } from '#domain/plans/waves.ts'
import { instantOf } from '#domain/time.ts'
import type { Deadline } from '../common/deadline.ts'
import { goesByClock, type Question } from './pose-question.ts'
import { findingWithin } from './within-changes.ts'

/** Milliseconds since a moment of its own, never backwards. */
export type Stopwatch = () => number

/** The time that an answer may take, in milliseconds of a stopwatch. */
export type Allowance = {
  readonly stopwatch: Stopwatch
  /** By when its plan is found and tidied up. */
  readonly untilMs: number
  /** By when what is left out is told why. */
  readonly reasonsUntilMs: number
  /** Whether somebody wants what there is. */
  readonly isStopped: Deadline
}

/** What polishing, tidying and telling why take for one order, and the share of the time that is kept for that at most. */
const endMsPerOrder = 0.5
const mostForEnd = 0.5

/** When the search ends, so that there is time for the rest; and whether it is over. */
const makeTimes = ({ stopwatch, untilMs, reasonsUntilMs, isStopped }: Allowance, orders: number) => {
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
type Times = ReturnType<typeof makeTimes>

/** Iterations, cut short by the clock; or a share of the time that is left, by which the search cools. */
const budgetOf = (ask: Question['ask'], times: Times, share: number): SearchBudget => {
  if (!goesByClock(ask)) return { iterations: ask.iterations, shouldStop: times.isSearched }
  const { stopwatch, searchUntilMs, isStopped } = times
  const fromMs = stopwatch()
  const allMs = Math.max(1, share * (searchUntilMs - fromMs))
  const progress = (): number => (stopwatch() - fromMs) / allMs
  return { iterations: Number.MAX_SAFE_INTEGER, progress, shouldStop: () => isStopped() || progress() >= 1 }
}

function* solving(
  { problem, kept }: Posed,
  ask: Question['ask'],
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
    case 'assignment':
      return firstFit(problem)
    case 'search':
      return yield* searching(
        problem,
        { seed, tidy, ...budgetOf(ask, times, share), ...(kept.length > 0 && { start: kept }) },
        times.isOver,
      )
  }
}

/** Why the planner was not even asked about an order. */
const unposed = (
  freezeMs: number,
): Record<Exclude<Posed['unposed'][number]['because'], 'waits'>, Omit<LeftOut, 'orderId'>> => ({
  'no-asset': {
    code: 'NO_CAPABLE_ASSET',
    message: 'No asset that may be booked can do it, or none has as many units.',
    remedy: 'Give an asset what it needs, bring one back into use, or change its requirements.',
  },
  'no-turn': {
    code: 'NOBODY_AVAILABLE',
    message: 'Nobody who may do it has the duty that it needs on any day within its window.',
    remedy: 'Say who has the duty on those days, or give it a longer window.',
  },
  'no-window': {
    code: 'INVALID_WINDOW',
    message: 'Within the time that is planned its window is shorter than it takes, or over.',
    remedy: 'Change `release`, `due` or its hours, or plan further ahead.',
  },
  frozen: {
    code: 'INSIDE_FREEZE',
    message: `Its window ends before ${instantOf(freezeMs)} or too soon after; nothing is put there any more.`,
    remedy: 'Book it by hand, give it more time, or plan with a shorter freeze window.',
  },
})

const waits = ({ id, follows }: Order): LeftOut => ({
  orderId: id,
  code: 'WAITS_FOR_OTHER',
  message: `Order ${follows?.orderId}, which it follows, has no slot and is not being planned, or follows it in turn.`,
  remedy: 'Plan that one, too, or take `follows` away.',
})

/** What cannot be planned and has a slot keeps that. */
const stays = ({ status }: Order, why: LeftOut): LeftOut =>
  status === 'planned' || status === 'committed'
    ? { ...why, message: `${why.message} Its slot stays where it is: cancel it, or put it elsewhere by hand.` }
    : why

/** What a wave left out, and why; with what binds it to another order, where that decides where it may be. */
const leftOutOf = (
  { posed, input, solution }: Solved['waves'][number],
  orders: ReadonlyMap<OrderId, PlannedOrder>,
  shouldStop: Deadline,
): LeftOut[] => {
  const bonds = new Map(input.orders.map(({ order, bond }) => [order.id, bond]))
  const names = { posed, orders, assets: input.assets, claims: input.claims }
  return [
    ...posed.unposed.map(({ order, because }) =>
      because === 'waits' ? waits(order) : { orderId: order.id, ...unposed(input.freezeMs)[because] },
    ),
    ...explain(posed.problem, solution.placements, shouldStop).map((rejection) => toldRejection(rejection, names)),
  ].map((one) => {
    const bond = bonds.get(one.orderId)
    return bond === undefined ? one : { ...one, message: `${one.message} ${bond}` }
  })
}

function* finding(question: Question, times: Times) {
  const { ask, maxChanges } = question
  // Each round that may follow leaves time for the next.
  const part = Number.isFinite(maxChanges) ? 0.5 : 1
  const solve = (input: PlanInput) =>
    solvingInWaves(input, (posed, share) => solving(posed, ask, input.tidy, times, part * share))
  const found = yield* findingWithin(question, solve, times.isSearched)
  // Late, tidying may have ended before its time even where all iterations are done.
  return { ...found, cutShort: goesByClock(ask) ? times.isStopped() : times.isSearched() }
}

/** What is planned, what is left out and why, and what it comes to. */
export type Answer = {
  readonly items: readonly PlanItem[]
  readonly leftOut: readonly LeftOut[]
  readonly iterations: number
  /** The deadline came first: another try may find a better plan. */
  readonly cutShort: boolean
  readonly changes: Plan['changes']
  readonly metrics: Plan['metrics']
}

/** Plans, step by step, so that whoever drives it can tell how far it is, or stop it: what was found by then is answered. */
export function* answering(question: Question, allowance: Allowance): Generator<SearchProgress, Answer> {
  const { read } = question
  const times = makeTimes(allowance, read.input.orders.length)
  const { solved, items, changes, cutShort } = yield* finding(question, times)
  const orders = new Map(read.input.orders.map((planned) => [planned.order.id, planned]))
  const leftOut = [
    ...read.waiting.map((order) => stays(order, waits(order))),
    ...solved.waiting.map(({ order }) => waits(order)),
    ...solved.waves.flatMap((wave) => leftOutOf(wave, orders, times.isExplained)),
  ].map((one): LeftOut => {
    const slotId = orders.get(one.orderId)?.slot?.id
    return slotId === undefined ? one : { ...one, slotId }
  })
  const iterations = solved.waves.reduce((sum, { solution }) => sum + solution.iterations, 0)
  const metrics = metricsOf(items, read.input, changes.dropped)
  return { items, leftOut, iterations, cutShort: cutShort || times.isExplained(), changes, metrics }
}
