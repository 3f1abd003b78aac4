import type { Asset } from '#domain/assets/asset.ts'
import { type Actor, actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { AssetId, RunId, WorkspaceId } from '#domain/ids.ts'
import { hasDrive, type Run } from '#domain/runs/run.ts'
import { instantOf } from '#domain/time.ts'
import type { Workspace } from '#domain/workspaces/workspace.ts'
import { changeDocument, touched } from '../common/change-document.ts'
import { abortRun } from '../runs/abort-run.ts'
import type { World } from '../world.ts'

type StopWorld = Pick<World, 'store' | 'clock' | 'ids' | 'workflows' | 'agentLink'>

type Of = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  /** The whole workspace, where it is left out. */
  readonly assetId?: AssetId | undefined
  readonly note: string
}

/** Whether a live run is on an asset, or waits for that very one. */
const concerns = (run: Run, assetId: AssetId | undefined): boolean =>
  assetId === undefined ||
  (hasDrive(run)
    ? run.drive.assets.some((asset) => asset.assetId === assetId)
    : run.work.requirements.some((need) => 'assetId' in need && need.assetId === assetId))

const change = (of: Of, stop: boolean, world: StopWorld): Promise<Asset | Workspace> => {
  const { workspaceId, actor, assetId, note } = of
  const thrown = { note, since: instantOf(world.clock.now()), by: actorName(actor) }
  const apply = <T extends { readonly emergencyStop?: unknown }>(current: T): T => {
    if ((current.emergencyStop !== undefined) === stop) return current
    const { emergencyStop: _old, ...rest } = current
    return (stop ? { ...rest, emergencyStop: thrown } : rest) as T
  }
  const what = stop ? 'emergency-stopped' : 'emergency-acknowledged'
  const common = { workspaceId, actor, note, version: 'any' as const }
  return assetId === undefined
    ? changeDocument('workspace', { ...common, id: workspaceId, action: `workspace.${what}`, change: apply }, world)
    : changeDocument(
        'asset',
        {
          ...common,
          id: assetId,
          action: `asset.${what}`,
          change: (current) => {
            const after = apply(current)
            return after === current ? current : { ...after, ...touched(actor, world) }
          },
        },
        world,
      )
}

export type Stopped = {
  /** Asked to end, or ended. */
  readonly aborted: RunId[]
  /** Could not be reached; their instruments may be moving. */
  readonly failed: { runId: RunId; message: string }[]
}

/**
 * Stops everything on an asset, or in the workspace, and lets nothing start until somebody acknowledges it: first the stop is
 * recorded, so that nothing begins from now on; then whatever is driving, paused, queued or waiting is aborted. Again, it aborts
 * what is left. It is no substitute for the red button beside the instrument.
 * @throws Refusal `not_found`
 */
export const emergencyStop = async (of: Of, world: StopWorld): Promise<Stopped> => {
  const { workspaceId, actor, assetId } = of
  await change(of, true, world)
  const stopped: Stopped = { aborted: [], failed: [] }
  let cursor: string | undefined
  do {
    const page = await world.store.liveRuns(workspaceId, { limit: 100, cursor })
    for (const run of page.items.filter((live) => concerns(live, assetId))) {
      try {
        await abortRun({ workspaceId, runId: run.id, actor, note: `Emergency stop: ${of.note}`.slice(0, 500) }, world)
        stopped.aborted.push(run.id)
      } catch (error) {
        // It has just ended by itself.
        if (error instanceof Refusal && error.code === 'invalid_state') continue
        stopped.failed.push({ runId: run.id, message: (error as Error).message })
      }
    }
    cursor = page.next
  } while (cursor !== undefined)
  return stopped
}

/** Lets things start again; what was stopped stays stopped. Twice is success. @throws Refusal `not_found` */
export const acknowledgeStop = async (of: Of, world: StopWorld): Promise<void> => {
  await change(of, false, world)
}
