import { matchDistinct } from '#domain/availability/match.ts'
import type { Reason } from '#domain/errors.ts'
import type { Order } from '#domain/orders/order.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import { windowReasons } from '#domain/plans/window-reasons.ts'
import { candidatesOf } from '../reservations/wanted.ts'
import type { World } from '../world.ts'

/** What an order itself says against a time on assets; the calendar has its own say. */
export const fitReasons = async (
  order: Order,
  item: Pick<PlanItem, 'assets' | 'start' | 'end'>,
  world: Pick<World, 'store'>,
): Promise<Reason[]> => {
  const { requirements, workspaceId } = order
  const reasons = windowReasons(order, item)
  const candidates = await candidatesOf(workspaceId, requirements, world)
  const able = requirements.map((want, index) =>
    item.assets.filter(({ assetId, units }) => units >= want.units && candidates[index]?.includes(assetId)),
  )
  if (item.assets.length !== requirements.length || !matchDistinct(able, ({ assetId }) => assetId))
    reasons.push({
      code: 'other-assets',
      message: `it needs ${requirements.length} asset(s) that can do what it asks for`,
      path: '/assets',
    })
  return reasons
}
