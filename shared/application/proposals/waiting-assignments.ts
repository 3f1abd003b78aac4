import { Refusal } from '#domain/errors.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { Plan } from '#domain/plans/plan.ts'
import { expireDays } from '#domain/proposals/proposal.ts'
import { isOpen } from '#domain/proposals/stage.ts'
import { dayMs, instantOf } from '#domain/time.ts'
import { partsOf } from '../plans/read-plan.ts'
import type { World } from '../world.ts'
import { countsOf, type Outcomes } from './outcomes.ts'
import { entriesOf } from './read-assignment.ts'

/** Plans that are looked through, newest first, and assignments that are told. */
const mostPlans = 300
const mostTold = 20

export type WaitingAssignment = Pick<Plan, 'id' | 'name' | 'status' | 'from' | 'to' | 'createdAt' | 'createdBy'> & {
  /** Proposals that wait for a decision. */
  readonly waiting: number
  /** When the first of them begins. */
  readonly first?: string
  readonly counts: Outcomes['counts']
}

/** A plan that is being removed at this moment is not told of any more. */
const goneMeanwhile = (error: unknown): undefined => {
  if (error instanceof Refusal && error.code === 'not_found') return undefined
  throw error
}

/** Assignments of late, the newest first: which of them wait for approval, and how far it is. */
export const waitingAssignments = async (
  { workspaceId }: { readonly workspaceId: WorkspaceId },
  world: Pick<World, 'store' | 'clock'>,
): Promise<{
  readonly hasPending: boolean
  readonly pending: number
  readonly items: readonly WaitingAssignment[]
}> => {
  const since = instantOf(world.clock.now() - expireDays * dayMs)
  const plans: Plan[] = []
  let cursor: string | undefined
  for (let seen = 0; seen < mostPlans; seen += 100) {
    const page = await world.store.list('plan', workspaceId, { limit: 100, newestFirst: true, cursor })
    plans.push(...page.items)
    cursor = page.next
    if (cursor === undefined) break
  }
  const items: WaitingAssignment[] = []
  for (const plan of plans
    .filter(({ algorithm, createdAt }) => algorithm === 'assignment' && createdAt > since)
    .toSorted((a, b) => (a.createdAt > b.createdAt ? -1 : 1))
    .slice(0, mostTold)) {
    const parts = await partsOf(plan, world).catch(goneMeanwhile)
    if (!parts) continue
    const entries = [...(await entriesOf(plan, parts, world)).values()]
    const open = entries.filter(isOpen)
    const { id, name, status, from, to, createdAt, createdBy } = plan
    const first = open[0]?.item?.start
    items.push({
      id,
      ...(name !== undefined && { name }),
      status,
      from,
      to,
      createdAt,
      createdBy,
      waiting: open.length,
      ...(first !== undefined && { first }),
      counts: countsOf(entries),
    })
  }
  const pending = items.reduce((sum, { waiting }) => sum + waiting, 0)
  return { hasPending: pending > 0, pending, items }
}
