import { editItem, rejectPlan } from '#application/plans/change-plan.ts'
import { comparePlans } from '#application/plans/compare-plans.ts'
import { makePlan } from '#application/plans/make-plan.ts'
import { wholePlan } from '#application/plans/read-plan.ts'
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
  getPlanItems: async ({ params: { workspaceId, planId } }, world) => {
    const { items, leftOut } = await wholePlan(workspaceId, planId, world)
    return { items: [...items], leftOut: [...leftOut] }
  },
  comparePlans: async ({ params: { workspaceId, planId }, query }, world) => {
    const { differences, ...rest } = await comparePlans({ workspaceId, planId, otherId: query.with }, world)
    return { ...rest, differences: [...differences] }
  },
  editPlanItem: ({ params, body, caller: { actor } }, world) => editItem({ ...params, ...body, actor }, world),
  rejectPlan: ({ params, body, caller: { actor } }, world) => rejectPlan({ ...params, ...body, actor }, world),
}
