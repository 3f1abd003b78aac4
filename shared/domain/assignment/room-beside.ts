import type { OrderId } from '../ids.ts'
import type { PlannedOrder } from '../plans/plan-input.ts'
import { besideOther } from './companions.ts'
import { findPlace, placedAt } from './find-place.ts'
import type { Wave } from './order-of-work.ts'
import { markOf, type Placed, place, rollBack, type State } from './state.ts'
import type { Task } from './task.ts'

/** Places of one order that are looked at for whether what follows it has room beside. */
const mostLooks = 100

/**
 * A place for an order that others follow which have none yet: the first beside which each of them has one, too. What is placed
 * stays, so an earlier one would leave them out for good. @returns nothing where there is no such place
 */
export const placeWithRoom = (
  s: State,
  orders: ReadonlyMap<OrderId, PlannedOrder>,
  task: Task,
  wave: Wave,
  followers: readonly PlannedOrder[],
): Placed | undefined => {
  let looks = 0
  const hasRoom = (planned: PlannedOrder): boolean => {
    const beside = besideOther(s, orders, planned)
    return 'task' in beside && findPlace(s, beside.task) !== undefined
  }
  const found = findPlace(s, task, {
    suits: (one) => {
      if (++looks > mostLooks) return false
      const mark = markOf(s)
      place(s, placedAt(task, one, wave))
      const suits = followers.every(hasRoom)
      rollBack(s, mark)
      return suits
    },
  })
  const placed = found && placedAt(task, found, wave)
  if (!placed || looks === 1) return placed
  return { ...placed, because: [...placed.because, 'What follows it has no place beside an earlier one.'] }
}
