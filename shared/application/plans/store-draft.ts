import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { itemsPerPart, partIdOf } from '#domain/plans/parts.ts'
import type { LeftOut, Plan, PlanItem } from '#domain/plans/plan.ts'
import { auditOf } from '../common/audit.ts'
import type { World } from '../world.ts'

/** Stores a new plan with its parts. @throws Refusal `contended` */
export const storeDraft = async (
  draft: Omit<Plan, 'items' | 'leftOut' | 'parts'>,
  { items, leftOut }: { readonly items: readonly PlanItem[]; readonly leftOut: readonly LeftOut[] },
  actor: Actor,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Plan> => {
  const { workspaceId, id } = draft
  const parts = Math.max(1, Math.ceil(Math.max(items.length, leftOut.length) / itemsPerPart))
  const plan: Plan = { ...draft, items: items.length, leftOut: leftOut.length, parts }
  // Parts first: a plan that is there has all of them.
  for (let part = 0; part < parts; part++) {
    const [from, to] = [part * itemsPerPart, (part + 1) * itemsPerPart]
    const some = { items: items.slice(from, to), leftOut: leftOut.slice(from, to) }
    const value = { workspaceId, id: partIdOf(id, part), ...some, version: 1 }
    await world.store.commit([{ type: 'put', kind: 'planPart', value, expect: 'absent' }])
  }
  const committed = await world.store.commit([
    { type: 'put', kind: 'plan', value: plan, expect: 'absent' },
    auditOf(world, { workspaceId, subject: id, action: 'plan.made', actor, after: plan }),
  ])
  if (!committed.committed) throw new Refusal('contended', 'The plan was not stored; ask again.')
  return plan
}
