import { runIdOfCleanUp } from '#domain/ids.ts'
import type { End, LiveRun, Outcome } from '#domain/runs/run.ts'
import { system } from '../common/audit.ts'
import type { Change, World } from '../world.ts'
import { runOfProtocol } from './open-run.ts'
import { runChange } from './record.ts'

/**
 * The run that tidies up after one that was stopped because it took too long, on the very assets, as part of the transaction
 * that ends it. Whoever ends it starts its execution; if that is lost, the sweeper does.
 */
export const cleanUpChanges = async (
  run: LiveRun,
  { outcome, end }: { readonly outcome: Outcome; readonly end: End },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Change[]> => {
  const { overtime } = run.work
  if (overtime?.cleanUpProtocolId === undefined || outcome !== 'failed' || end.reason !== 'time-limit') return []
  if (!('drive' in run)) return []
  const { workspaceId } = run
  const protocol = await world.store.get('protocol', { workspaceId, id: overtime.cleanUpProtocolId })
  const id = runIdOfCleanUp(run.id)
  if (!protocol || (await world.store.get('run', { workspaceId, id }))) return []
  const opened = runOfProtocol({
    id,
    protocol: {
      ...protocol,
      // The instrument that needs tidying up, not another of its kind.
      requirements: run.drive.assets.map(({ assetId, units }) => ({ assetId, units })),
    },
    of: run,
    trigger: { kind: 'clean-up', ofRunId: run.id },
    parameters: run.work.parameters,
    nowMs: world.clock.now(),
  })
  return runChange(world, undefined, opened, 'run.opened', system('clean-up'))
}
