import type { OrderId } from '#domain/ids.ts'
import type { Order } from '#domain/orders/order.ts'
import { explain } from '#domain/planning/explain.ts'
import { bestFit, firstFit } from '#domain/planning/greedy.ts'
import type { Solution } from '#domain/planning/problem.ts'
import { type SearchProgress, searching } from '#domain/planning/search.ts'
import type { TidyWeights } from '#domain/planning/tidy.ts'
import { metricsOf } from '#domain/plans/items-of.ts'
import type { LeftOut, Plan, PlanItem } from '#domain/plans/plan.ts'
import type { PlanInput, PlannedOrder, Posed } from '#domain/plans/problem-of.ts'
import { toldRejection } from '#domain/plans/told-rejection.ts'
import { type Solved, solvingInWaves } from '#domain/plans/waves.ts'
import { instantOf } from '#domain/time.ts'
import type { Question } from './pose-question.ts'
import { findingWithin } from './within-changes.ts'

/** The wall clock is a safety stop alone. @returns whether the time that a plan may take is over */
export type Deadline = () => boolean

function* solving(
  { problem, kept }: Posed,
  { algorithm, seed, iterations }: Question['ask'],
  tidy: TidyWeights,
  deadline: Deadline,
): Generator<SearchProgress, Solution> {
  switch (algorithm) {
    case 'first-fit':
      return firstFit(problem)
    case 'best-fit':
      return bestFit(problem)
    case 'search':
      return yield* searching(problem, {
        seed,
        iterations,
        tidy,
        shouldStop: deadline,
        ...(kept.length > 0 && { start: kept }),
      })
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
): LeftOut[] => {
  const bonds = new Map(input.orders.map(({ order, bond }) => [order.id, bond]))
  const names = { posed, orders, assets: input.assets, claims: input.claims }
  return [
    ...posed.unposed.map(({ order, because }) =>
      because === 'waits' ? waits(order) : { orderId: order.id, ...unposed(input.freezeMs)[because] },
    ),
    ...explain(posed.problem, solution.placements).map((rejection) => toldRejection(rejection, names)),
  ].map((one) => {
    const bond = bonds.get(one.orderId)
    return bond === undefined ? one : { ...one, message: `${one.message} ${bond}` }
  })
}

function* finding(question: Question, deadline: Deadline) {
  const solve = (input: PlanInput) =>
    solvingInWaves(input, (posed) => solving(posed, question.ask, input.tidy, deadline))
  const found = yield* findingWithin(question, solve, deadline)
  // Late, tidying may have ended before its time even where all iterations are done.
  return { ...found, cutShort: deadline() }
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

/** Plans, step by step, so that whoever drives it can tell how far it is, or stop it by the deadline: what was found by then is answered. */
export function* answering(question: Question, deadline: Deadline): Generator<SearchProgress, Answer> {
  const { read } = question
  const { solved, items, changes, cutShort } = yield* finding(question, deadline)
  const orders = new Map(read.input.orders.map((planned) => [planned.order.id, planned]))
  const leftOut = [
    ...read.waiting.map((order) => stays(order, waits(order))),
    ...solved.waiting.map(({ order }) => waits(order)),
    ...solved.waves.flatMap((wave) => leftOutOf(wave, orders)),
  ].map((one): LeftOut => {
    const slotId = orders.get(one.orderId)?.slot?.id
    return slotId === undefined ? one : { ...one, slotId }
  })
  const iterations = solved.waves.reduce((sum, { solution }) => sum + solution.iterations, 0)
  const metrics = metricsOf(items, read.input, changes.dropped)
  return { items, leftOut, iterations, cutShort, changes, metrics }
}
