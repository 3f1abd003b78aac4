import { createCore, createShapes } from '#adapters/aws-world.ts'
import { system } from '#application/common/audit.ts'
import { holdAllAhead } from '#application/holds/hold-ahead.ts'
import { migrations } from '#application/migrations/all.ts'
import { runMigrations } from '#application/migrations/run-migrations.ts'
import { resumeCommits } from '#application/plans/resume-commits.ts'
import { settleSlots } from '#application/plans/settle-slots.ts'
import { lookAtReservations } from '#application/reservations/look-at-reservations.ts'
import { watchLongRuns } from '#application/runs/watch-long-runs.ts'
import { serveWaitlist } from '#application/waitlist/offer-time.ts'
import { timekeeperEventSchema, timekeeperSays } from '#contracts/workflow/messages.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { minutes, seconds } from '#domain/time.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { eventFunction } from '../runtime/event-function.ts'
import { log } from '../runtime/log.ts'
import { openTimetable } from '../runtime/ports/timetable.ts'
import { allWorkspaces, forEachWorkspace } from './every-workspace.ts'

const env = readEnvironment('timekeeper')
const world = { ...createCore(env.TABLE_NAME), shapes: createShapes(env.TABLE_NAME), timetable: openTimetable(env) }

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

/** Goes on with commits of plans that were interrupted; what is not done in time is gone on with in a minute. */
const commit = (workspaces: readonly WorkspaceId[], untilMs: number): Promise<number> =>
  forEachWorkspace(workspaces, async (workspaceId) => {
    const onFailure = (id: string, error: unknown): void =>
      log.error('A commit could not be gone on with; it is tried again in a minute.', {
        workspaceId,
        id,
        error: error as Error,
      })
    const { resumed } = await resumeCommits(workspaceId, world, () => world.clock.now() >= untilMs, onFailure)
    if (resumed > 0) log.warn('Commits of plans were gone on with.', { workspaceId, resumed })
  })

/** Until when the migrations of a workspace need no look, because all of them were done. */
const settledUntilMs = new Map<WorkspaceId, number>()

/** Goes on with what is to be migrated. It has time: whatever fails is tried again, and nothing else waits for it. */
const migrate = (workspaces: readonly WorkspaceId[], untilMs: number): Promise<number> =>
  forEachWorkspace(workspaces, async (workspaceId) => {
    const nowMs = world.clock.now()
    if (nowMs >= untilMs || nowMs < (settledUntilMs.get(workspaceId) ?? 0)) return
    try {
      const of = { workspaceId, actor: system('migrations'), pages: 100, untilMs }
      if (await runMigrations(of, migrations, world)) settledUntilMs.set(workspaceId, nowMs + minutes(5))
    } catch (error) {
      log.error(timekeeperSays.notMigrated, { workspaceId, error: error as Error })
    }
  })

/**
 * Every minute: what the passing of time brings about in the calendar of the assets. Holds expire, unused bookings are given
 * back, what lasts longer than planned is told to those who follow, schedules hold their assets ahead, and commits of plans that were
 * interrupted go on. What time is left in the first twenty seconds goes into migrations.
 */
export const handler = eventFunction('timekeeper', timekeeperEventSchema, async (): Promise<void> => {
  const untilMs = world.clock.now() + seconds(20)
  const workspaces = await allWorkspaces(world)
  const failed = await forEachWorkspace(workspaces, keep)
  const uncommitted = await commit(workspaces, untilMs)
  await migrate(workspaces, untilMs)
  if (failed + uncommitted > 0)
    throw new Error(
      `Time could not be kept for ${failed + uncommitted} workspace(s); see the log. It is tried again in a minute.`,
    )
})
