import type { OrderId } from '../ids.ts'
import type { Draft } from '../plans/items-of.ts'
import type { Assigned, LeftOut } from '../plans/plan.ts'
import type { PlannedOrder } from '../plans/plan-input.ts'
import type { Assignment } from './assigning.ts'
import { nameOf, tellDue } from './because.ts'
import { besideOther } from './companions.ts'
import { type Placed, placeOfPlaced, type State } from './state.ts'
import { toldBumped, toldUnplaced, toldUntouched, toldWithoutOther, unexamined } from './tell-left-out.ts'
import { toldSwaps } from './tell-swaps.ts'

const draftOf = (one: Placed): Draft => ({
  ...placeOfPlaced(one),
  planned: one.task.planned,
  endMs: one.endMs,
  assets: one.on.map(({ agenda, units }) => ({ assetId: agenda.asset.id, units })),
})

/** What came of an assignment: everything in its place with the reasons, and why the rest has none. */
export const tellAll = (
  s: State,
  orders: ReadonlyMap<OrderId, PlannedOrder>,
  { isOver, isExplained }: { readonly isOver: boolean; readonly isExplained: () => boolean },
): Assignment => {
  const { swaps, bumpedBy } = toldSwaps(s)
  const assigned = new Map<OrderId, Assigned>()
  for (const [id, { task, because, wave }] of s.placed) {
    const own = swaps.get(id)
    const by = bumpedBy.get(id)
    // What simply stays has no reason but that.
    if (because.length === 0 && !own && by === undefined) continue
    const other = by === undefined ? undefined : s.placed.get(by)?.task
    const madeWay = other ? [`It made way for ${nameOf(other)}, which ${tellDue(other)}.`] : []
    assigned.set(id, {
      because: [...madeWay, ...because],
      score: task.score,
      wave,
      ...(own && { swaps: own }),
      ...(by !== undefined && { bumpedBy: by }),
    })
  }
  // Where not everything had its turn, nobody knows what would still fit.
  let isCut = isOver
  const why = (planned: PlannedOrder): Omit<LeftOut, 'orderId'> => {
    const untouched = toldUntouched(planned)
    if (untouched) return untouched
    const beside = besideOther(s, orders, planned)
    if ('without' in beside) return toldWithoutOther(beside.without)
    isCut ||= isExplained()
    const { task } = beside
    return toldBumped(s, task, bumpedBy.get(task.id), isCut ? unexamined : toldUnplaced(s, task))
  }
  const leftOut = [...orders.values()]
    .filter(({ order }) => !s.placed.has(order.id))
    .map((planned): LeftOut => {
      const { order, slot } = planned
      return { orderId: order.id, ...why(planned), ...(slot && { slotId: slot.id }) }
    })
  return { drafts: [...s.placed.values()].map(draftOf), assigned, leftOut, cutShort: isCut }
}
