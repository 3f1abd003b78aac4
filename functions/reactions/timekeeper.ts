import { createCore } from '#adapters/aws-world.ts'
import { holdAllAhead } from '#application/holds/hold-ahead.ts'
import { settleSlots } from '#application/plans/settle-slots.ts'
import { lookAtReservations } from '#application/reservations/look-at-reservations.ts'
import { watchLongRuns } from '#application/runs/watch-long-runs.ts'
import { serveWaitlist } from '#application/waitlist/offer-time.ts'
import { timekeeperEventSchema } from '#contracts/workflow/messages.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { eventFunction } from '../runtime/event-function.ts'
import { log } from '../runtime/log.ts'
import { allWorkspaces, forEachWorkspace } from './every-workspace.ts'

const env = readEnvironment('timekeeper')
const world = createCore(env.TABLE_NAME)

const keep = async (workspaceId: WorkspaceId): Promise<void> => {
  const onFailure = (id: string, error: unknown): void =>
    log.error('The timekeeper could not finish one thing; it tries again in a minute.', {
      workspaceId,
      id,
      error: error as Error,
    })
  const reservations = await lookAtReservations(workspaceId, world, onFailure)
  const long = await watchLongRuns(workspaceId, world, onFailure)
  const slots = await settleSlots(workspaceId, world, onFailure)
  const holds = await holdAllAhead(workspaceId, world, onFailure)
  // Last, so that what was given back in this minute is offered in it.
  const waitlist = await serveWaitlist(workspaceId, world, onFailure)
  const done = {
    ...reservations,
    offered: waitlist.offered,
    held: holds.held,
    freed: holds.freed,
    refused: holds.refused,
    long,
    slots: slots.settled,
  }
  const failed = reservations.failed + slots.failed + holds.failed + waitlist.failed
  if (Object.values(done).some((count) => count > 0)) log.info('Time has passed.', { workspaceId, ...done })
  if (failed > 0) throw new Error(`${failed} thing(s) could not be looked at; the others were.`)
}

/**
 * Every minute: what the passing of time brings about in the calendar of the assets. Holds expire, unused bookings are given
 * back, what lasts longer than planned is told to those who follow, and schedules hold their assets ahead.
 */
export const handler = eventFunction('timekeeper', timekeeperEventSchema, async (): Promise<void> => {
  const failed = await forEachWorkspace(await allWorkspaces(world), keep)
  if (failed > 0)
    throw new Error(`Time could not be kept for ${failed} workspace(s); see the log. It is tried again in a minute.`)
})
