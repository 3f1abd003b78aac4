import type { Actor } from '#domain/audit/entry.ts'
import { itemsPerPart, partIdOf } from '#domain/plans/parts.ts'
import type { LeftOut, Plan, PlanItem } from '#domain/plans/plan.ts'
import { auditOf } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'

/** Stores a new plan with its parts, and what changes with it. @throws Refusal `contended` */
export const storeDraft = async (
  draft: Omit<Plan, 'items' | 'leftOut' | 'parts'>,
  { items, leftOut }: { readonly items: readonly PlanItem[]; readonly leftOut: readonly LeftOut[] },
  actor: Actor,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
  alongside: () => Promise<readonly Change[]> = async () => [],
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
  return transact<Plan>(world, async () => ({
    changes: [
      { type: 'put', kind: 'plan', value: plan, expect: 'absent' },
      auditOf(world, { workspaceId, subject: id, action: 'plan.made', actor, after: plan }),
      ...(await alongside()),
    ],
    result: plan,
  }))
}
