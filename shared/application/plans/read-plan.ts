import { notFound } from '#domain/errors.ts'
import type { PlanId, WorkspaceId } from '#domain/ids.ts'
import { partIdOf } from '#domain/plans/parts.ts'
import type { LeftOut, Plan, PlanItem, PlanPart } from '#domain/plans/plan.ts'
import type { World } from '../world.ts'

/** @throws Refusal `not_found` */
export const planOf = async (workspaceId: WorkspaceId, id: PlanId, world: Pick<World, 'store'>): Promise<Plan> => {
  const plan = await world.store.get('plan', { workspaceId, id })
  if (!plan) throw notFound('plan', id)
  return plan
}

/** The parts of a plan, in their order. */
export const partsOf = async (
  { workspaceId, id, parts }: Pick<Plan, 'workspaceId' | 'id' | 'parts'>,
  world: Pick<World, 'store'>,
): Promise<readonly PlanPart[]> => {
  const keys = Array.from({ length: parts }, (_, part) => ({ workspaceId, id: partIdOf(id, part) }))
  const found: PlanPart[] = []
  for (let at = 0; at < keys.length; at += 20)
    for (const part of await world.store.getMany('planPart', keys.slice(at, at + 20))) {
      if (!part) throw new Error(`part ${found.length} of plan ${id} is not there`)
      found.push(part)
    }
  return found
}

export type WholePlan = {
  readonly plan: Plan
  readonly items: readonly PlanItem[]
  readonly leftOut: readonly LeftOut[]
}

export const wholePlan = async (
  workspaceId: WorkspaceId,
  id: PlanId,
  world: Pick<World, 'store'>,
): Promise<WholePlan> => {
  const plan = await planOf(workspaceId, id, world)
  const parts = await partsOf(plan, world)
  return { plan, items: parts.flatMap(({ items }) => items), leftOut: parts.flatMap(({ leftOut }) => leftOut) }
}
