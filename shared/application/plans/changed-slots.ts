import type { Reason } from '#domain/errors.ts'
import type { PlanId, WorkspaceId } from '#domain/ids.ts'
import { allPages } from '../common/all-pages.ts'
import type { World } from '../world.ts'

/** So many are told, the latest change first. */
const most = 20

/** Slots from a moment on that have changed since another, but by one plan: reasons of a refusal. */
export const changedSlots = async (
  of: {
    readonly workspaceId: WorkspaceId
    readonly from: string
    readonly since: string
    readonly but?: PlanId | undefined
  },
  world: Pick<World, 'store'>,
): Promise<Reason[]> => {
  const { workspaceId, from, since, but } = of
  const slots = await allPages((page) => world.store.slotsByStart(workspaceId, page, { from }))
  const changed = slots.filter(({ updatedAt, planId }) => updatedAt >= since && (but === undefined || planId !== but))
  return changed
    .toSorted((a, b) => (a.updatedAt > b.updatedAt ? -1 : 1))
    .slice(0, most)
    .map(({ id, orderId, status, start, updatedAt }) => ({
      code: 'slot-changed',
      message: `slot ${id} of order ${orderId} at ${start} is ${status} now`,
      facts: { slotId: id, orderId, status, start, updatedAt },
    }))
}
