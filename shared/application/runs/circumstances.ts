import type { Closed } from '#domain/calendars/calendar.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { isLive } from '#domain/runs/live.ts'
import { isOfRule, type LiveRun } from '#domain/runs/run.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import type { Workspace } from '#domain/workspaces/workspace.ts'
import { closedFor } from '../calendars/closed-for.ts'
import type { World } from '../world.ts'

/** What else decides whether a run starts, beside the run and its schedule. */
export type Circumstances = {
  readonly workspace: Workspace | undefined
  /** What the calendars that the schedule names take out. */
  readonly closed: Closed
  /** Other live runs of the schedule; none where nothing depends on them. */
  readonly others: readonly LiveRun[]
  /** Runs of the rule that were started and have ended; 0 where nothing depends on it. */
  readonly fired: number
}

/** Reads them, strongly consistent where a single document tells it. */
export const readCircumstances = async (
  workspaceId: WorkspaceId,
  run: LiveRun,
  schedule: Schedule | undefined,
  world: Pick<World, 'store'>,
): Promise<Circumstances> => {
  const counts = schedule?.maxRuns !== undefined && isOfRule(run.trigger)
  const matter = schedule && (schedule.overlap !== 'allow' || counts || run.status === 'waiting')
  const [workspace, closed, live, stats] = await Promise.all([
    world.store.get('workspace', { id: workspaceId }),
    closedFor(schedule, world),
    matter ? world.store.liveRunsOfSchedule(workspaceId, schedule.id) : [],
    counts ? world.store.get('scheduleStats', { workspaceId, scheduleId: schedule.id }) : undefined,
  ])
  const others = [...live].filter(isLive).filter(({ id }) => id !== run.id)
  return { workspace, closed, others, fired: stats?.fired ?? 0 }
}
