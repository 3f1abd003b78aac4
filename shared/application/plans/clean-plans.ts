import type { WorkspaceId } from '#domain/ids.ts'
import type { Plan } from '#domain/plans/plan.ts'
import { dayMs, instantOf } from '#domain/time.ts'
import { system } from '../common/audit.ts'
import type { World } from '../world.ts'
import { forgetPlan } from './forget-plan.ts'

type CleanWorld = Pick<World, 'store' | 'clock' | 'ids'>
const actor = system('clean-up')

/** Plans that nobody committed are kept for so long, where the workspace keeps its history for ever. Days. */
const usualDays = 30
/** Plans are looked through for so long beyond that: what is older and was not committed went before. Days. */
const lookedDays = 30
const mostPages = 50
/** Plans forgotten in one go; the next one takes the next. */
const most = 200

type Keeping = { readonly nowMs: number; readonly retentionDays: number | undefined }

/** Whether a plan is older than it is kept: one that slots came from goes with the history, which may be never. */
const isOver = ({ status, createdAt, committed }: Plan, { nowMs, retentionDays }: Keeping): boolean => {
  const isOlder = (than: string, days: number): boolean => than < instantOf(nowMs - days * dayMs)
  if (status === 'committing') return false
  return status === 'committed'
    ? retentionDays !== undefined && isOlder(committed?.at ?? createdAt, retentionDays)
    : isOlder(createdAt, retentionDays ?? usualDays)
}

/**
 * Forgets plans that are older than they are kept, with their items and their history, so many at a time. Dying anywhere, or run
 * twice, it comes to the same. @returns how many were forgotten
 */
export const cleanPlans = async (workspaceId: WorkspaceId, world: CleanWorld): Promise<number> => {
  const workspace = await world.store.get('workspace', { id: workspaceId })
  const keeping = { nowMs: world.clock.now(), retentionDays: workspace?.retentionDays }
  const keptDays = keeping.retentionDays ?? usualDays
  const looked = instantOf(keeping.nowMs - (keptDays + lookedDays) * dayMs)
  // The oldest are the first to go where history is not kept for ever.
  const found = new Map<string, Plan>()
  const take = (plans: readonly Plan[]): void => {
    for (const plan of plans) if (isOver(plan, keeping)) found.set(plan.id, plan)
  }
  take((await world.store.list('plan', workspaceId, { limit: 100 })).items)
  let cursor: string | undefined
  for (let pages = 0; pages < mostPages && found.size < most; pages++) {
    const page = await world.store.list('plan', workspaceId, { limit: 100, cursor, newestFirst: true })
    take(page.items)
    cursor = page.next
    if (cursor === undefined || (page.items.at(-1)?.createdAt ?? '') < looked) break
  }
  const because = `It is older than ${keptDays} days.`
  let forgotten = 0
  for (const plan of found.values())
    if (await forgetPlan(plan, { actor, because, keepsHistory: false }, world)) forgotten += 1
  return forgotten
}
