import type { OrderId, PlanId, WorkspaceId } from '#domain/ids.ts'
import type { Plan, PlanItem } from '#domain/plans/plan.ts'
import { msOf } from '#domain/time.ts'
import type { World } from '../world.ts'
import { wholePlan } from './read-plan.ts'

/** What becomes of one order in the other plan. */
export type PlanDifference = {
  readonly orderId: OrderId
  readonly change: 'added' | 'left-out' | 'moved' | 'other-assets'
  readonly before?: PlanItem | undefined
  readonly after?: PlanItem | undefined
  /** Positive: later in the other plan. */
  readonly laterMinutes?: number
}

const assetsOf = ({ assets }: PlanItem): string =>
  assets
    .map(({ assetId, units }) => `${assetId} ${units}`)
    .toSorted()
    .join()

const differenceOf = (
  orderId: OrderId,
  before: PlanItem | undefined,
  after: PlanItem | undefined,
): PlanDifference[] => {
  if (!before || !after)
    return before || after ? [{ orderId, change: after ? 'added' : 'left-out', before, after }] : []
  const laterMinutes = Math.round((msOf(after.start) - msOf(before.start)) / 60_000)
  if (assetsOf(before) !== assetsOf(after)) return [{ orderId, change: 'other-assets', before, after, laterMinutes }]
  return laterMinutes === 0 ? [] : [{ orderId, change: 'moved', before, after, laterMinutes }]
}

export type PlanComparison = {
  readonly before: Plan
  readonly after: Plan
  readonly same: number
  readonly differences: readonly PlanDifference[]
}

/** What differs between two plans, order by order. @throws Refusal `not_found` */
export const comparePlans = async (
  of: { readonly workspaceId: WorkspaceId; readonly planId: PlanId; readonly otherId: PlanId },
  world: Pick<World, 'store'>,
): Promise<PlanComparison> => {
  const [one, other] = await Promise.all([
    wholePlan(of.workspaceId, of.planId, world),
    wholePlan(of.workspaceId, of.otherId, world),
  ])
  const before = new Map(one.items.map((item) => [item.orderId, item]))
  const after = new Map(other.items.map((item) => [item.orderId, item]))
  const ids = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  const differences = ids.flatMap((id) => differenceOf(id, before.get(id), after.get(id)))
  return { before: one.plan, after: other.plan, same: ids.length - differences.length, differences }
}
