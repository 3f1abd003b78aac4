import type { WorkspaceId } from '#domain/ids.ts'
import { isLive } from '#domain/runs/live.ts'
import { isBuffered, type LiveRun, type Run } from '#domain/runs/run.ts'
import { minutes, msOf } from '#domain/time.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import type { World } from '../world.ts'
import { settleRun } from './settle-execution.ts'
import { startBuffered } from './start-buffered.ts'

type SweepWorld = Pick<World, 'store' | 'clock' | 'ids' | 'workflows'>
export type Swept = {
  readonly restarted: number
  readonly settled: number
  /** Left for the next sweep. */
  readonly failed: number
  readonly seen: number
}

/** A recorded run whose execution did not begin within this time is started again. */
const startLostAfterMs = minutes(2)

/** A run that waits for others: the first of its schedule is started where nothing is before it, once in a sweep. */
const sweepBuffered = async (run: LiveRun, looked: Set<string>, world: SweepWorld): Promise<void> => {
  const { workspaceId, id, scheduleId = '' } = run
  // Prepare finds that it has waited too long.
  if (world.clock.now() > msOf(run.notAfter))
    await world.workflows.startRun(`${id}.${world.ids.unique()}`, workspaceId, id)
  else if (!looked.has(scheduleId)) {
    looked.add(scheduleId)
    await startBuffered(workspaceId, run.scheduleId, world)
  }
}

const sweepOne = async (
  run: Run,
  looked: Set<string>,
  world: SweepWorld,
): Promise<'restarted' | 'settled' | 'fine'> => {
  if (!isLive(run)) return 'fine'
  const { workspaceId, id: runId, execution } = run
  if (isBuffered(run)) {
    await sweepBuffered(run, looked, world)
    return 'fine'
  }
  if (execution === undefined) {
    if (world.clock.now() - msOf(run.createdAt) < startLostAfterMs) return 'fine'
    // Under another name: an execution of the run's own name may have been stopped before it did anything, and a name is used once.
    await world.workflows.startRun(`${runId}.${world.ids.unique()}`, workspaceId, runId)
    return 'restarted'
  }
  if ((await world.workflows.state(execution)) === 'running') return 'fine'
  const { settled } = await settleRun(
    { workspaceId, runId, execution },
    'Found by the sweeper: its execution was over.',
    world,
  )
  return settled ? 'settled' : 'fine'
}

/**
 * The third guarantee that no run stays open and no claim is orphaned (I3): every live run has an execution that is running,
 * or it is started again or settled. Late, twice or beside another sweeper it does no harm.
 */
export const sweepRuns = async (
  workspaceId: WorkspaceId,
  world: SweepWorld,
  onFailure: OnFailure = () => undefined,
): Promise<Swept> => {
  const looked = new Set<string>()
  const swept = { restarted: 0, settled: 0, failed: 0, seen: 0 }
  let cursor: string | undefined
  do {
    const page = await world.store.liveRuns(workspaceId, { limit: 100, cursor })
    for (const run of page.items) {
      const what = (await apart(run.id, () => sweepOne(run, looked, world), onFailure)) ?? 'failed'
      swept.seen += 1
      if (what !== 'fine') swept[what] += 1
    }
    cursor = page.next
  } while (cursor !== undefined)
  return swept
}
