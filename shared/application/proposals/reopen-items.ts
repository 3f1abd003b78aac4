import type { OrderId } from '#domain/ids.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import type { World } from '../world.ts'
import { changeParts, type PlanAddress } from './change-parts.ts'

const reopened = ({
  problem: _problem,
  conflicts: _conflicts,
  alternatives: _alternatives,
  ...rest
}: PlanItem): PlanItem => ({
  ...rest,
  state: 'proposed',
})

/** Has items that failed wait to be committed again. @throws Refusal `not_found`, `invalid_state` (the plan is being committed) */
export const reopenItems = (
  of: PlanAddress,
  orderIds: ReadonlySet<OrderId>,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<void> => {
  const isMeant = ({ state, orderId }: PlanItem): boolean => state === 'failed' && orderIds.has(orderId)
  return changeParts(
    of,
    (plan, parts) => {
      const count = parts.flatMap(({ items }) => items.filter(isMeant)).length
      if (count === 0) return undefined
      return {
        plan,
        parts: parts.map((part) =>
          part.items.some(isMeant)
            ? { ...part, items: part.items.map((item) => (isMeant(item) ? reopened(item) : item)) }
            : part,
        ),
        note: `${count} order(s) are to be committed again.`,
      }
    },
    world,
  )
}
