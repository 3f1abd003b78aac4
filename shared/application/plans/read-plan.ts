import { notFound, Refusal } from '#domain/errors.ts'
import type { PlanId, WorkspaceId } from '#domain/ids.ts'
import { itemsPerPart, partIdOf } from '#domain/plans/parts.ts'
import type { LeftOut, Plan, PlanItem, PlanPart } from '#domain/plans/plan.ts'
import type { World } from '../world.ts'

/** @throws Refusal `not_found` */
export const planOf = async (workspaceId: WorkspaceId, id: PlanId, world: Pick<World, 'store'>): Promise<Plan> => {
  const plan = await world.store.get('plan', { workspaceId, id })
  if (!plan) throw notFound('plan', id)
  return plan
}

/** The parts of a plan, in their order. @throws Refusal `not_found` where it is just being removed */
export const partsOf = async (
  { workspaceId, id, parts }: Pick<Plan, 'workspaceId' | 'id' | 'parts'>,
  world: Pick<World, 'store'>,
): Promise<readonly PlanPart[]> => {
  const keys = Array.from({ length: parts }, (_, part) => ({ workspaceId, id: partIdOf(id, part) }))
  const found: PlanPart[] = []
  for (let at = 0; at < keys.length; at += 20)
    for (const part of await world.store.getMany('planPart', keys.slice(at, at + 20))) {
      if (!part) throw notFound('plan', id)
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

export const badCursor = (): Refusal =>
  new Refusal(
    'invalid',
    'The cursor does not belong to this list. Start again without one, and pass each `next` as it was given.',
    { reasons: [{ code: 'bad-cursor', message: 'damaged, or of another list', path: '/query/cursor' }] },
  )

/**
 * Some items of a plan and as many of the orders left out, from a position on; reads the parts alone that they are in.
 * @throws Refusal `not_found`, `invalid` (a cursor of another list)
 */
export const planPage = async (
  of: {
    readonly workspaceId: WorkspaceId
    readonly planId: PlanId
    readonly limit: number
    readonly cursor?: string | undefined
  },
  world: Pick<World, 'store'>,
): Promise<{ readonly items: PlanItem[]; readonly leftOut: LeftOut[]; readonly next?: string }> => {
  const { workspaceId, planId, limit, cursor = '0' } = of
  const plan = await planOf(workspaceId, planId, world)
  const all = plan.parts * itemsPerPart
  const from = Number(cursor)
  if (!/^\d{1,9}$/.test(cursor) || (from > 0 && from >= all)) throw badCursor()
  const to = Math.min(from + limit, all)
  const [first, last] = [Math.floor(from / itemsPerPart), Math.floor((to - 1) / itemsPerPart)]
  // With the part after: whether anything follows.
  const keys = Array.from({ length: Math.min(last + 2, plan.parts) - first }, (_, index) => ({
    workspaceId,
    id: partIdOf(planId, first + index),
  }))
  const parts = (await world.store.getMany('planPart', keys)).flatMap((part) => part ?? [])
  const [begin, end] = [from - first * itemsPerPart, to - first * itemsPerPart]
  const items = parts.flatMap((part) => part.items)
  const leftOut = parts.flatMap((part) => part.leftOut)
  return {
    items: items.slice(begin, end),
    leftOut: leftOut.slice(begin, end),
    ...((items.length > end || leftOut.length > end) && { next: String(to) }),
  }
}
