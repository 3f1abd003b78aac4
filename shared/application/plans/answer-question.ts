import type { OrderId } from '#domain/ids.ts'
import { explain } from '#domain/planning/explain.ts'
import type { SearchProgress } from '#domain/planning/search.ts'
import { metricsOf } from '#domain/plans/items-of.ts'
import type { LeftOut, Plan, PlanItem } from '#domain/plans/plan.ts'
import type { PlanInput, PlannedOrder } from '#domain/plans/plan-input.ts'
import { toldRejection } from '#domain/plans/told-rejection.ts'
import { toldStaying, toldUnposed, toldWaiting } from '#domain/plans/told-unposed.ts'
import { type Solved, solvingInWaves } from '#domain/plans/waves.ts'
import type { Deadline } from '../common/deadline.ts'
import type { Allowance } from './allowance.ts'
import { goesByClock, type Question } from './pose-question.ts'
import { makeTimes, type Searched, solving, type Times } from './solve-problem.ts'
import { findingWithin } from './within-changes.ts'

/** A question that is answered by a search, or by what fits first or best. */
export type SearchQuestion = Question & { readonly ask: Searched }

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
      because === 'waits' ? toldWaiting(order) : { orderId: order.id, ...toldUnposed(input.freezeMs)[because] },
    ),
    ...explain(posed.problem, solution.placements, shouldStop).map((rejection) => toldRejection(rejection, names)),
  ].map((one) => {
    const bond = bonds.get(one.orderId)
    return bond === undefined ? one : { ...one, message: `${one.message} ${bond}` }
  })
}

function* finding(question: SearchQuestion, times: Times) {
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
export function* answering(question: SearchQuestion, allowance: Allowance): Generator<SearchProgress, Answer> {
  const { read } = question
  const times = makeTimes(allowance, read.input.orders.length)
  const { solved, items, changes, cutShort } = yield* finding(question, times)
  const orders = new Map(read.input.orders.map((planned) => [planned.order.id, planned]))
  const leftOut = [
    ...read.waiting.map((order) => toldStaying(order, toldWaiting(order))),
    ...solved.waiting.map(({ order }) => toldWaiting(order)),
    ...solved.waves.flatMap((wave) => leftOutOf(wave, orders, times.isExplained)),
  ].map((one): LeftOut => {
    const slotId = orders.get(one.orderId)?.slot?.id
    return slotId === undefined ? one : { ...one, slotId }
  })
  const iterations = solved.waves.reduce((sum, { solution }) => sum + solution.iterations, 0)
  const metrics = metricsOf(items, read.input, changes.dropped)
  return { items, leftOut, iterations, cutShort: cutShort || times.isExplained(), changes, metrics }
}
