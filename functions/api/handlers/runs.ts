import { abortRun } from '#application/runs/abort-run.ts'
import { requestRun } from '#application/runs/request-run.ts'
import type { runRoutes } from '#contracts/http/routes/runs.ts'
import type { HandlersOf } from './request.ts'

export const runHandlers: HandlersOf<typeof runRoutes> = {
  startRun: ({ params, body: { parameters, ...protocol }, caller }, world) =>
    requestRun({ ...params, actor: caller.actor, source: { kind: 'protocol', ...protocol }, parameters }, world),
  abortRun: ({ params, body, caller }, world) => abortRun({ ...params, ...body, actor: caller.actor }, world),
}
