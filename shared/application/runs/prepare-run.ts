import { Refusal } from '#domain/errors.ts'
import { type RunId, runIdOfFiring, type ScheduleId, type WorkspaceId } from '#domain/ids.ts'
import type { Reservation } from '#domain/reservations/reservation.ts'
import type { Gate } from '#domain/runs/gate.ts'
import { isLive } from '#domain/runs/live.ts'
import { hasDrive, isBuffered, type LiveRun, type Run } from '#domain/runs/run.ts'
import { jitterMs } from '#domain/schedules/jitter.ts'
import { timesAfter } from '#domain/schedules/next-times.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { instantOf, minutes, msOf, seconds } from '#domain/time.ts'
import { system } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import { ownOf } from '../reservations/book-reservation.ts'
import { armingChange, isCarried, settleSoon } from '../timetable/arm-schedule.ts'
import { resumeIfDue } from '../timetable/resume-if-due.ts'
import type { World } from '../world.ts'
import { abortRun } from './abort-run.ts'
import { activation } from './activate.ts'
import { limitsFor, type Room, takePlaces } from './capacity.ts'
import { readCircumstances } from './circumstances.ts'
import { heldFor } from './end-run.ts'
import { type Found, findAssets } from './find-assets.ts'
import { closedGate } from './gates.ts'
import { readGates } from './gates-of-instrument.ts'
import { runOfFiring } from './open-run.ts'
import { judgeOverlap } from './overlap.ts'
import { buffered, delayed, ending, type Obstacle, type Prepared, type Step, waitOrGiveUp } from './prepare-steps.ts'
import { runChange } from './record.ts'
import { startBuffered } from './start-buffered.ts'

export type { Prepared } from './prepare-steps.ts'

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

/** Times of a schedule that pass within the minute that a firing may be late; a rule has rarely more than one. */
const mostPassed = 10

type PrepareWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable' | 'workflows' | 'agentLink' | 'probe'>

export const runIdOf = (start: Start): RunId =>
  start.kind === 'requested' ? start.runId : runIdOfFiring(start.scheduleId, Date.parse(start.scheduledTime))

/** The run of a firing that is delivered for the first time, or why there is none to open. */
const openFiring = async (
  start: Extract<Start, { kind: 'scheduled' }>,
  schedule: Schedule | undefined,
  world: Pick<World, 'store' | 'clock'>,
): Promise<LiveRun | string> => {
  if (!schedule) return 'The schedule is gone.'
  if (schedule.status === 'active' && start.arming !== schedule.generation)
    return 'The firing belongs to an older version of the schedule.'
  const protocol = await world.store.get('protocol', { workspaceId: start.workspaceId, id: schedule.protocolId })
  if (!protocol) return 'The protocol is gone.'
  return runOfFiring(schedule, protocol, Date.parse(start.scheduledTime), world.clock.now())
}

const busyWith = (found: Extract<Found, { kind: 'busy' }>): Obstacle => {
  const nextFreeAt = instantOf(found.nextFreeMs)
  return {
    reason: 'assets-busy',
    otherwise: 'assets-busy',
    // Where one asset alone is busy its own words tell the moment already.
    message: found.message.includes(nextFreeAt)
      ? found.message
      : `${found.message} All that it needs is free next at ${nextFreeAt}, as far as planned.`,
    facts: { nextFreeAt, heldBy: found.heldBy.slice(0, 10) },
  }
}

const closedGates = (gates: readonly Gate[], unavailable: boolean): Obstacle => ({
  reason: 'gate',
  otherwise: unavailable ? 'asset-unavailable' : 'gate-closed',
  message: gates.map(({ message }) => message).join(' '),
  facts: { gates: gates.map(({ gate }) => gate) },
  gates,
})

const fullUp = ({ limit, holders }: Extract<Room, { kind: 'full' }>): Obstacle => ({
  reason: 'capacity',
  otherwise: 'capacity-exhausted',
  message: `At most ${limit.most} run(s) of ${limit.name} may be driven at one time, and ${holders.length} are.`,
  facts: { limit: limit.id, most: limit.most, behind: holders.slice(0, 10) },
})

/** The schedule of a run; one whose pause has come to its end is resumed. */
const scheduleOf = async (start: Start, known: Run | undefined, world: PrepareWorld): Promise<Schedule | undefined> => {
  const scheduleId = known ? known.scheduleId : start.kind === 'scheduled' ? start.scheduleId : undefined
  if (scheduleId === undefined) return undefined
  const schedule = await world.store.get('schedule', { workspaceId: start.workspaceId, id: scheduleId })
  return schedule && resumeIfDue(schedule, world)
}

/** A firing may come so late; it asks for no more than what was held for it. */
const lateMs = minutes(2)

const plannedEnd = ({ work }: LiveRun, hold: Reservation | undefined, nowMs: number): number => {
  const endMs = nowMs + seconds(work.expectedDurationSeconds)
  const late = hold && nowMs >= msOf(hold.start) && nowMs < msOf(hold.start) + lateMs && nowMs < msOf(hold.end)
  return late ? Math.min(endMs, msOf(hold.end)) : endMs
}

/** What was held ahead for the first attempt of a run; it is asked for by its very assets, and elsewhere where they cannot be had. */
const findHeldAssets = async (
  run: LiveRun,
  world: PrepareWorld,
): Promise<{ hold: Reservation | undefined; found: Found }> => {
  const { workspaceId, work } = run
  const hold = await heldFor(run, world)
  const need = {
    workspaceId,
    requirements: work.requirements,
    setup: work.setup,
    endMs: plannedEnd(run, hold, world.clock.now()),
    own: hold && ownOf(hold),
  }
  const found = await findAssets(hold ? { ...need, requirements: hold.assets } : need, world)
  return { hold, found: hold && found.kind !== 'free' ? await findAssets(need, world) : found }
}

/** What becomes of a run that may start as far as it alone is concerned. */
const decideStart = async (
  run: LiveRun,
  stored: LiveRun | undefined,
  schedule: Schedule | undefined,
  execution: string,
  world: PrepareWorld,
): Promise<Step> => {
  const { workspaceId } = run
  const of = { run, stored, schedule, execution }
  const around = await readCircumstances(workspaceId, run, schedule, world)
  const gate = closedGate(run, schedule, around, world)
  if (gate) return ending(of, gate, world)
  const dueMs = run.status === 'pending' && schedule ? msOf(run.dueAt) + jitterMs(schedule, run.trigger) : 0
  if (dueMs > world.clock.now()) return delayed(of, dueMs, world)
  const overlapping = judgeOverlap(run, schedule, around)
  if (overlapping.kind === 'stay')
    return { changes: [], result: { action: 'end', runId: run.id, reason: 'It still waits for other runs to end.' } }
  if (overlapping.kind === 'end') return ending(of, overlapping.closed, world)
  if (overlapping.kind === 'buffer') return buffered(of, overlapping, world)
  // Out of the buffer, its misfire grace begins anew.
  const free = isBuffered(run)
    ? { ...run, notAfter: instantOf(world.clock.now() + seconds(run.startWithinSeconds)) }
    : run
  const { hold, found } = await findHeldAssets(free, world)
  if (found.kind === 'impossible') return ending(of, { ...found, outcome: 'failed' }, world)
  const waiting = { ...of, run: free }
  if (found.kind === 'busy') return waitOrGiveUp(waiting, busyWith(found), world)
  const { workspace } = around
  const { gates, opens } =
    found.kind === 'gated' ? { gates: found.gates, opens: [] } : await readGates(run, { ...found, workspace }, world)
  if (gates.length > 0 || found.kind === 'gated') {
    const step = await waitOrGiveUp(waiting, closedGates(gates, found.kind === 'gated'), world)
    const opening = opens.flatMap((check) => runChange(world, undefined, check, 'run.opened', system('health')))
    return { ...step, changes: [...step.changes, ...opening], opens }
  }
  const { ask, agentId, rulebook } = found
  const assetIds = ask.parts.map(({ assetId }) => assetId)
  const limits = await limitsFor(workspaceId, { workspace, agentId, assetIds, rulebook }, world)
  const room = await takePlaces(workspaceId, run.id, limits, world)
  if (room.kind === 'full') return waitOrGiveUp(waiting, fullUp(room), world)
  const started = activation(
    { run: free, stored, schedule, workspace, ask, hold, agentId, execution, places: room.places },
    world,
  )
  return {
    changes: [...started.changes, ...room.changes],
    result: { action: 'drive', run: started.run as Extract<Run, { drive: unknown }> },
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
  if (known && isBuffered(known) && start.kind === 'scheduled')
    return nothing({ action: 'end', runId: id, reason: 'It waits for other runs to end.' })
  // Prepare itself was repeated after its transaction: the same answer again.
  if (known && hasDrive(known)) return nothing({ action: 'drive', run: known })

  const waits = known?.status === 'waiting' && !known.abort && !isBuffered(known) ? known : undefined
  const early = waits ? msOf(waits.waiting.until) - world.clock.now() : 0
  if (waits && early > 0)
    return nothing({ action: 'wait', run: waits, waitSeconds: Math.ceil(early / 1000), reason: waits.waiting.message })

  const schedule = await scheduleOf(start, known, world)
  const run = known ?? (start.kind === 'scheduled' ? await openFiring(start, schedule, world) : 'unreachable')
  if (typeof run === 'string') return nothing({ action: 'end', runId: id, reason: run })
  const step = await decideStart(run, known, schedule, execution, world)
  return known || !schedule
    ? step
    : movingOn(step, schedule, Date.parse((start as { scheduledTime: string }).scheduledTime), world)
}

/**
 * Where the entry stood for this one time, the transaction says that it has to be moved on to the next. A firing may come a
 * minute late, so further times may have passed meanwhile, for which no entry will ever stand: their runs are opened here.
 */
const movingOn = async (step: Step, schedule: Schedule, dueMs: number, world: PrepareWorld): Promise<Step> => {
  if (schedule.status !== 'active' || !isCarried(schedule, dueMs - 1)) return step
  const { workspaceId, id, protocolId } = schedule
  const nowMs = world.clock.now()
  const window = { ...windowOf(schedule), exclusions: [], skips: [] }
  const endMs = Math.min(nowMs, window.endMs ?? nowMs)
  const passed = timesAfter(schedule.rule, dueMs, { ...window, endMs })
    .take(mostPassed)
    .toArray()
  const known = await world.store.getMany(
    'run',
    passed.map((ms) => ({ workspaceId, id: runIdOfFiring(id, ms) })),
  )
  const protocol = passed.length > 0 ? await world.store.get('protocol', { workspaceId, id: protocolId }) : undefined
  const opens = passed.flatMap((ms, index) =>
    protocol && !known[index] ? [runOfFiring(schedule, protocol, ms, nowMs)] : [],
  )
  const arming = await world.store.get('arming', { workspaceId, scheduleId: id })
  return {
    ...step,
    changes: [
      ...step.changes,
      armingChange(schedule, arming),
      ...opens.flatMap((run) => runChange(world, undefined, run, 'run.opened', system('prepare'))),
    ],
    movesOn: schedule,
    opens: [...(step.opens ?? []), ...opens],
  }
}

/** What follows a decision; each of it is done again by the sweeper if it is lost. */
const followUp = async (step: Step, world: PrepareWorld): Promise<void> => {
  const { result, movesOn, opens = [], aborts = [], ended } = step
  if (movesOn) await settleSoon(movesOn, world)
  for (const { workspaceId, id } of opens) await world.workflows.startRun(id, workspaceId, id).catch(() => undefined)
  for (const { workspaceId, id, because } of aborts)
    await abortRun({ workspaceId, runId: id, actor: system('overlap'), note: because }, world).catch(
      (error: unknown) => {
        // It has just ended by itself.
        if (!(error instanceof Refusal)) throw error
      },
    )
  if (result.action === 'end' && ended) await startBuffered(ended.workspaceId, ended.scheduleId, world)
}

/**
 * Decides whether a run starts now, later or never, and, where it starts, opens it and reserves every asset in ONE
 * transaction. Repeating it gives the same answer. The conditional put of the run's id is the truth about duplicates (I4).
 */
export const prepareRun = async (start: Start, execution: string, world: PrepareWorld): Promise<Prepared> => {
  const step = await transact(world, async () => {
    const decided = await decide(start, execution, world)
    return { changes: decided.changes, result: decided }
  })
  await followUp(step, world)
  return step.result
}
