import type { WorkspaceId } from '#domain/ids.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import type { World } from '../world.ts'
import { settleArming } from './arm-schedule.ts'

/**
 * Settles what a crash between the row and EventBridge Scheduler left pending. One that cannot be settled now does not keep
 * the others waiting (I15). @returns how many were repaired, and how many are left for the next sweep
 */
export const sweepTimetable = async (
  workspaceId: WorkspaceId,
  world: Pick<World, 'store' | 'timetable' | 'clock'>,
  onFailure: OnFailure = () => undefined,
): Promise<{ readonly repaired: number; readonly failed: number }> => {
  let [repaired, failed] = [0, 0]
  let cursor: string | undefined
  do {
    const page = await world.store.unsettledArmings(workspaceId, { limit: 100, cursor })
    for (const { scheduleId } of page.items) {
      const settled = await apart(scheduleId, () => settleArming(workspaceId, scheduleId, world), onFailure)
      if (settled === true) repaired += 1
      if (settled === undefined) failed += 1
    }
    cursor = page.next
  } while (cursor !== undefined)
  return { repaired, failed }
}
