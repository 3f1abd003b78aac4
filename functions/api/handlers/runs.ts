import { abortRun } from '#application/runs/abort-run.ts'
import { requestRun } from '#application/runs/request-run.ts'
import type { runRoutes } from '#contracts/http/routes/runs.ts'
import { reservationIdOf } from '#domain/ids.ts'
import { currentAttempt, isLive, type Run } from '#domain/runs/run.ts'
import { found, page } from './reading.ts'
import type { ApiWorld, HandlersOf, Request } from './request.ts'

/** One reservation for each attempt that got its assets. */
const reservationsOf = async (run: Run, world: ApiWorld) => {
  const attempts = Array.from({ length: currentAttempt(run) }, (_, index) => index + 1)
  const keys = attempts.map((attempt) => ({ workspaceId: run.workspaceId, id: reservationIdOf(run.id, attempt) }))
  const all = await world.store.getMany('reservation', keys)
  return all.flatMap((reservation) => reservation ?? [])
}

const listRuns = async ({ params: { workspaceId }, query }: Request<'listRuns'>, { store }: ApiWorld) => {
  const { scheduleId, status, ...wanted } = query
  const newest = { ...wanted, newestFirst: true }
  if (status === 'live')
    return page(await store.liveRuns(workspaceId, newest), (run) => !scheduleId || run.scheduleId === scheduleId)
  const runs = await (scheduleId
    ? store.runsOfSchedule(workspaceId, scheduleId, newest)
    : store.list('run', workspaceId, newest))
  return page(runs, (run) => status !== 'ended' || !isLive(run))
}

export const runHandlers: HandlersOf<typeof runRoutes> = {
  startRun: ({ params, body: { parameters, ...protocol }, caller }, world) =>
    requestRun({ ...params, actor: caller.actor, source: { kind: 'protocol', ...protocol }, parameters }, world),
  listRuns,
  getRun: ({ params }, world) => found('run', params.workspaceId, params.runId, world),
  getRunHistory: async ({ params: { workspaceId, runId }, query }, world) => {
    await found('run', workspaceId, runId, world)
    return page(await world.store.history(workspaceId, runId, query))
  },
  getRunReservations: async ({ params: { workspaceId, runId } }, world) =>
    page({ items: await reservationsOf(await found('run', workspaceId, runId, world), world) }),
  abortRun: ({ params, body, caller }, world) => abortRun({ ...params, ...body, actor: caller.actor }, world),
  listAudit: async ({ params, query: { subject, ...query } }, world) =>
    page(await world.store.history(params.workspaceId, subject, query)),
}
