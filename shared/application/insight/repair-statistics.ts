import { notFound, Refusal } from '#domain/errors.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import { isLive } from '#domain/runs/live.ts'
import { added, countsOf, noStats, type ScheduleStats } from '#domain/schedules/statistics.ts'
import type { World } from '../world.ts'

export type StatisticsCheck = {
  readonly scheduleId: ScheduleId
  readonly equal: boolean
  readonly counted: ScheduleStats
  /** What the runs that are recorded add up to. */
  readonly recomputed: ScheduleStats
  readonly repaired: boolean
}

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value

const same = (a: unknown, b: unknown): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))

/** What the ended runs of a schedule add up to. Firings that were missed leave no run, so they are taken as counted. */
const recompute = async (
  workspaceId: WorkspaceId,
  scheduleId: ScheduleId,
  missed: number,
  world: Pick<World, 'store'>,
) => {
  let stats: ScheduleStats = { ...noStats({ workspaceId, scheduleId }), missed }
  let cursor: string | undefined
  do {
    const page = await world.store.runsOfSchedule(workspaceId, scheduleId, { limit: 100, cursor })
    for (const run of page.items)
      if (!isLive(run)) {
        const endedAt = [stats.lastEndedAt ?? '', run.end.at].sort().at(-1) ?? run.end.at
        stats = added(stats, { ...countsOf(run), endedAt })
      }
    cursor = page.next
  } while (cursor !== undefined)
  return stats
}

/**
 * Adds the statistics of a schedule up again from its recorded runs and compares; with `repair` what differs is put right, on
 * condition that nothing was counted meanwhile.
 * @throws Refusal `not_found`, `invalid_state` (runs are forgotten by now)
 */
export const repairStatistics = async (
  input: { readonly workspaceId: WorkspaceId; readonly id: ScheduleId; readonly repair: boolean },
  world: Pick<World, 'store'>,
): Promise<StatisticsCheck> => {
  const { workspaceId, id, repair } = input
  const key = { workspaceId, scheduleId: id }
  if (!(await world.store.get('schedule', { workspaceId, id }))) throw notFound('schedule', id)
  const counted = (await world.store.get('scheduleStats', key)) ?? noStats(key)
  const recomputed = await recompute(workspaceId, id, counted.missed, world)
  // Runs that are forgotten cannot be added up again.
  const { retentionDays } = (await world.store.get('workspace', { id: workspaceId })) ?? {}
  if (retentionDays !== undefined && recomputed.runs < counted.runs)
    throw new Refusal(
      'invalid_state',
      `The workspace keeps runs for ${retentionDays} days, and ${counted.runs - recomputed.runs} that were counted are forgotten; they cannot be added up again.`,
    )
  const equal = same({ ...counted, lastEndedAt: undefined }, { ...recomputed, lastEndedAt: undefined })
  if (equal || !repair) return { scheduleId: id, equal, counted, recomputed, repaired: false }
  const committed = await world.store.commit([{ type: 'recount', from: counted, to: recomputed }])
  return { scheduleId: id, equal, counted, recomputed, repaired: committed.committed }
}
