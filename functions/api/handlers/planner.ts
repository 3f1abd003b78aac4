import { rejectPlan } from '#application/plans/change-plan.ts'
import { comparePlans } from '#application/plans/compare-plans.ts'
import { editItem } from '#application/plans/edit-item.ts'
import { makePlan } from '#application/plans/make-plan.ts'
import { previewCommit } from '#application/plans/preview-commit.ts'
import { planPage } from '#application/plans/read-plan.ts'
import type { planRoutes } from '#contracts/http/routes/plans.ts'
import { found, page } from './reading.ts'
import type { PlannerHandlersOf } from './request.ts'

/** What is done by the function that plans. */
export const plannerHandlers: PlannerHandlersOf<typeof planRoutes> = {
  makePlan: ({ params, body, caller: { actor } }, world) =>
    makePlan({ ...params, ...body, actor }, world, () => performance.now()),
  listPlans: async ({ params: { workspaceId }, query: { status, ...query } }, { store }) =>
    page(
      await store.list('plan', workspaceId, { ...query, newestFirst: true }),
      (plan) => status === undefined || plan.status === status,
    ),
  getPlan: ({ params }, world) => found('plan', params.workspaceId, params.planId, world),
  getPlanItems: ({ params, query }, world) => planPage({ ...params, ...query }, world),
  comparePlans: async ({ params, query: { with: otherId, ...page } }, world) => {
    const { differences, ...rest } = await comparePlans({ ...params, otherId, ...page }, world)
    return { ...rest, differences: [...differences] }
  },
  previewCommit: async ({ params, body }, world) => {
    const { items, ...rest } = await previewCommit({ ...params, ...body }, world)
    return {
      ...rest,
      items: items.map(({ reasons, conflicts, ...one }) => ({
        ...one,
        reasons: reasons.map(({ code, message }) => ({ code, message })),
        conflicts: [...conflicts],
      })),
    }
  },
  editPlanItem: ({ params, body, caller: { actor, role } }, world) =>
    editItem({ ...params, ...body, actor, role }, world),
  rejectPlan: ({ params, body, caller: { actor } }, world) => rejectPlan({ ...params, ...body, actor }, world),
}
