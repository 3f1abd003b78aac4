import type { OrderId } from '../ids.ts'
import type { Draft } from '../plans/items-of.ts'
import { othersFirst } from '../plans/others-first.ts'
import type { Assigned, LeftOut } from '../plans/plan.ts'
import type { PlanInput, PlannedOrder } from '../plans/plan-input.ts'
import { makeRoom } from './bump.ts'
import { besideOther, staying } from './companions.ts'
import { findPlace, placedAt } from './find-place.ts'
import { byTurn, type Wave, waveOf } from './order-of-work.ts'
import { placeWithRoom } from './room-beside.ts'
import { makeState, place, type State } from './state.ts'
import { tellAll } from './tell.ts'
import { toldUntouched } from './tell-left-out.ts'

export type AssignmentAsk = {
  readonly input: PlanInput
  /** Decides between people and assets that are equal in everything. */
  readonly seed: number
  /** From when days until something is due are counted. */
  readonly nowMs: number
  /** Slots that are moved or given up at most; those that cannot stay are not counted. */
  readonly maxChanges: number
}

export type Assignment = {
  readonly drafts: readonly Draft[]
  /** Why, of all that is not simply where it was. */
  readonly assigned: ReadonlyMap<OrderId, Assigned>
  readonly leftOut: readonly LeftOut[]
  /** The time was over before everything had its turn, or was told why it has no place. */
  readonly cutShort: boolean
}

/** Orders that had their turn, and those that have a place by now. */
export type AssignmentProgress = { readonly done: number; readonly placed: number; readonly share: number }

/** Whether the time is over for finding places, and for telling why some orders have none. */
export type AssignmentTimes = { readonly isOver: () => boolean; readonly isExplained: () => boolean }

const inTime: AssignmentTimes = { isOver: () => false, isExplained: () => false }

/** Gives an order a place, where need be in that of others. @returns whether it has one now */
const attempt = (
  s: State,
  orders: ReadonlyMap<OrderId, PlannedOrder>,
  planned: PlannedOrder,
  wave: Wave,
  mayBump: boolean,
  followers: readonly PlannedOrder[],
): boolean => {
  const beside = besideOther(s, orders, planned)
  if ('without' in beside) return false
  const { task } = beside
  const roomy = followers.length > 0 ? placeWithRoom(s, orders, task, wave, followers) : undefined
  const found = roomy ? undefined : findPlace(s, task)
  const own = roomy ?? (found && placedAt(task, found, wave))
  if (own) place(s, own)
  const isPlaced = own !== undefined || (mayBump && makeRoom(s, task, wave))
  s.undo.length = 0
  return isPlaced
}

/**
 * Gives orders to people and assets, the most urgent first, step by step: duties, the rest, companions; then everything that found
 * no place once more. Slots stay where they are unless they make way for what is more urgent.
 */
export function* assigning(ask: AssignmentAsk, times = inTime): Generator<AssignmentProgress, Assignment> {
  const { input, nowMs } = ask
  const stays = staying(input.orders)
  const s = makeState(input, ask, stays)
  const orders = new Map(input.orders.map((planned) => [planned.order.id, planned]))
  const inTurn = othersFirst(input.orders.toSorted(byTurn(input.span, nowMs))).filter(
    (planned) => toldUntouched(planned) === undefined,
  )
  const without = (wave: Wave): PlannedOrder[] =>
    inTurn.filter((planned) => waveOf(planned) === wave && !s.placed.has(planned.order.id))
  const followers = Map.groupBy(inTurn, ({ order }) => order.follows?.orderId)
  const tried = new Set<OrderId>()
  const all = inTurn.length - stays.size
  let isOver = false

  function* going(wave: Wave, some: readonly PlannedOrder[], mayBump: boolean): Generator<AssignmentProgress, number> {
    let placed = 0
    for (const planned of some) {
      if (times.isOver()) {
        isOver = true
        break
      }
      if (s.placed.has(planned.order.id)) continue
      tried.add(planned.order.id)
      const waiting = followers.get(planned.order.id)?.filter(({ order }) => !s.placed.has(order.id)) ?? []
      if (attempt(s, orders, planned, wave, mayBump, waiting)) placed++
      yield { done: tried.size, placed: s.placed.size, share: Math.min(1, tried.size / Math.max(1, all)) }
    }
    return placed
  }

  const waves = ['duty', 'rest', 'companion'] as const
  for (const wave of waves) yield* going(wave, without(wave), true)
  yield* going('rescue', waves.flatMap(without), true)
  // Until nothing fits any more as things stand: only then it is true what is told of the others.
  while (!isOver && (yield* going('rescue', waves.flatMap(without), false)) > 0);
  return tellAll(s, orders, { isOver, isExplained: times.isExplained })
}
