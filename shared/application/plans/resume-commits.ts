import type { WorkspaceId } from '#domain/ids.ts'
import type { Plan } from '#domain/plans/plan.ts'
import { minutes, msOf } from '#domain/time.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { system } from '../common/audit.ts'
import type { Deadline } from '../common/deadline.ts'
import type { World } from '../world.ts'
import { commitPlan } from './commit-plan.ts'

/** Whoever asked for it would have asked again by then. */
const leftAloneMs = minutes(5)
/** Plans of late that are looked through for commits under way, besides the one that raised the revision last. */
const recentPlans = 10

const underWay = async (workspaceId: WorkspaceId, world: Pick<World, 'store'>): Promise<readonly Plan[]> => {
  const [revision, recent] = await Promise.all([
    world.store.get('revision', { workspaceId }),
    world.store.list('plan', workspaceId, { limit: recentPlans, newestFirst: true }),
  ])
  const last = revision?.planId && (await world.store.get('plan', { workspaceId, id: revision.planId }))
  const all = new Map([...recent.items, ...(last ? [last] : [])].map((plan) => [plan.id, plan]))
  return [...all.values()].filter(({ status }) => status === 'committing')
}

/** Goes on with commits that were interrupted and that nobody asks for any more, with what they began with. */
export const resumeCommits = async (
  workspaceId: WorkspaceId,
  world: Pick<World, 'store' | 'clock' | 'ids' | 'timetable'>,
  deadline: Deadline,
  onFailure: OnFailure = () => undefined,
): Promise<{ readonly resumed: number; readonly failed: number }> => {
  const total = { resumed: 0, failed: 0 }
  for (const { id: planId, updatedAt, committing } of await underWay(workspaceId, world)) {
    if (!committing || msOf(updatedAt) + leftAloneMs > world.clock.now()) continue
    const { tentative, orderIds } = committing
    const commit = { workspaceId, planId, actor: system('commits'), tentative, orderIds }
    const done = await apart(planId, () => commitPlan(commit, world, deadline), onFailure)
    total[done ? 'resumed' : 'failed'] += 1
  }
  return total
}
