import { matchDistinct } from '#domain/availability/match.ts'
import type { Reason } from '#domain/errors.ts'
import type { OrderId } from '#domain/ids.ts'
import { companionReasons, type Place } from '#domain/orders/companion.ts'
import type { Order } from '#domain/orders/order.ts'
import { placeOf } from '#domain/plans/place.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import { windowReasons } from '#domain/plans/window-reasons.ts'
import { msOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { candidatesAt } from './candidates-at.ts'
import { placeOfOrder } from './place-of-order.ts'

/** What it says against it that an order follows another: without that one it has no place. */
export const bondReasons = async (
  { workspaceId, follows }: Order,
  item: Pick<PlanItem, 'assets' | 'start' | 'end'>,
  world: Pick<World, 'store'>,
  placeIn: PlaceIn = () => undefined,
): Promise<Reason[]> => {
  if (!follows) return []
  const other = placeIn(follows.orderId) ?? (await placeOfOrder(workspaceId, follows.orderId, world))
  if (other) return companionReasons(follows, placeOf(item), other)
  return [
    { code: 'waits-for-other', message: `order ${follows.orderId}, which it follows, has no slot`, path: '/start' },
  ]
}

/** Where an order stands in the plan that is looked at. */
export type PlaceIn = (orderId: OrderId) => Place | undefined

/** What an order itself says against a time on assets; the calendar has its own say. */
export const fitReasons = async (
  order: Order,
  item: Pick<PlanItem, 'assets' | 'start' | 'end'>,
  world: Pick<World, 'store'>,
  placeIn: PlaceIn = () => undefined,
): Promise<Reason[]> => {
  const { requirements } = order
  const reasons = windowReasons(order, item)
  const candidates = await candidatesAt(order, msOf(item.start), world)
  const able = requirements.map((want, index) =>
    item.assets.filter(({ assetId, units }) => units >= want.units && candidates[index]?.ids.includes(assetId)),
  )
  const others = candidates.flatMap(({ told, expired }, index): Reason[] => {
    if (able[index]?.length !== 0) return []
    if (told !== undefined)
      return [{ code: 'not-on-duty', message: `it needs whoever is on duty: ${told}`, path: '/assets' }]
    return item.assets.flatMap(({ assetId }) => {
      const message = expired?.get(assetId)
      return message === undefined ? [] : [{ code: 'unqualified', message, path: '/assets' }]
    })
  })
  reasons.push(...others)
  const fits = item.assets.length === requirements.length && matchDistinct(able, ({ assetId }) => assetId)
  if (!fits && others.length === 0)
    reasons.push({
      code: 'other-assets',
      message: `it needs ${requirements.length} asset(s) that can do what it asks for`,
      path: '/assets',
    })
  return [...reasons, ...(await bondReasons(order, item, world, placeIn))]
}
