import type { WorkspaceId } from '#domain/ids.ts'
import type { Plan } from '#domain/plans/plan.ts'
import { aged } from '../common/aged.ts'
import { system } from '../common/audit.ts'
import type { World } from '../world.ts'
import { forgetPlan } from './forget-plan.ts'

const actor = system('clean-up')

/** Plans forgotten in one go; the next one takes the next. */
const most = 200

/** Whether an old plan may go: one that slots came from goes with the history, which may be never. */
const isOver = ({ status, committed, createdAt }: Plan, historyFrom: string | undefined): boolean =>
  status === 'committed'
    ? historyFrom !== undefined && (committed?.at ?? createdAt) < historyFrom
    : status !== 'committing'

/**
 * Forgets plans that are older than they are kept, with their items and their history, so many at a time. Dying anywhere, or run
 * twice, it comes to the same. @returns how many were forgotten
 */
export const cleanPlans = async (
  workspaceId: WorkspaceId,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<number> => {
  const { items, keptDays, historyFrom } = await aged('plan', workspaceId, world)
  const because = `It is older than ${keptDays} days.`
  let forgotten = 0
  for (const plan of items.filter((one) => isOver(one, historyFrom)).slice(0, most))
    if (await forgetPlan(plan, { actor, because, keepsHistory: false }, world)) forgotten += 1
  return forgotten
}
