import type { Actor } from '#domain/audit/entry.ts'
import type { RunId, WorkspaceId } from '#domain/ids.ts'
import { decideEnd, type EndCause, type EndDecision, retryTimes } from '#domain/runs/decide-end.ts'
import { isLive } from '#domain/runs/live.ts'
import { currentAttempt, driveOf, hasDrive, type LiveRun, type Run } from '#domain/runs/run.ts'
import { toWaiting } from '#domain/runs/transitions.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { stopFor } from '#domain/workspaces/stop.ts'
import { system } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'
import { givePlacesBack } from './capacity.ts'
import { commandChanges, type EndingFacts, endingChanges, readEndingFacts, releaseChanges } from './end-run.ts'
import { runChange } from './record.ts'
import { startNext } from './start-buffered.ts'

export type Finished =
  | { readonly action: 'wait'; readonly run: Run; readonly waitSeconds: number }
  | { readonly action: 'end'; readonly run: Run | undefined }

type FinishWorld = Pick<World, 'store' | 'clock' | 'ids'>
type FinishingWorld = FinishWorld & Pick<World, 'workflows'>

/** Back to Prepare after a delay: the drive is over, its assets are free, the run waits. */
const retryChanges = async (
  facts: EndingFacts,
  decision: Extract<EndDecision, { kind: 'retry' }>,
  actor: Actor,
  world: FinishWorld,
): Promise<{ changes: Change[]; run: Run }> => {
  const { run, reservation, command } = facts
  const nowMs = world.clock.now()
  const { dueMs, notAfterMs } = retryTimes(run, nowMs, decision.delaySeconds)
  const past = {
    attempt: currentAttempt(run),
    reason: decision.reason,
    message: decision.message,
    endedAt: instantOf(nowMs),
  }
  const after = toWaiting(
    run,
    {
      reason: 'retry',
      message: `Attempt ${past.attempt} failed: ${decision.message} Trying again.`,
      facts: { retriesLeft: run.retry.maxRetries - run.attempts.length - 1 },
      since: instantOf(nowMs),
      until: instantOf(dueMs),
    },
    { attempts: [...run.attempts, past], assetAttempts: 0, notAfter: instantOf(notAfterMs) },
  )
  const changes = [
    ...runChange(world, run, after, 'run.attempt-failed', actor),
    ...(reservation ? releaseChanges(reservation, actor, undefined, world) : []),
    ...commandChanges(command, decision.message, world),
    ...(await givePlacesBack(run.workspaceId, run.id, driveOf(run), world)),
  ]
  return { changes, run: after }
}

const answerOf = (run: Run, nowMs: number): Finished =>
  run.status === 'waiting'
    ? { action: 'wait', run, waitSeconds: Math.max(1, Math.ceil((msOf(run.waiting.until) - nowMs) / 1000)) }
    : { action: 'end', run }

/** Ends a live run for a cause, or leads it to its retry. */
export const endFor = async (
  run: LiveRun,
  cause: EndCause,
  actor: Actor,
  world: FinishWorld,
): Promise<{ changes: Change[]; result: Finished }> => {
  const facts = await readEndingFacts(run, world)
  const nowMs = world.clock.now()
  // Only what was not driven asks why.
  const workspace =
    cause.kind === 'drive-failed' ? await world.store.get('workspace', { id: run.workspaceId }) : undefined
  const stop = stopFor(workspace?.stops, facts.schedule?.tags)
  const decision = decideEnd({ run, command: facts.command, schedule: facts.schedule, stop, cause, nowMs })
  if (decision.kind === 'await-agent') return { changes: [], result: { action: 'end', run } }
  // A retry needs an execution to go on in.
  if (decision.kind === 'retry' && cause.kind !== 'execution-ended') {
    const retry = await retryChanges(facts, decision, actor, world)
    return { changes: retry.changes, result: answerOf(retry.run, nowMs) }
  }
  const ending: Extract<EndDecision, { kind: 'end' }> =
    decision.kind === 'end'
      ? decision
      : {
          kind: 'end',
          outcome: 'failed',
          end: { reason: decision.reason, message: decision.message, at: instantOf(nowMs) },
          assets: 'release',
          recovery: undefined,
        }
  return { changes: await endingChanges(facts, ending, actor, world), result: { action: 'end', run } }
}

/**
 * The end of a drive, in ONE transaction: outcome, history, statistics, and the release or quarantine of its assets; or the
 * way back to Prepare for a retry. The truth comes from the table, not from what the state machine was told. Repeating it
 * gives the same answer.
 */
export const finishRun = async (
  input: { workspaceId: WorkspaceId; runId: RunId; attempt: number; cause: EndCause },
  world: FinishingWorld,
): Promise<Finished> => {
  const finished = await transact<Finished>(world, async () => {
    const run = await world.store.get('run', { workspaceId: input.workspaceId, id: input.runId })
    if (!run || !isLive(run)) return { changes: [], result: { action: 'end', run } }
    if (!hasDrive(run) || run.drive.attempt !== input.attempt)
      return { changes: [], result: answerOf(run, world.clock.now()) }
    return endFor(run, input.cause, system('finish'), world)
  })
  if (finished.action === 'end') await startNext(input.workspaceId, finished.run, world)
  return finished
}
