import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { settleConflicts } from '../conflicts/settle-conflicts.ts'
import { serveWaitlist } from '../waitlist/offer-time.ts'
import type { World } from '../world.ts'

/** While somebody waits for the answer to a request, so many in line are looked at; the timekeeper looks at all. */
const servedAtOnce = 10

/**
 * What follows when time of some assets was given back: whoever waits is offered it, and conflicts
 * that are none any more are resolved. What fails here is done
 * again by the timekeeper and the sweeper, so it never fails the request that gave the time back.
 */
export const timeFreed = async (
  { workspaceId, assetIds }: { readonly workspaceId: WorkspaceId; readonly assetIds: readonly AssetId[] },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  onFailure: OnFailure = () => undefined,
): Promise<void> => {
  await apart('waitlist', () => serveWaitlist(workspaceId, world, onFailure, servedAtOnce), onFailure)
  await apart('conflicts', () => settleConflicts({ workspaceId, assetIds }, world, onFailure), onFailure)
}
