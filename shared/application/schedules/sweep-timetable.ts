import type { WorkspaceId } from '#domain/ids.ts'
import type { World } from '../world.ts'
import { settleArming } from './arm-schedule.ts'

/** Settles what a crash between the row and EventBridge Scheduler left pending. @returns how many were repaired. */
export const sweepTimetable = async (
  workspaceId: WorkspaceId,
  world: Pick<World, 'store' | 'timetable' | 'clock'>,
): Promise<{ readonly repaired: number }> => {
  let repaired = 0
  let cursor: string | undefined
  do {
    const page = await world.store.unsettledArmings(workspaceId, { limit: 100, cursor })
    for (const { scheduleId } of page.items) if (await settleArming(workspaceId, scheduleId, world)) repaired += 1
    cursor = page.next
  } while (cursor !== undefined)
  return { repaired }
}
