import type { WorkspaceId } from '#domain/ids.ts'
import type { Slot } from '#domain/plans/slot.ts'
import { allPages } from '../common/all-pages.ts'
import type { World } from '../world.ts'

/** Slots whose time is taken, now or later. */
export const liveSlots = (workspaceId: WorkspaceId, world: Pick<World, 'store'>): Promise<Slot[]> =>
  allPages((page) => world.store.begunSlots(workspaceId, page, '9999'))
