import { createCore } from '#adapters/aws-world.ts'
import { createProbe } from '#adapters/webhooks/probe.ts'
import { prepareRun } from '#application/runs/prepare-run.ts'
import { prepareEventSchema, type Routing } from '#contracts/workflow/messages.ts'
import { currentAttempt, hasDrive, type Run } from '#domain/runs/run.ts'
import { driveLimitMs } from '#domain/runs/time-limit.ts'
import { msOf } from '#domain/time.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { eventFunction } from '../runtime/event-function.ts'
import { openAgentLink } from '../runtime/ports/agent-link.ts'
import { openTimetable } from '../runtime/ports/timetable.ts'
import { openWorkflows } from '../runtime/ports/workflows.ts'

const env = readEnvironment('prepare')
const world = {
  ...createCore(env.TABLE_NAME),
  timetable: openTimetable(env),
  workflows: openWorkflows(env),
  agentLink: openAgentLink(),
  probe: createProbe(env.WEBHOOKS === 'anywhere'),
}

/** Missed reports that make a lost contact. */
const heartbeatsMissed = 3

/**
 * How long the Drive state waits. Until the agent takes the command there is no heartbeat, so both limits begin with the
 * time in which it may be taken; the state's clock starts again with each report. Seconds.
 */
const driveLimits = (run: Run, nowMs: number) => {
  const driveSeconds = driveLimitMs(run.work) / 1000
  const toStart = Math.max(0, Math.ceil((msOf(run.notAfter) - nowMs) / 1000))
  return {
    timeoutSeconds: toStart + driveSeconds + heartbeatsMissed * run.work.heartbeatSeconds,
    heartbeatSeconds: toStart + heartbeatsMissed * run.work.heartbeatSeconds,
  }
}

/** First state of an execution: run, wait or end. */
export const handler = eventFunction(
  'prepare',
  prepareEventSchema,
  async ({ input, executionArn }): Promise<Routing> => {
    const prepared = await prepareRun(input, executionArn, world)
    const base = { workspaceId: input.workspaceId, waitSeconds: 1, timeoutSeconds: 1, heartbeatSeconds: 1, reason: '' }
    switch (prepared.action) {
      case 'drive':
        return {
          ...base,
          action: 'drive',
          runId: prepared.run.id,
          attempt: hasDrive(prepared.run) ? prepared.run.drive.attempt : currentAttempt(prepared.run),
          ...driveLimits(prepared.run, world.clock.now()),
        }
      case 'wait':
        return {
          ...base,
          action: 'wait',
          runId: prepared.run.id,
          attempt: currentAttempt(prepared.run),
          waitSeconds: prepared.waitSeconds,
          reason: prepared.reason,
        }
      case 'end':
        return { ...base, action: 'end', runId: prepared.runId, attempt: 1, reason: prepared.reason }
    }
  },
)
