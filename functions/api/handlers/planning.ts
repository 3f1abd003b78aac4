import { deletePlanningRun } from '#application/planning-runs/delete-planning-run.ts'
import { changeRoutine, createRoutine, nextOf, routineOf } from '#application/planning-runs/keep-routine.ts'
import { progressOf } from '#application/planning-runs/read-planning-run.ts'
import { requestPlanningRun } from '#application/planning-runs/request-planning-run.ts'
import { stopPlanningRun } from '#application/planning-runs/stop-planning-run.ts'
import type { planningRoutes } from '#contracts/http/routes/planning.ts'
import { page } from './reading.ts'
import type { PlanningHandlersOf } from './request.ts'

/** What is done by the function that lets plans be made. */
export const planningHandlers: PlanningHandlersOf<typeof planningRoutes> = {
  requestPlanningRun: ({ params, body: ask, caller: { actor } }, world) =>
    requestPlanningRun({ ...params, ask, actor }, world),
  listPlanningRuns: async ({ params: { workspaceId }, query: { status, ...query } }, { store }) =>
    page(
      await store.list('planningRun', workspaceId, { ...query, newestFirst: true }),
      (run) => status === undefined || run.status === status,
    ),
  getPlanningRun: ({ params }, world) => progressOf(params.workspaceId, params.planningRunId, world),
  stopPlanningRun: ({ params: { workspaceId, planningRunId: id }, body, caller: { actor } }, world) =>
    stopPlanningRun({ workspaceId, id, actor, ...body }, world),
  deletePlanningRun: async ({ params: { workspaceId, planningRunId: id }, caller: { actor } }, world) => {
    await deletePlanningRun({ workspaceId, id, actor }, world)
    return undefined
  },
  createPlanningRoutine: ({ params, body: routine, caller: { actor } }, world) =>
    createRoutine({ ...params, actor, routine }, world),
  listPlanningRoutines: async ({ params, query }, { store }) =>
    page(await store.list('planningRoutine', params.workspaceId, query)),
  getPlanningRoutine: ({ params }, world) => routineOf(params.workspaceId, params.planningRoutineId, world),
  getPlanningTimes: async ({ params, query: { count } }, world) => {
    const routine = await routineOf(params.workspaceId, params.planningRoutineId, world)
    return { times: nextOf(routine, world.clock.now(), count) }
  },
  changePlanningRoutine: (
    { params: { workspaceId, planningRoutineId: id }, body: patch, version, caller: { actor } },
    world,
  ) => changeRoutine({ workspaceId, id, actor, version, patch }, world),
}
