import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { PlanId, WorkspaceId } from '#domain/ids.ts'
import type { Plan, PlanPart } from '#domain/plans/plan.ts'
import { auditOf } from '../common/audit.ts'
import { touched } from '../common/change-document.ts'
import { transact } from '../common/transact.ts'
import { partsOf, planOf } from '../plans/read-plan.ts'
import type { Change, World } from '../world.ts'

export type PlanAddress = { readonly workspaceId: WorkspaceId; readonly planId: PlanId; readonly actor: Actor }

/** A plan with its parts as they are to be; parts that stay are the same objects. Undefined where nothing is to be done. */
export type Rewritten = { readonly plan: Plan; readonly parts: readonly PlanPart[]; readonly note: string } | undefined

/**
 * Changes what a plan has for its orders, all of it in one transaction.
 * @throws Refusal `not_found`, `invalid_state` (it is being committed)
 */
export const changeParts = (
  { workspaceId, planId: id, actor }: PlanAddress,
  rewrite: (plan: Plan, parts: readonly PlanPart[]) => Promise<Rewritten> | Rewritten,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<void> =>
  transact(world, async () => {
    const before = await planOf(workspaceId, id, world)
    const parts = await partsOf(before, world)
    const next = await rewrite(before, parts)
    if (!next) return { changes: [], result: undefined }
    if (before.status === 'committing')
      throw new Refusal(
        'invalid_state',
        `Plan ${id} is being committed. Ask for the approval again, so that it ends, or wait some minutes; then ask for this.`,
        { current: before },
      )
    const after: Plan = { ...next.plan, ...touched(actor, world), version: before.version + 1 }
    const { note } = next
    return {
      changes: [
        ...next.parts.flatMap((part, index): Change[] =>
          part === parts[index]
            ? []
            : [{ type: 'put', kind: 'planPart', value: { ...part, version: part.version + 1 }, expect: part.version }],
        ),
        { type: 'put', kind: 'plan', value: after, expect: before.version },
        auditOf(world, { workspaceId, subject: id, action: 'plan.edited', actor, before, after, note }),
      ],
      result: undefined,
    }
  })
