import type { OrderId } from '#domain/ids.ts'
import { itemsOf } from '#domain/plans/items-of.ts'
import { pinned } from '#domain/plans/pinned.ts'
import type { Plan, PlanItem } from '#domain/plans/plan.ts'
import type { PlanInput, PlannedOrder } from '#domain/plans/plan-input.ts'
import type { Solved } from '#domain/plans/waves.ts'
import type { Question } from './pose-question.ts'
import type { ReadInput } from './read-input.ts'

/** What a plan does to the slots that there are. */
export const changesOf = (items: readonly PlanItem[], { movable }: ReadInput): Plan['changes'] => {
  const served = items.filter(({ slotId }) => slotId !== undefined)
  const kept = served.filter(({ state }) => state === 'kept').length
  return {
    kept,
    moved: served.length - kept,
    dropped: movable.length - served.length,
    added: items.length - served.length,
    valueBefore: movable.reduce((sum, { value }) => sum + value, 0),
    valueAfter: items.reduce((sum, { value }) => sum + value, 0),
  }
}

/** A plan as far as it is found. */
export type Found = {
  readonly solved: Solved
  readonly items: readonly PlanItem[]
  readonly changes: Plan['changes']
}

/** Where a plan changes more than it may, changes cost twice as much, so many times. */
const mostRounds = 4

const dearer = (input: PlanInput): PlanInput => {
  const { move, reassign, drop } = input.prices
  return { ...input, prices: { move: 2 * move + 0.1, reassign: 2 * reassign + 0.1, drop: 2 * drop + 0.1 } }
}

/**
 * Plans, and changes no more slots than it may, those not counted that cannot stay. Where dearer changes do not bring that about,
 * or bring about less than may be, all slots stay but as many of those that it would change as may be.
 */
export function* findingWithin<Step>(
  { read, maxChanges }: Pick<Question, 'read' | 'maxChanges'>,
  solving: (input: PlanInput) => Generator<Step, Solved>,
  isLate: () => boolean,
): Generator<Step, Found> {
  const broken = new Set(read.broken.map(({ orderId }) => orderId))
  const mustGo = (planned: PlannedOrder): boolean => broken.has(planned.order.id) || planned.mayStay === false
  const serving = read.input.orders.filter(({ slot }) => slot !== undefined)
  const found = (solved: Solved): Found => {
    const items = itemsOf(solved.drafts, read.input)
    return { solved, items, changes: changesOf(items, read) }
  }
  /** Orders whose slots it changes, and need not. */
  const changed = ({ items }: Found): readonly PlannedOrder[] => {
    const kept = new Set(items.flatMap(({ orderId, state }) => (state === 'kept' ? [orderId] : [])))
    return serving.filter((planned) => !kept.has(planned.order.id) && !mustGo(planned))
  }
  const worths = new Map(read.input.orders.map(({ order, worth }) => [order.id, worth]))
  const worthOf = ({ items }: Found): number => items.reduce((sum, { orderId }) => sum + (worths.get(orderId) ?? 0), 0)

  let input = read.input
  let over: readonly PlannedOrder[] = []
  let within: Found | undefined
  for (let round = 1; round <= mostRounds && !within && !(round > 1 && isLate()); round++) {
    const now = found(yield* solving(input))
    const count = changed(now).length
    if (count <= maxChanges && (round === 1 || count === maxChanges)) return now
    if (count <= maxChanges) within = now
    else over = changed(now)
    input = dearer(input)
  }
  if (within && isLate()) return within
  const cheapest = over.toSorted((a, b) => a.worth - b.worth || (a.order.id < b.order.id ? -1 : 1))
  const free = new Set<OrderId>(
    [...cheapest.slice(0, maxChanges), ...serving.filter(mustGo)].map(({ order }) => order.id),
  )
  const still = pinned(read.input, free)
  const solved = yield* solving(still.input)
  const last = found({ ...solved, drafts: [...solved.drafts, ...still.drafts] })
  return within && worthOf(within) >= worthOf(last) ? within : last
}
