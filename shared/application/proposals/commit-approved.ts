import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { OrderId, PlanId, WorkspaceId } from '#domain/ids.ts'
import { isLiveSlot } from '#domain/plans/live-slot.ts'
import type { Plan } from '#domain/plans/plan.ts'
import { standsFast } from '#domain/plans/rollback.ts'
import { isUnsettled } from '#domain/proposals/proposal.ts'
import type { Deadline } from '../common/deadline.ts'
import type { CommitWorld } from '../plans/begin-commit.ts'
import { commitPlan } from '../plans/commit-plan.ts'
import { isOpenItem } from '../plans/make-way.ts'
import type { World } from '../world.ts'
import { type Assignment, readAssignment } from './read-assignment.ts'

type Of = { readonly workspaceId: WorkspaceId; readonly planId: PlanId; readonly actor: Actor }

/** How far a commit is: done; under way, or waiting for another; or refused as a whole, which its items are told. */
export type Progress = { readonly kind: 'done' | 'pending' } | { readonly kind: 'refused'; readonly message: string }

/** Orders that are approved and wait to be committed. */
export const waitingOrders = async (
  { plan, entries }: Assignment,
  world: Pick<World, 'store' | 'clock'>,
): Promise<readonly OrderId[]> => {
  const approved = [...entries.values()].filter(({ proposal }) => proposal && isUnsettled(proposal))
  const giving = approved.flatMap(({ orderId, leftOut }) => (leftOut?.slotId ? [{ orderId, id: leftOut.slotId }] : []))
  const slots = await world.store.getMany(
    'slot',
    giving.map(({ id }) => ({ workspaceId: plan.workspaceId, id })),
  )
  const now = { nowMs: world.clock.now(), force: false }
  return [
    ...approved.flatMap(({ orderId, item }) => (item && isOpenItem(item) ? [orderId] : [])),
    ...giving.flatMap(({ orderId }, index) => {
      const slot = slots[index]
      return slot && isLiveSlot(slot) && !standsFast(slot, now) ? [orderId] : []
    }),
  ]
}

/** What a refusal of a commit means: another commit is waited for; anything else is for the items to tell. @throws what may pass */
export const progressOf = (error: unknown): Progress => {
  if (!(error instanceof Refusal) || error.code === 'unavailable' || error.code === 'contended') throw error
  const isUnderWay = (error.current as Plan | undefined)?.status === 'committing'
  return isUnderWay ? { kind: 'pending' } : { kind: 'refused', message: error.message }
}

/** Commits what is approved; a commit of the plan that is under way is gone on with first. */
export const commitApproved = async (of: Of, world: CommitWorld, deadline: Deadline): Promise<Progress> => {
  const { workspaceId, planId, actor } = of
  const { plan } = await readAssignment(of, world)
  if (plan.status === 'committing' && plan.committing) {
    const { tentative, orderIds } = plan.committing
    const gone = await commitPlan({ workspaceId, planId, actor, tentative, orderIds }, world, deadline)
    if (gone.status === 'committing') return { kind: 'pending' }
  }
  const orderIds = await waitingOrders(await readAssignment(of, world), world)
  if (orderIds.length === 0) return { kind: 'done' }
  try {
    const commit = { workspaceId, planId, actor, orderIds, tentative: false, anyRevision: true } as const
    const done = await commitPlan(commit, world, deadline)
    return { kind: done.status === 'committing' ? 'pending' : 'done' }
  } catch (error) {
    return progressOf(error)
  }
}
