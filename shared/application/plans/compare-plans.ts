import { type OrderId, orderIdSchema, type PlanId, type WorkspaceId } from '#domain/ids.ts'
import { onSameAssets } from '#domain/plans/place.ts'
import type { Plan, PlanItem } from '#domain/plans/plan.ts'
import { msOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { badCursor, wholePlan } from './read-plan.ts'

/** What becomes of one order in the other plan. */
export type PlanDifference = {
  readonly orderId: OrderId
  readonly change: 'added' | 'left-out' | 'moved' | 'other-assets'
  readonly before?: PlanItem | undefined
  readonly after?: PlanItem | undefined
  /** Positive: later in the other plan. */
  readonly laterMinutes?: number
}

const differenceOf = (
  orderId: OrderId,
  before: PlanItem | undefined,
  after: PlanItem | undefined,
): PlanDifference[] => {
  if (!before || !after)
    return before || after ? [{ orderId, change: after ? 'added' : 'left-out', before, after }] : []
  const laterMinutes = Math.round((msOf(after.start) - msOf(before.start)) / 60_000)
  if (!onSameAssets(before, after)) return [{ orderId, change: 'other-assets', before, after, laterMinutes }]
  return laterMinutes === 0 ? [] : [{ orderId, change: 'moved', before, after, laterMinutes }]
}

export type PlanComparison = {
  readonly before: Plan
  readonly after: Plan
  /** Orders that are alike in both. */
  readonly same: number
  readonly different: number
  readonly differences: readonly PlanDifference[]
  readonly next?: string
}

/** What was taken out is not in the plan. */
const inPlan = (items: readonly PlanItem[]): ReadonlyMap<OrderId, PlanItem> =>
  new Map(items.flatMap((item) => (item.state === 'dropped' ? [] : [[item.orderId, item] as const])))

/** What differs between two plans, order by order; so many at a time. @throws Refusal `not_found`, `invalid` (a foreign cursor) */
export const comparePlans = async (
  of: {
    readonly workspaceId: WorkspaceId
    readonly planId: PlanId
    readonly otherId: PlanId
    readonly limit: number
    /** The last order of the page before. */
    readonly cursor?: string | undefined
  },
  world: Pick<World, 'store'>,
): Promise<PlanComparison> => {
  if (of.cursor !== undefined && !orderIdSchema.safeParse(of.cursor).success) throw badCursor()
  const [one, other] = await Promise.all([
    wholePlan(of.workspaceId, of.planId, world),
    wholePlan(of.workspaceId, of.otherId, world),
  ])
  const [before, after] = [inPlan(one.items), inPlan(other.items)]
  const ids = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  const all = ids.flatMap((id) => differenceOf(id, before.get(id), after.get(id)))
  const rest = all.filter(({ orderId }) => of.cursor === undefined || orderId > of.cursor)
  const differences = rest.slice(0, of.limit)
  const last = rest.length > of.limit ? differences.at(-1)?.orderId : undefined
  return {
    before: one.plan,
    after: other.plan,
    same: ids.length - all.length,
    different: all.length,
    differences,
    ...(last !== undefined && { next: last }),
  }
}
