import type { WorkspaceId } from '#domain/ids.ts'
import type { Metrics } from '#domain/insight.ts'
import { isLive } from '#domain/runs/live.ts'
import { msOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { recentRuns } from './recent-runs.ts'

const tally = (names: readonly string[]): Record<string, number> => {
  const counted: Record<string, number> = {}
  for (const name of names) counted[name] = (counted[name] ?? 0) + 1
  return counted
}

const percentilesOf = (values: readonly number[]): Metrics['durationSeconds'] => {
  const ordered = [...values].sort((a, b) => a - b)
  const at = (share: number): number | undefined =>
    ordered[Math.min(ordered.length - 1, Math.floor(share * ordered.length))]
  const [p50, p95, most] = [at(0.5), at(0.95), ordered.at(-1)]
  return {
    ...(p50 !== undefined && { p50 }),
    ...(p95 !== undefined && { p95 }),
    ...(most !== undefined && { most }),
  }
}

/** What the runs that were due in a span add up to. @throws Refusal `invalid` */
export const readMetrics = async (
  input: { readonly workspaceId: WorkspaceId; readonly from?: string | undefined; readonly to?: string | undefined },
  world: Pick<World, 'store' | 'clock'>,
): Promise<Metrics> => {
  const { runs, looked } = await recentRuns(input, world)
  const ended = runs.filter((run) => run.status === 'ended')
  const started = runs.flatMap((run) =>
    'startedAt' in run && run.startedAt !== undefined ? [{ run, startedMs: msOf(run.startedAt) }] : [],
  )
  const drove = ended.filter(({ outcome }) => outcome !== 'skipped' && outcome !== 'aborted')
  const succeeded = ended.filter(({ outcome }) => outcome === 'succeeded').length
  return {
    ...looked,
    runs: runs.length,
    byOutcome: tally(ended.map(({ outcome }) => outcome)),
    byReason: tally(ended.flatMap(({ outcome, end }) => (outcome === 'succeeded' ? [] : [end.reason]))),
    byTrigger: tally(runs.map(({ trigger }) => trigger.kind)),
    live: tally(runs.filter(isLive).map(({ status }) => status)),
    ...(drove.length > 0 && { successRate: Number((succeeded / drove.length).toFixed(4)) }),
    durationSeconds: percentilesOf(
      started.flatMap(({ run, startedMs }) =>
        run.status === 'ended' ? [Math.round((msOf(run.end.at) - startedMs) / 1000)] : [],
      ),
    ),
    lateSeconds: percentilesOf(
      started.map(({ run, startedMs }) => Math.max(0, Math.round((startedMs - msOf(run.dueAt)) / 1000))),
    ),
    retries: runs.reduce((sum, { attempts }) => sum + attempts.length, 0),
  }
}
