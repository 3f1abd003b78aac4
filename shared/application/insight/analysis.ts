import type { Asset } from '#domain/assets/asset.ts'
import type { AssetId, ScheduleId, WorkspaceId } from '#domain/ids.ts'
import type { Analysis } from '#domain/insight.ts'
import { driveOf, type Run } from '#domain/runs/run.ts'
import { msOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { recentRuns } from './recent-runs.ts'

type Use = { runs: number; unitMs: number; waitedMs: number; refused: number }

const advices: Readonly<Record<string, string>> = {
  'assets-busy':
    'The assets that it needs are held: the message says by whom and until when. Cancel or abort what holds them, or give the protocol a capability instead of one asset.',
  retry:
    'Its last attempt failed and it tries again by itself; look at that attempt, and abort the run if trying is of no use.',
  jitter: 'Its schedule spreads its runs by chance; take jitterSeconds away where that is not wanted.',
  overlap:
    'Another run of the same schedule is live. Abort that one, or choose another overlap policy: allow, skip or cancel-other.',
}

/** How long a run waited from the time that it was due until it had its assets, or gave up, or until now. */
const waitedMs = (run: Run, nowMs: number): number => {
  const drive = driveOf(run)
  const until = drive ? msOf(drive.since) : run.status === 'ended' ? msOf(run.end.at) : nowMs
  return Math.max(0, until - msOf(run.dueAt))
}

/** Assets that a run used, or named and did not get. */
const assetsOf = (run: Run): { assetId: AssetId; units: number }[] =>
  driveOf(run)?.assets ??
  run.work.requirements.flatMap((need) => ('assetId' in need ? [{ assetId: need.assetId, units: need.units }] : []))

const usesOf = (runs: readonly Run[], fromMs: number, toMs: number, nowMs: number): Map<AssetId, Use> => {
  const uses = new Map<AssetId, Use>()
  for (const run of runs) {
    const refused = run.status === 'ended' && run.end.reason === 'assets-busy'
    const waited = refused || run.assetAttempts > 0 ? waitedMs(run, nowMs) : 0
    const drive = driveOf(run)
    const begin = drive ? Math.max(fromMs, msOf(drive.since)) : undefined
    const end = Math.min(toMs, run.status === 'ended' ? msOf(run.end.at) : nowMs)
    for (const { assetId, units } of assetsOf(run)) {
      const use = uses.get(assetId) ?? { runs: 0, unitMs: 0, waitedMs: 0, refused: 0 }
      uses.set(assetId, {
        runs: use.runs + (begin === undefined ? 0 : 1),
        unitMs: use.unitMs + (begin === undefined ? 0 : Math.max(0, end - begin) * units),
        waitedMs: use.waitedMs + waited,
        refused: use.refused + (refused ? 1 : 0),
      })
    }
  }
  return uses
}

const failingOf = (runs: readonly Run[]): Analysis['failing'] => {
  const bySchedule = Map.groupBy(
    runs.filter((run) => run.status === 'ended' && run.outcome !== 'skipped'),
    ({ scheduleId }) => scheduleId,
  )
  return [...bySchedule]
    .flatMap(([scheduleId, ended]) => {
      const failed = ended.filter((run) => run.status === 'ended' && run.outcome !== 'succeeded')
      const [last] = failed
      return scheduleId === undefined || last?.status !== 'ended'
        ? []
        : [
            {
              scheduleId: scheduleId as ScheduleId,
              runs: ended.length,
              failed: failed.length,
              lastReason: last.end.message,
            },
          ]
    })
    .sort((a, b) => b.failed - a.failed)
    .slice(0, 20)
}

/** Bottlenecks, utilisation, and why something is waiting. @throws Refusal `invalid` */
export const readAnalysis = async (
  input: { readonly workspaceId: WorkspaceId; readonly from?: string | undefined; readonly to?: string | undefined },
  world: Pick<World, 'store' | 'clock'>,
): Promise<Analysis> => {
  const { workspaceId } = input
  const nowMs = world.clock.now()
  const { runs, looked } = await recentRuns(input, world)
  const [fromMs, toMs] = [msOf(looked.from), msOf(looked.to)]
  const uses = usesOf(runs, fromMs, Math.min(toMs, nowMs), nowMs)
  const ids = [...uses.keys()].slice(0, 100)
  const assets = await world.store.getMany(
    'asset',
    ids.map((id) => ({ workspaceId, id })),
  )
  const live = await world.store.liveRuns(workspaceId, { limit: 100 })
  const rowOf = (asset: Asset): Analysis['assets'][number] => {
    const use = uses.get(asset.id) ?? { runs: 0, unitMs: 0, waitedMs: 0, refused: 0 }
    const span = Math.max(1, Math.min(toMs, nowMs) - fromMs) * asset.capacity
    return {
      assetId: asset.id,
      name: asset.name,
      runs: use.runs,
      busySeconds: Math.round(use.unitMs / 1000),
      utilisation: Number(Math.min(1, use.unitMs / span).toFixed(4)),
      waitedForSeconds: Math.round(use.waitedMs / 1000),
      refused: use.refused,
    }
  }
  return {
    ...looked,
    assets: assets
      .flatMap((asset) => (asset ? [rowOf(asset)] : []))
      .sort((a, b) => b.waitedForSeconds - a.waitedForSeconds || b.utilisation - a.utilisation),
    waiting: live.items.flatMap((run) =>
      run.status === 'waiting'
        ? [
            {
              runId: run.id,
              reason: run.waiting.reason,
              message: run.waiting.message,
              since: run.waiting.since,
              until: run.waiting.until,
              advice: advices[run.waiting.reason] ?? '',
            },
          ]
        : [],
    ),
    failing: failingOf(runs),
  }
}
