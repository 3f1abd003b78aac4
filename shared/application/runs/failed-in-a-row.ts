import type { Run } from '#domain/runs/run.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { msOf } from '#domain/time.ts'
import type { World } from '../world.ts'

/** Runs looked at beyond those that count, because skipped and aborted ones say nothing about the instrument. */
const others = 20

const says = (run: Run): run is Extract<Run, { status: 'ended' }> =>
  run.status === 'ended' && run.outcome !== 'skipped' && run.outcome !== 'aborted'

/**
 * Whether a failure that is being recorded is the last of so many: with it, the last `limit` runs failed, all of them since the
 * schedule was last changed or resumed.
 */
export const failedInARow = async (
  run: Run,
  schedule: Schedule,
  limit: number | undefined,
  world: Pick<World, 'store'>,
): Promise<boolean> => {
  if (limit === undefined) return false
  const page = { limit: Math.min(100, limit + others), newestFirst: true }
  const { items } = await world.store.runsOfSchedule(run.workspaceId, schedule.id, page)
  const before = items
    .filter((other) => other.id !== run.id)
    .filter(says)
    .filter(({ end }) => msOf(end.at) > msOf(schedule.updatedAt))
    .slice(0, limit - 1)
  return before.length === limit - 1 && before.every((other) => other.outcome === 'failed')
}
