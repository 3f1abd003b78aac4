import { createCore } from '#adapters/aws-world.ts'
import { finishRun } from '#application/runs/finish-run.ts'
import { finishEventSchema, type Routing } from '#contracts/workflow/messages.ts'
import type { EndCause } from '#domain/runs/decide-end.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { eventFunction } from '../runtime/event-function.ts'
import { openWorkflows } from '../runtime/ports/workflows.ts'

const env = readEnvironment('finish')
const world = { ...createCore(env.TABLE_NAME), workflows: openWorkflows(env) }

/** Last state of a drive, on the way of success and on the way of failure. */
export const handler = eventFunction('finish', finishEventSchema, async (event): Promise<Routing> => {
  const cause: EndCause =
    event.cause === 'drive-succeeded'
      ? { kind: 'drive-succeeded' }
      : {
          kind: 'drive-failed',
          error: event.error?.Error ?? 'unknown',
          detail: (event.error?.Cause ?? '').slice(0, 500),
        }
  const finished = await finishRun({ ...event, cause }, world)
  return {
    action: finished.action,
    workspaceId: event.workspaceId,
    runId: event.runId,
    attempt: event.attempt,
    waitSeconds: finished.action === 'wait' ? finished.waitSeconds : 1,
    timeoutSeconds: 1,
    heartbeatSeconds: 1,
    reason: '',
  }
})
