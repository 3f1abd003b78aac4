import { type RunId, runIdOfFiring, type ScheduleId, type WorkspaceId } from '#domain/ids.ts'
import { type End, hasDrive, isLive, type LiveRun, type Outcome, type Run } from '#domain/runs/run.ts'
import { toWaiting } from '#domain/runs/transitions.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf, msOf, seconds } from '#domain/time.ts'
import { system } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { Change, World } from '../world.ts'
import { activation } from './activate.ts'
import { endingChanges } from './end-run.ts'
import { failedTooOften } from './failed-in-a-row.ts'
import { type Found, findAssets } from './find-assets.ts'
import { closedGate } from './gates.ts'
import { runOfFiring } from './open-run.ts'
import { runChange } from './record.ts'

/** What an execution was started with. */
export type Start =
  | {
      readonly kind: 'scheduled'
      readonly workspaceId: WorkspaceId
      readonly scheduleId: ScheduleId
      /** ISO-8601, as EventBridge Scheduler writes it. */
      readonly scheduledTime: string
      readonly arming: number
    }
  | { readonly kind: 'requested'; readonly workspaceId: WorkspaceId; readonly runId: RunId }

export type Prepared =
  | { readonly action: 'drive'; readonly run: Extract<Run, { drive: unknown }> }
  | { readonly action: 'wait'; readonly run: Run; readonly waitSeconds: number; readonly reason: string }
  | { readonly action: 'end'; readonly runId: RunId; readonly reason: string }

type PrepareWorld = Pick<World, 'store' | 'clock' | 'ids'>
type Step = { readonly changes: readonly Change[]; readonly result: Prepared }
const actor = system('prepare')

export const runIdOf = (start: Start): RunId =>
  start.kind === 'requested' ? start.runId : runIdOfFiring(start.scheduleId, Date.parse(start.scheduledTime))

/** The run of a firing that is delivered for the first time, or why there is none to open. */
const openFiring = async (
  start: Extract<Start, { kind: 'scheduled' }>,
  schedule: Schedule | undefined,
  world: PrepareWorld,
): Promise<LiveRun | string> => {
  if (!schedule) return 'The schedule is gone.'
  if (schedule.status === 'active' && start.arming !== schedule.generation)
    return 'The firing belongs to an older version of the schedule.'
  const protocol = await world.store.get('protocol', { workspaceId: start.workspaceId, id: schedule.protocolId })
  if (!protocol) return 'The protocol is gone.'
  return runOfFiring(schedule, protocol, Date.parse(start.scheduledTime), world.clock.now())
}

/** Ends a run that never started; `stored` is undefined where this very transaction opens it. */
const ending = async (
  run: LiveRun,
  stored: LiveRun | undefined,
  schedule: Schedule | undefined,
  why: { outcome: Outcome; reason: End['reason']; message: string; facts?: End['facts'] },
  world: PrepareWorld,
): Promise<Step> => {
  const end: End = {
    reason: why.reason,
    message: why.message,
    at: instantOf(world.clock.now()),
    ...(why.facts && { facts: why.facts }),
  }
  const decision = { kind: 'end' as const, outcome: why.outcome, end, assets: 'release' as const, recovery: false }
  const pauses = await failedTooOften(run, why.outcome, schedule, world)
  const facts = { run, stored, schedule, command: undefined, reservation: undefined, pauses }
  return {
    changes: endingChanges(facts, decision, actor, world),
    result: { action: 'end', runId: run.id, reason: why.message },
  }
}

const busyFacts = (found: Extract<Found, { kind: 'busy' }>): NonNullable<End['facts']> => ({
  nextFreeAt: instantOf(found.nextFreeMs),
  heldBy: [...new Set(found.holders.map((holder) => holder.reservationId))].slice(0, 10),
})

const waitOrGiveUp = async (
  run: LiveRun,
  stored: LiveRun | undefined,
  schedule: Schedule | undefined,
  found: Extract<Found, { kind: 'busy' }>,
  execution: string,
  world: PrepareWorld,
): Promise<Step> => {
  const nowMs = world.clock.now()
  const untilMs = nowMs + seconds(run.assetWait.delaySeconds)
  const message = `${found.message} Free next at ${instantOf(found.nextFreeMs)}, as far as planned.`
  if (run.assetAttempts + 1 >= run.assetWait.maxAttempts || untilMs > msOf(run.notAfter))
    return ending(
      run,
      stored,
      schedule,
      { outcome: 'failed', reason: 'assets-busy', message, facts: busyFacts(found) },
      world,
    )
  const after = toWaiting(
    run,
    {
      reason: 'assets-busy',
      message,
      facts: busyFacts(found),
      since: run.status === 'waiting' ? run.waiting.since : instantOf(nowMs),
      until: instantOf(untilMs),
    },
    { execution, assetAttempts: run.assetAttempts + 1, version: (stored?.version ?? 0) + 1 },
  )
  return {
    changes: runChange(world, stored, after, 'run.waiting', actor),
    result: { action: 'wait', run: after, waitSeconds: run.assetWait.delaySeconds, reason: message },
  }
}

const decide = async (start: Start, execution: string, world: PrepareWorld): Promise<Step> => {
  const { workspaceId } = start
  const id = runIdOf(start)
  const nothing = (result: Prepared): Step => ({ changes: [], result })
  const known = await world.store.get('run', { workspaceId, id })
  if (!known && start.kind === 'requested')
    return nothing({ action: 'end', runId: id, reason: 'There is no such run.' })
  if (known && !isLive(known))
    return nothing({ action: 'end', runId: id, reason: `The run has ended: ${known.outcome}.` })
  if (known?.execution !== undefined && known.execution !== execution)
    return nothing({
      action: 'end',
      runId: id,
      reason: 'Another execution acts for this run; this delivery is a duplicate.',
    })
  // Prepare itself was repeated after its transaction: the same answer again.
  if (known && hasDrive(known)) return nothing({ action: 'drive', run: known })

  const early = known?.status === 'waiting' && !known.abort ? msOf(known.waiting.until) - world.clock.now() : 0
  if (known?.status === 'waiting' && early > 0)
    return nothing({ action: 'wait', run: known, waitSeconds: Math.ceil(early / 1000), reason: known.waiting.message })

  const scheduleId = known ? known.scheduleId : start.kind === 'scheduled' ? start.scheduleId : undefined
  const schedule = scheduleId && (await world.store.get('schedule', { workspaceId, id: scheduleId }))
  const run =
    known ?? (start.kind === 'scheduled' ? await openFiring(start, schedule || undefined, world) : 'unreachable')
  if (typeof run === 'string') return nothing({ action: 'end', runId: id, reason: run })

  const gate = await closedGate(run, schedule || undefined, world)
  if (gate) return ending(run, known, schedule || undefined, gate, world)
  const found = await findAssets(workspaceId, run.work.requirements, seconds(run.work.expectedDurationSeconds), world)
  if (found.kind === 'impossible')
    return ending(run, known, schedule || undefined, { ...found, outcome: 'failed' }, world)
  if (found.kind === 'busy') return waitOrGiveUp(run, known, schedule || undefined, found, execution, world)
  const started = activation(
    { run, stored: known, schedule: schedule || undefined, chosen: found.chosen, agentId: found.agentId, execution },
    world,
  )
  return { changes: started.changes, result: { action: 'drive', run: started.run as Extract<Run, { drive: unknown }> } }
}

/**
 * Decides whether a run starts now, later or never, and, where it starts, opens it and reserves every asset in ONE
 * transaction. Repeating it gives the same answer. The conditional put of the run's id is the truth about duplicates (I4).
 */
export const prepareRun = (start: Start, execution: string, world: PrepareWorld): Promise<Prepared> =>
  transact(world, () => decide(start, execution, world))
