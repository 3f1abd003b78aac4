import { acknowledgeStop, emergencyStop } from '#application/emergency/emergency-stop.ts'
import { checkAssetNow } from '#application/health/keep-healthy.ts'
import { afterRestore } from '#application/recovery/after-restore.ts'
import { answerFacts } from '#application/recovery/answer-facts.ts'
import { clearRecovery } from '#application/recovery/clear-recovery.ts'
import { continueRecovery } from '#application/recovery/continue-recovery.ts'
import { requireRecovery } from '#application/recovery/require-recovery.ts'
import { abortRun } from '#application/runs/abort-run.ts'
import { holdRun } from '#application/runs/legal-hold.ts'
import { pauseRun, resumeRun } from '#application/runs/pause-run.ts'
import { requestRun } from '#application/runs/request-run.ts'
import type { recoveryRoutes } from '#contracts/http/routes/recoveries.ts'
import type { runRoutes } from '#contracts/http/routes/runs.ts'
import type { RecoveryId, WorkspaceId } from '#domain/ids.ts'
import type { Caller } from '../authorise.ts'
import type { OperationHandlersOf } from './request.ts'

type Params = { readonly workspaceId: WorkspaceId; readonly recoveryId: RecoveryId }
const addressOf = ({ workspaceId, recoveryId }: Params, { actor }: Caller) => ({ workspaceId, id: recoveryId, actor })

/** What is done by the function that starts, stops and clears. */
export const operationHandlers: OperationHandlersOf<typeof runRoutes & typeof recoveryRoutes> = {
  startRun: ({ params, body: { parameters, ...protocol }, caller }, world) =>
    requestRun({ ...params, actor: caller.actor, source: { kind: 'protocol', ...protocol }, parameters }, world),
  abortRun: ({ params, body, caller }, world) => abortRun({ ...params, ...body, actor: caller.actor }, world),
  pauseRun: ({ params, body, caller }, world) => pauseRun({ ...params, ...body, actor: caller.actor }, world),
  resumeRun: ({ params, body, caller }, world) => resumeRun({ ...params, ...body, actor: caller.actor }, world),
  holdRun: ({ params, body, caller }, world) => holdRun({ ...params, ...body, actor: caller.actor }, world),
  requireRecovery: ({ params, body, caller }, world) =>
    requireRecovery({ ...params, ...body, actor: caller.actor }, world),
  answerFacts: ({ params, body, caller }, world) => answerFacts({ ...addressOf(params, caller), ...body }, world),
  continueRecovery: ({ params, body, caller }, world) =>
    continueRecovery({ ...addressOf(params, caller), ...body }, world),
  clearRecovery: ({ params, body, caller }, world) => clearRecovery({ ...addressOf(params, caller), ...body }, world),
  afterRestore: async ({ params, body, caller }, world) => ({
    assets: await afterRestore({ ...params, ...body, actor: caller.actor }, world),
  }),
  emergencyStop: ({ params, body, caller }, world) => emergencyStop({ ...params, ...body, actor: caller.actor }, world),
  acknowledgeStop: async ({ params, body, caller }, world) => {
    await acknowledgeStop({ ...params, ...body, actor: caller.actor }, world)
    return undefined
  },
  checkAsset: ({ params, body, caller }, world) => checkAssetNow({ ...params, ...body, actor: caller.actor }, world),
}
