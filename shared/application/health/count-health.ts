import type { AssetHealth } from '#domain/assets/health.ts'
import type { AssetId } from '#domain/ids.ts'
import type { End, LiveRun, Outcome } from '#domain/runs/run.ts'
import { driveOf } from '#domain/runs/run.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf, system } from '../common/audit.ts'
import type { Change, World } from '../world.ts'

type HealthWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** What a check found; what did not come to drive found nothing. */
const checked = (run: LiveRun, assetId: AssetId, outcome: Outcome, end: End, world: HealthWorld) => ({
  workspaceId: run.workspaceId,
  assetId,
  state: outcome === 'succeeded' ? ('good' as const) : ('bad' as const),
  note: end.message.slice(0, 500),
  checkedAt: instantOf(world.clock.now()),
  runId: run.id,
  runsSince: 0,
})

/** What the end of a run says about the health of its assets, as part of the transaction that ends it. */
export const healthChanges = async (
  run: LiveRun,
  outcome: Outcome,
  end: End,
  world: HealthWorld,
): Promise<Change[]> => {
  const { workspaceId, trigger } = run
  const drive = driveOf(run)
  if (!drive || outcome === 'skipped' || !('startedAt' in run)) return []
  const counted = drive.assets.filter((asset) => asset.counted).map(({ assetId }) => assetId)
  if (counted.length === 0) return []
  const found = await world.store.getMany(
    'assetHealth',
    counted.map((assetId) => ({ workspaceId, assetId })),
  )
  return counted.flatMap((assetId, index): Change[] => {
    const before = found[index]
    const isCheck = trigger.kind === 'health-check' && trigger.assetId === assetId
    if (!isCheck && !before) return []
    const version = (before?.version ?? 0) + 1
    const value: AssetHealth =
      isCheck || !before
        ? { ...checked(run, assetId, outcome, end, world), version }
        : { ...before, runsSince: before.runsSince + 1, version }
    const put: Change = { type: 'put', kind: 'assetHealth', value, expect: before?.version ?? 'absent' }
    if (!isCheck || before?.state === value.state) return [put]
    const actor = system('health')
    const action = `asset.health-${value.state}`
    // Beside the asset, so it changes nothing of what the history of the asset adds up to.
    return [put, auditOf(world, { workspaceId, subject: assetId, action, actor, after: {}, note: value.note })]
  })
}
