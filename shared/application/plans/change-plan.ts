import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { PlanId, WorkspaceId } from '#domain/ids.ts'
import type { Plan } from '#domain/plans/plan.ts'
import { changeDocument, touched } from '../common/change-document.ts'
import type { World } from '../world.ts'

type Address = { readonly workspaceId: WorkspaceId; readonly planId: PlanId; readonly actor: Actor }
type PlanWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** A person does not want it. Twice is success. @throws Refusal `not_found`, `invalid_state` */
export const rejectPlan = (
  { workspaceId, planId: id, actor, reason }: Address & { readonly reason: string },
  world: PlanWorld,
): Promise<Plan> =>
  changeDocument(
    'plan',
    {
      workspaceId,
      id,
      actor,
      version: 'any',
      action: 'plan.rejected',
      note: reason,
      change: (plan) => {
        if (plan.status === 'rejected') return plan
        if (plan.status !== 'candidate' && plan.status !== 'superseded')
          throw new Refusal('invalid_state', `This plan is ${plan.status}; its slots can be cancelled one by one.`, {
            current: plan,
          })
        return { ...plan, status: 'rejected', rejectedBecause: reason, ...touched(actor, world) }
      },
    },
    world,
  )
