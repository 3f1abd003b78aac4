import type { WorkspaceId } from '#domain/ids.ts'
import { isLivePlanningRun } from '#domain/planning-runs/live.ts'
import { aged } from '../common/aged.ts'
import { system } from '../common/audit.ts'
import type { World } from '../world.ts'
import { isCommitted, plansOf, removePlanningRun } from './remove-planning-run.ts'

const actor = system('clean-up')

/** Runs forgotten in one go; the next one takes the next. */
const most = 200

/**
 * Forgets planning runs that are older than they are kept, with the plans that they made; those whose plan is committed stay as long
 * as that. Dying anywhere, or run twice, it comes to the same. @returns how many were forgotten
 */
export const cleanPlanningRuns = async (
  workspaceId: WorkspaceId,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<number> => {
  const { items, keptDays } = await aged('planningRun', workspaceId, world)
  const because = `It is older than ${keptDays} days.`
  let forgotten = 0
  for (const run of items) {
    if (forgotten === most) break
    if (isLivePlanningRun(run)) continue
    const plans = await plansOf(run, world)
    if (plans.some(isCommitted)) continue
    if (await removePlanningRun(run, plans, { actor, because, keepsHistory: false }, world)) forgotten += 1
  }
  return forgotten
}
