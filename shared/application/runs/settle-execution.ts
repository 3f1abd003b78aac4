import type { RunId, ScheduleId, WorkspaceId } from '#domain/ids.ts'
import { decideEnd } from '#domain/runs/decide-end.ts'
import { isLive } from '#domain/runs/live.ts'
import type { LiveRun } from '#domain/runs/run.ts'
import { system } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import { endingChanges } from './end-run.ts'
import { endFor } from './finish-run.ts'
import { runOfFiring } from './open-run.ts'
import { runIdOf, type Start } from './prepare-run.ts'
import { startBuffered } from './start-buffered.ts'

type SettleWorld = Pick<World, 'store' | 'clock' | 'ids' | 'workflows'>
export type Settled = {
  readonly settled: boolean
  readonly runId: RunId
  readonly scheduleId?: ScheduleId | undefined
}
const actor = system('settle')

/** A firing whose execution broke before it opened its run: recorded as failed, so that no firing vanishes silently. */
const brokenFiring = async (
  start: Extract<Start, { kind: 'scheduled' }>,
  world: SettleWorld,
): Promise<LiveRun | undefined> => {
  const { workspaceId, scheduleId } = start
  const schedule = await world.store.get('schedule', { workspaceId, id: scheduleId })
  if (schedule?.status !== 'active' || schedule.generation !== start.arming) return undefined
  const protocol = await world.store.get('protocol', { workspaceId, id: schedule.protocolId })
  return protocol && runOfFiring(schedule, protocol, Date.parse(start.scheduledTime), world.clock.now())
}

/**
 * Called when an execution is over without having finished its run: it failed, timed out, or was stopped from outside.
 * Event rule and sweeper both call it; being second is success. The run ends, its assets are released or quarantined (I3, I5).
 */
export const settleExecution = async (
  start: Start,
  execution: string,
  detail: string,
  world: SettleWorld,
): Promise<Settled> => {
  const settled = await transact<Settled>(world, async () => {
    const runId = runIdOf(start)
    const nothing = { changes: [], result: { settled: false, runId } }
    const run = await world.store.get('run', { workspaceId: start.workspaceId, id: runId })
    const cause = { kind: 'execution-ended', detail } as const
    if (!run) {
      const broken = start.kind === 'scheduled' ? await brokenFiring(start, world) : undefined
      if (!broken) return nothing
      const decision = decideEnd({
        run: broken,
        command: undefined,
        schedule: undefined,
        cause,
        nowMs: world.clock.now(),
      })
      if (decision.kind !== 'end') return nothing
      const facts = { run: broken, stored: undefined, command: undefined, reservation: undefined, schedule: undefined }
      return { changes: await endingChanges(facts, decision, actor, world), result: { settled: true, runId } }
    }
    // The execution of a duplicate delivery is nobody's; the run belongs to another.
    if (!isLive(run) || (run.execution !== undefined && run.execution !== execution)) return nothing
    const { changes } = await endFor(run, cause, actor, world)
    return { changes, result: { settled: true, runId, scheduleId: run.scheduleId } }
  })
  if (settled.settled) await startBuffered(start.workspaceId, settled.scheduleId, world)
  return settled
}

/** The same for a run that the sweeper found. */
export const settleRun = (
  of: { workspaceId: WorkspaceId; runId: RunId; execution: string },
  detail: string,
  world: SettleWorld,
): Promise<Settled> =>
  settleExecution({ kind: 'requested', workspaceId: of.workspaceId, runId: of.runId }, of.execution, detail, world)
