import { Refusal } from '#domain/errors.ts'
import type { OrderId, PlanId, WorkspaceId } from '#domain/ids.ts'
import type { Plan, PlanItem, PlanPart } from '#domain/plans/plan.ts'
import type { Part } from '#domain/proposals/groups.ts'
import type { Proposal } from '#domain/proposals/proposal.ts'
import { proposalIdOf } from '#domain/proposals/proposal-id.ts'
import type { Stage } from '#domain/proposals/stage.ts'
import { stageOf } from '#domain/proposals/status.ts'
import { partsOf, planOf } from '../plans/read-plan.ts'
import type { World } from '../world.ts'

/** An order of an assignment: what the plan has for it, what was decided, and how it stands. */
export type Entry = Part & { readonly proposal?: Proposal | undefined; readonly stage: Stage }

export type Assignment = {
  readonly plan: Plan
  readonly parts: readonly PlanPart[]
  /** By start; what is left out comes last. */
  readonly entries: ReadonlyMap<OrderId, Entry>
}

/** Where an item is among the others: by its start. */
export const positionOf = ({ start, orderId }: Pick<PlanItem, 'start' | 'orderId'>): string => `${start}/${orderId}`

/** The entries of a plan that is read already. */
export const entriesOf = async (
  plan: Plan,
  parts: readonly PlanPart[],
  world: Pick<World, 'store' | 'clock'>,
): Promise<Assignment['entries']> => {
  const { workspaceId, id: planId } = plan
  const items = parts.flatMap((part) => part.items).toSorted((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1))
  const all: Part[] = [
    ...items.map((item) => ({ orderId: item.orderId, item })),
    ...parts.flatMap((part) => part.leftOut.map((leftOut) => ({ orderId: leftOut.orderId, leftOut }))),
  ]
  const proposals = await world.store.getMany(
    'proposal',
    all.map(({ orderId }) => ({ workspaceId, id: proposalIdOf(planId, orderId) })),
  )
  const nowMs = world.clock.now()
  return new Map(
    all.map((part, index) => {
      const proposal = proposals[index]
      return [part.orderId, { ...part, proposal, stage: stageOf({ plan, item: part.item, proposal, nowMs }) }]
    }),
  )
}

/** @throws Refusal `not_found`, `invalid_state` (it is no assignment) */
export const readAssignment = async (
  of: { readonly workspaceId: WorkspaceId; readonly planId: PlanId },
  world: Pick<World, 'store' | 'clock'>,
): Promise<Assignment> => {
  const plan = await planOf(of.workspaceId, of.planId, world)
  if (plan.algorithm !== 'assignment')
    throw new Refusal(
      'invalid_state',
      `Plan ${plan.id} is no assignment: it has no proposals. It is committed as a whole or by items (POST …/plans/${plan.id}/commit).`,
      { current: plan },
    )
  const parts = await partsOf(plan, world)
  return { plan, parts, entries: await entriesOf(plan, parts, world) }
}
