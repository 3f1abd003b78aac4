import type { PlanningRunId, WorkspaceId } from '#domain/ids.ts'
import { isLivePlanningRun } from '#domain/planning-runs/live.ts'
import type { PlanningRun } from '#domain/planning-runs/planning-run.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { system } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import { endOf, runChange } from './run-changes.ts'

type SweepWorld = Pick<World, 'store' | 'clock' | 'ids' | 'planners'>
const sweeper = system('sweeper')

/** Its execution should have begun by then; starting it twice is harmless. */
const unbegunMs = minutes(1)
/** It tells how far it is every few seconds, and an execution tries again within a minute of a crash. */
const silentMs = minutes(10)

/** Ends a run that has no way to end by itself. @returns whether it did */
const giveUp = (
  address: { readonly workspaceId: WorkspaceId; readonly id: PlanningRunId },
  how: { readonly status: 'failed' | 'crashed'; readonly message: string },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<boolean> =>
  transact<boolean>(world, async () => {
    const run = await world.store.get('planningRun', address)
    if (!run || !isLivePlanningRun(run)) return { changes: [], result: false }
    const next = { ...endOf(run, instantOf(world.clock.now())), ...how }
    return { ...runChange(run, next, `planning-run.${how.status}`, sweeper, world), result: true }
  })

/** What the workflow says when all its tries have failed. */
export const failPlanningRun = (
  address: { readonly workspaceId: WorkspaceId; readonly id: PlanningRunId },
  cause: string,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<boolean> =>
  giveUp(address, { status: 'failed', message: `Planning failed again and again: ${cause}`.slice(0, 1_000) }, world)

const look = async (run: PlanningRun, world: SweepWorld): Promise<'started' | 'crashed' | undefined> => {
  const { workspaceId, id } = run
  const nowMs = world.clock.now()
  const progress = await world.store.get('planningProgress', { workspaceId, id })
  const heardMs = Math.max(msOf(run.updatedAt), progress ? msOf(progress.at) : 0)
  if (heardMs + silentMs <= nowMs) {
    const message = `It was not heard of after ${instantOf(heardMs)}. Ask for the plan again.`
    return (await giveUp({ workspaceId, id }, { status: 'crashed', message }, world)) ? 'crashed' : undefined
  }
  if (run.status !== 'queued' || heardMs + unbegunMs > nowMs) return undefined
  await world.planners.start(workspaceId, id)
  return 'started'
}

/** Starts planning runs whose execution was never started, and ends those that are not heard of any more. */
export const sweepPlanningRuns = async (
  workspaceId: WorkspaceId,
  world: SweepWorld,
  onFailure: OnFailure = () => undefined,
): Promise<{ readonly started: number; readonly crashed: number }> => {
  const total = { started: 0, crashed: 0 }
  let cursor: string | undefined
  do {
    const page = await world.store.livePlanningRuns(workspaceId, { limit: 100, cursor })
    for (const run of page.items) {
      const done = await apart(run.id, () => look(run, world), onFailure)
      if (done) total[done] += 1
    }
    cursor = page.next
  } while (cursor !== undefined)
  return total
}
