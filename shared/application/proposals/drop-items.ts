import type { OrderId } from '#domain/ids.ts'
import { withGains } from '#domain/plans/gains.ts'
import type { LeftOut, PlanItem } from '#domain/plans/plan.ts'
import { reckonedAnew } from '../plans/reckon-plan.ts'
import type { World } from '../world.ts'
import { changeParts, type PlanAddress } from './change-parts.ts'

const mayGo = ({ state }: PlanItem): boolean => state === 'proposed' || state === 'edited' || state === 'failed'

/** An order that was to give up its slot keeps it. */
const spared = ({ slotId: _slot, ...rest }: LeftOut): LeftOut => rest

/**
 * Takes orders out of a plan so that nobody commits them, nor gives up their slots: all of them in one transaction. What is committed
 * stays so. @throws Refusal `not_found`, `invalid_state` (the plan is being committed)
 */
export const dropItems = (
  of: PlanAddress,
  orderIds: ReadonlySet<OrderId>,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<void> =>
  changeParts(
    of,
    async (plan, parts) => {
      const isDropped = (item: PlanItem): boolean => orderIds.has(item.orderId) && mayGo(item)
      const isSpared = ({ orderId, slotId }: LeftOut): boolean => slotId !== undefined && orderIds.has(orderId)
      const dropping = parts.flatMap(({ items }) => items.filter(isDropped)).length
      const sparing = parts.flatMap(({ leftOut }) => leftOut.filter(isSpared)).length
      if (dropping + sparing === 0) return undefined
      const all = parts.flatMap(({ items }) =>
        items.map((item): PlanItem => (isDropped(item) ? { ...item, state: 'dropped' } : item)),
      )
      const now = new Map(withGains(all).map((item) => [item.orderId, item]))
      const leftOut = parts.reduce((sum, part) => sum + part.leftOut.length, 0)
      const kept = { ...plan, changes: { ...plan.changes, dropped: plan.changes.dropped - sparing } }
      return {
        plan: await reckonedAnew(kept, [...now.values()], leftOut, world),
        parts: parts.map((part) => {
          const items = part.items.map((item) => now.get(item.orderId) ?? item)
          return items.some((item, index) => item !== part.items[index]) || part.leftOut.some(isSpared)
            ? { ...part, items, leftOut: part.leftOut.map((one) => (isSpared(one) ? spared(one) : one)) }
            : part
        }),
        note: `${dropping} order(s) are taken out, and ${sparing} keep their slot(s).`,
      }
    },
    world,
  )
