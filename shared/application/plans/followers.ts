import type { Reason } from '#domain/errors.ts'
import type { OrderId, WorkspaceId } from '#domain/ids.ts'
import { companionReasons, type Follows, type Place } from '#domain/orders/companion.ts'
import { placeOf } from '#domain/plans/place.ts'
import type { PlanItem } from '#domain/plans/plan.ts'
import type { World } from '../world.ts'

/** An item of a plan that follows another, with what binds it. */
export type Follower = { readonly item: PlanItem; readonly follows: Follows }

/** So many are looked at. */
const most = 100

/** Whether an item is to be, or has been, where it says. */
export const isPlaced = ({ state }: PlanItem): boolean => state !== 'dropped' && state !== 'failed'

/** The items of a plan that follow an order. */
export const followersOf = async (
  workspaceId: WorkspaceId,
  orderId: OrderId,
  items: readonly PlanItem[],
  world: Pick<World, 'store'>,
): Promise<readonly Follower[]> => {
  const following = items.filter((item) => item.follows === orderId && isPlaced(item)).slice(0, most)
  if (following.length === 0) return []
  const orders = await world.store.getMany(
    'order',
    following.map((item) => ({ workspaceId, id: item.orderId })),
  )
  return following.flatMap((item, index) => {
    const follows = orders[index]?.follows
    return follows?.orderId === orderId ? [{ item, follows }] : []
  })
}

/** What they say against a new place of the one that they follow. */
export const followerReasons = (followers: readonly Follower[], place: Place): Reason[] =>
  followers.flatMap(({ item, follows }) =>
    companionReasons(follows, placeOf(item), place).map((reason) => ({
      ...reason,
      code: `companion-${reason.code}`,
      message: `order ${item.orderId} follows it, from ${item.start}: ${reason.message}`,
    })),
  )

/** Where the orders of a plan stand by it. */
export const placesIn =
  (items: readonly PlanItem[]) =>
  (orderId: OrderId): Place | undefined => {
    const there = items.find((one) => one.orderId === orderId && isPlaced(one))
    return there && placeOf(there)
  }
