import type { RunId, WorkspaceId } from '#domain/ids.ts'
import type { Gate } from '#domain/runs/gate.ts'
import type { End, EndReason, LiveRun, Outcome, Run } from '#domain/runs/run.ts'
import { toWaiting } from '#domain/runs/transitions.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf, msOf, seconds } from '#domain/time.ts'
import { system } from '../common/audit.ts'
import type { Change, World } from '../world.ts'
import { endingChanges, heldFor } from './end-run.ts'
import { bufferOf, type Overlapping } from './overlap.ts'
import { runChange } from './record.ts'

export type Prepared =
  | { readonly action: 'drive'; readonly run: Extract<Run, { drive: unknown }> }
  | { readonly action: 'wait'; readonly run: Run; readonly waitSeconds: number; readonly reason: string }
  | { readonly action: 'end'; readonly runId: RunId; readonly reason: string }

/** One decision of Prepare: its transaction, its answer, and what is to be done once it is committed. */
export type Step = {
  readonly changes: readonly Change[]
  readonly result: Prepared
  /** The schedule whose entry at EventBridge Scheduler has to be moved on. */
  readonly movesOn?: Schedule
  /** Runs of times that passed while the firing was on its way. */
  readonly opens?: readonly LiveRun[]
  /** Runs that are aborted in favour of this one. */
  readonly aborts?: readonly { readonly workspaceId: WorkspaceId; readonly id: RunId; readonly because: string }[]
  /** The run was ended, so another that waits for it may start. */
  readonly ended?: LiveRun
}

type Of = {
  readonly run: LiveRun
  /** The run as the table has it; undefined where this very transaction opens it. */
  readonly stored: LiveRun | undefined
  readonly schedule: Schedule | undefined
  readonly execution: string
}
type StepWorld = Pick<World, 'store' | 'clock' | 'ids'>
const actor = system('prepare')

const nextVersion = ({ stored }: Of): number => (stored?.version ?? 0) + 1

/** Ends a run that never started. */
export const ending = async (
  { run, stored, schedule }: Of,
  why: { outcome: Outcome; reason: End['reason']; message: string; facts?: End['facts'] },
  world: StepWorld,
): Promise<Step> => {
  const end: End = {
    reason: why.reason,
    message: why.message,
    at: instantOf(world.clock.now()),
    ...(why.facts && { facts: why.facts }),
  }
  const decision = { kind: 'end' as const, outcome: why.outcome, end, assets: 'release' as const, recovery: undefined }
  const facts = { run, stored, schedule, command: undefined, reservation: await heldFor(run, world) }
  return {
    changes: await endingChanges(facts, decision, actor, world),
    result: { action: 'end', runId: run.id, reason: why.message },
    ended: run,
  }
}

/** Comes back when the chance delay of its time has passed. */
export const delayed = (of: Of, dueMs: number, world: StepWorld): Step => {
  const { run, stored, execution } = of
  const nowMs = world.clock.now()
  const message = `Starts at ${instantOf(dueMs)}: its schedule spreads its runs by chance.`
  const after = toWaiting(
    run,
    { reason: 'jitter', message, facts: {}, since: instantOf(nowMs), until: instantOf(dueMs) },
    {
      execution,
      dueAt: instantOf(dueMs),
      notAfter: instantOf(dueMs + seconds(run.startWithinSeconds)),
      version: nextVersion(of),
    },
  )
  return {
    changes: runChange(world, stored, after, 'run.waiting', actor),
    result: { action: 'wait', run: after, waitSeconds: Math.ceil((dueMs - nowMs) / 1000), reason: message },
  }
}

/** Waits for other runs of its schedule without an execution; whoever ends the last of them starts one. */
export const buffered = (of: Of, overlapping: Extract<Overlapping, { kind: 'buffer' }>, world: StepWorld): Step => {
  const { run, stored, schedule } = of
  const nowMs = world.clock.now()
  const untilMs = nowMs + seconds(bufferOf(schedule ?? {}).waitSeconds)
  const { execution: _execution, ...without } = run
  const after = toWaiting(
    without as LiveRun,
    {
      reason: 'overlap',
      message: overlapping.message,
      facts: { behind: overlapping.behind.slice(0, 10) },
      since: instantOf(nowMs),
      until: instantOf(untilMs),
    },
    { notAfter: instantOf(untilMs), version: nextVersion(of) },
  )
  return {
    changes: runChange(world, stored, after, 'run.waiting', actor),
    result: { action: 'end', runId: run.id, reason: overlapping.message },
    aborts: overlapping.abort.map((id) => ({
      workspaceId: run.workspaceId,
      id,
      because: `Run ${run.id} of the same schedule takes its place.`,
    })),
  }
}

/** What a run waits for that may pass by itself. */
export type Obstacle = {
  readonly reason: 'assets-busy' | 'gate' | 'capacity'
  /** How it ends where it does not pass in time. */
  readonly otherwise: EndReason
  readonly message: string
  readonly facts: NonNullable<End['facts']>
  readonly gates?: readonly Gate[]
}

/** Tries again, as often and as long as the settings allow; then it has failed. */
export const waitOrGiveUp = async (of: Of, obstacle: Obstacle, world: StepWorld): Promise<Step> => {
  const { run, stored, execution } = of
  const { reason, message, facts, gates } = obstacle
  const nowMs = world.clock.now()
  const untilMs = nowMs + seconds(run.assetWait.delaySeconds)
  const attempt = run.assetAttempts + 1
  if (attempt >= run.assetWait.maxAttempts || untilMs > msOf(run.notAfter))
    return ending(of, { outcome: 'failed', reason: obstacle.otherwise, message, facts }, world)
  const waited = run.status === 'waiting' && run.waiting.reason === reason
  const after = toWaiting(
    run,
    {
      reason,
      message,
      facts,
      ...(gates && { gates: [...gates] }),
      attempt,
      of: run.assetWait.maxAttempts,
      since: waited ? run.waiting.since : instantOf(nowMs),
      until: instantOf(untilMs),
    },
    { execution, assetAttempts: attempt, version: nextVersion(of) },
  )
  return {
    changes: runChange(world, stored, after, 'run.waiting', actor),
    result: { action: 'wait', run: after, waitSeconds: run.assetWait.delaySeconds, reason: message },
  }
}
