import { openSpans } from '#domain/assets/opening-hours.ts'
import { matchDistinct } from '#domain/availability/match.ts'
import type { Reason } from '#domain/errors.ts'
import type { OrderId } from '#domain/ids.ts'
import { companionReasons, type Place } from '#domain/orders/companion.ts'
import type { Order } from '#domain/orders/order.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import { placeOf } from '#domain/plans/waves.ts'
import { minutes, msOf } from '#domain/time.ts'
import { candidatesOf } from '../reservations/wanted.ts'
import type { World } from '../world.ts'
import { placeOfOrder } from './place-of-order.ts'

/** What it says against it that an order follows another: without that one it has no place. */
const bondReasons = async (
  { workspaceId, follows }: Order,
  item: Pick<PlanItem, 'assets' | 'start' | 'end'>,
  world: Pick<World, 'store'>,
  placeIn: PlaceIn,
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
  const { release, due, constraints, durationMinutes, requirements, workspaceId } = order
  const [startMs, endMs] = [msOf(item.start), msOf(item.end)]
  const reasons: Reason[] = []
  const say = (code: string, message: string, path: string): void => void reasons.push({ code, message, path })
  if (endMs - startMs !== minutes(durationMinutes))
    say('other-duration', `it takes ${durationMinutes} minutes by now`, '/start')
  if (release !== undefined && startMs < msOf(release))
    say('before-release', `it must not start before ${release}`, '/start')
  if (due !== undefined && endMs > msOf(due)) say('after-due', `it must end by ${due}`, '/start')
  const { hours } = constraints ?? {}
  const inHours = openSpans(hours, { startMs, endMs }).some((span) => span.startMs === startMs && span.endMs === endMs)
  if (!inHours) say('outside-hours', 'it must lie within its hours', '/start')
  const candidates = await candidatesOf(workspaceId, requirements, world)
  const able = requirements.map((want, index) =>
    item.assets.filter(({ assetId, units }) => units >= want.units && candidates[index]?.includes(assetId)),
  )
  if (item.assets.length !== requirements.length || !matchDistinct(able, ({ assetId }) => assetId))
    say('other-assets', `it needs ${requirements.length} asset(s) that can do what it asks for`, '/assets')
  return [...reasons, ...(await bondReasons(order, item, world, placeIn))]
}
