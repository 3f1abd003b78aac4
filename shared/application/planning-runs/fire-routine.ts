import { type PlanningRoutineId, type PlanningRunId, planningRunIdOf, type WorkspaceId } from '#domain/ids.ts'
import type { PlanningRun } from '#domain/planning-runs/planning-run.ts'
import { usualDays } from '#domain/plans/plan-ask.ts'
import { dayMs, instantOf, msOf } from '#domain/time.ts'
import { auditOf, system } from '../common/audit.ts'
import { made } from '../common/change-document.ts'
import type { World } from '../world.ts'

export type Firing = {
  readonly workspaceId: WorkspaceId
  readonly routineId: PlanningRoutineId
  readonly scheduledTime: string
  readonly generation: number
}

/** A run of the same routine that has not ended. */
const runBefore = async (
  { workspaceId, routineId }: Firing,
  world: Pick<World, 'store'>,
): Promise<PlanningRun | undefined> => {
  let cursor: string | undefined
  do {
    const page = await world.store.livePlanningRuns(workspaceId, { limit: 100, cursor })
    const found = page.items.find(({ trigger }) => trigger.kind === 'routine' && trigger.routineId === routineId)
    if (found) return found
    cursor = page.next
  } while (cursor !== undefined)
  return undefined
}

/**
 * Records the planning run of a routine for one of its times: one, however often it is delivered. @returns its id; undefined where the
 * routine has changed since, is paused or has ended. Where its run before is still under way, it is recorded as cancelled.
 */
export const fireRoutine = async (
  firing: Firing,
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<PlanningRunId | undefined> => {
  const { workspaceId, routineId, scheduledTime, generation } = firing
  const scheduledMs = msOf(scheduledTime)
  const id = planningRunIdOf(routineId, scheduledMs)
  if (await world.store.get('planningRun', { workspaceId, id })) return id
  const routine = await world.store.get('planningRoutine', { workspaceId, id: routineId })
  if (routine?.status !== 'active' || routine.generation !== generation) return undefined
  const usual = usualDays(routine.ask.algorithm)
  const { bufferDays = usual.bufferDays, days = usual.days, ...ask } = routine.ask
  const fromMs = scheduledMs + bufferDays * dayMs
  const actor = system('planner')
  const before = await runBefore(firing, world)
  const at = instantOf(world.clock.now())
  const stop = { by: 'system:planner', at, keep: false, reason: `Run ${before?.id} of this routine is under way.` }
  const value: PlanningRun = {
    workspaceId,
    id,
    trigger: { kind: 'routine', routineId, scheduledTime: instantOf(scheduledMs) },
    ask: { ...ask, name: routine.name, from: instantOf(fromMs), to: instantOf(fromMs + days * dayMs) },
    ...(before ? { status: 'cancelled', endedAt: at, stop } : { status: 'queued' }),
    ...made(actor, world),
  }
  // Whoever was faster has recorded the same run.
  await world.store.commit([
    { type: 'put', kind: 'planningRun', value, expect: 'absent' },
    auditOf(world, {
      workspaceId,
      subject: id,
      action: before ? 'planning-run.passed-over' : 'planning-run.fired',
      actor,
      after: value,
    }),
  ])
  return id
}
