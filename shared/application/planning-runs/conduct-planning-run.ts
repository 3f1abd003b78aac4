import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { PlanningRunId, WorkspaceId } from '#domain/ids.ts'
import { isLivePlanningRun } from '#domain/planning-runs/live.ts'
import { budgetOf, type PlanningRun } from '#domain/planning-runs/planning-run.ts'
import type { Plan } from '#domain/plans/plan.ts'
import { instantOf } from '#domain/time.ts'
import { system } from '../common/audit.ts'
import { transact } from '../common/transact.ts'
import type { Stopwatch } from '../plans/allowance.ts'
import { answeringAny } from '../plans/answer-any.ts'
import { poseQuestion } from '../plans/pose-question.ts'
import { partsOf } from '../plans/read-plan.ts'
import { knownPlan, storePlan } from '../plans/store-plan.ts'
import type { Change, World } from '../world.ts'
import { planIdOf } from './plan-id.ts'
import { commonOf, endOf, runChange } from './run-changes.ts'

type ConductWorld = Pick<World, 'store' | 'clock' | 'ids'>
type Address = { readonly workspaceId: WorkspaceId; readonly id: PlanningRunId }
type Running = Extract<PlanningRun, { status: 'running' }>
type Completed = Extract<PlanningRun, { status: 'completed' }>

/** How often it is told how far a run is, and looked whether somebody wants it to stop. */
const tellEveryMs = 2_000
/** What a run may take on top of its seconds to tell why orders are left out. */
const reasonsMs = 60_000
const planner = system('planner')

const actorOf = ({ trigger, createdBy }: PlanningRun): Actor =>
  trigger.kind === 'manual' ? { kind: 'person', subject: createdBy } : planner

/** Says that it is running; a repeat after a crash is another attempt. Undefined where it is over. */
const begin = ({ workspaceId, id }: Address, world: ConductWorld): Promise<Running | undefined> =>
  transact<Running | undefined>(world, async () => {
    const run = await world.store.get('planningRun', { workspaceId, id })
    if (!run || !isLivePlanningRun(run)) return { changes: [], result: undefined }
    const before = run.status === 'running' ? run : undefined
    const startedAt = before?.startedAt ?? instantOf(world.clock.now())
    const next = {
      ...commonOf(run),
      status: 'running',
      startedAt,
      attempt: (before?.attempt ?? 0) + 1,
      ...(before?.stop && { stop: before.stop }),
    } as const
    const { changes, result } = runChange(run, next, 'planning-run.started', planner, world)
    return { changes, result: result as Running }
  })

type End =
  | ({ readonly status: 'completed' } & Pick<
      Completed,
      'planId' | 'endedBy' | 'processed' | 'planned' | 'leftOut' | 'swaps'
    >)
  | { readonly status: 'failed'; readonly message: string }
  | { readonly status: 'cancelled' }

/** Ends a run, unless it has ended. */
const end = ({ workspaceId, id }: Address, how: End, world: ConductWorld): Promise<PlanningRun | undefined> =>
  transact<PlanningRun | undefined>(world, async () => {
    const run = await world.store.get('planningRun', { workspaceId, id })
    if (!run || !isLivePlanningRun(run)) return { changes: [], result: run }
    const next = { ...endOf(run, instantOf(world.clock.now())), ...how }
    return runChange(run, next, `planning-run.${how.status}`, planner, world)
  })

/** Orders that made way for others, of an assignment. */
const swapsIn = async (plan: Plan, world: ConductWorld): Promise<number | undefined> => {
  if (plan.algorithm !== 'assignment') return undefined
  const parts = await partsOf(plan, world)
  return parts.flatMap(({ items }) => items.flatMap(({ assigned }) => assigned?.swaps ?? [])).length
}

const completedWith = async (plan: Plan, endedBy: Completed['endedBy'], world: ConductWorld): Promise<End> => {
  const swaps = await swapsIn(plan, world)
  return {
    status: 'completed',
    planId: plan.id,
    endedBy,
    processed: plan.items + plan.leftOut,
    planned: plan.items,
    leftOut: plan.leftOut,
    ...(swaps !== undefined && { swaps }),
  }
}

const made = (plan: Plan, stop: Running['stop'], world: ConductWorld): Promise<End> =>
  completedWith(plan, stop ? 'person' : plan.cutShort || plan.seconds !== undefined ? 'seconds' : 'iterations', world)

type Told = { readonly iterations: number; readonly share: number; readonly planned: number }

/** Tells how far a run is. Lost or late it does no harm. */
const tell = async ({ workspaceId, id }: Address, told: Told, world: ConductWorld): Promise<void> => {
  const before = await world.store.get('planningProgress', { workspaceId, id })
  const version = (before?.version ?? 0) + 1
  const value = { workspaceId, id, ...told, at: instantOf(world.clock.now()), version }
  await world.store.commit([{ type: 'put', kind: 'planningProgress', value, expect: before?.version ?? 'absent' }])
}

const stopOf = async ({ workspaceId, id }: Address, world: ConductWorld): Promise<Running['stop']> => {
  const run = await world.store.get('planningRun', { workspaceId, id })
  if (run?.status !== 'running') return { by: 'system:planner', at: instantOf(world.clock.now()), keep: false }
  return run.stop
}

/** Another execution of the run has begun since, or has ended it: what this one has found is nobody's. */
class Overtaken extends Error {}

/** @returns what says that no other execution has begun. @throws Overtaken where one has */
const notOvertaken = async (
  { workspaceId, id, attempt }: Running,
  world: Pick<World, 'store'>,
): Promise<readonly Change[]> => {
  const now = await world.store.get('planningRun', { workspaceId, id })
  if (now?.status !== 'running' || now.attempt !== attempt) throw new Overtaken()
  return [{ type: 'check', kind: 'planningRun', key: { workspaceId, id }, expect: now.version }]
}

const plan = async (run: Running, world: ConductWorld, stopwatch: Stopwatch): Promise<End> => {
  const { ask, workspaceId, id, attempt } = run
  const { iterations: most, seconds, limitMs } = budgetOf(ask)
  const question = await poseQuestion({ ...ask, iterations: most, seconds, workspaceId, actor: actorOf(run) }, world)
  const known = await knownPlan(question, world)
  if (known) return completedWith(known, 'known', world)
  const began = stopwatch()
  let stop = run.stop
  const untilMs = began + limitMs
  const steps = answeringAny(question, {
    stopwatch,
    untilMs,
    reasonsUntilMs: untilMs + reasonsMs,
    isStopped: () => stop !== undefined,
  })
  let toldAt = Number.NEGATIVE_INFINITY
  let step = steps.next()
  for (; !step.done; step = steps.next()) {
    if (stopwatch() - toldAt < tellEveryMs) continue
    toldAt = stopwatch()
    const { iterations = 0, placed, share = seconds === undefined ? iterations / most : 0 } = step.value
    const far = Math.min(1, Math.max(share, (toldAt - began) / limitMs))
    await tell(run, { iterations, planned: placed, share: Math.round(far * 1_000) / 1_000 }, world)
    stop = await stopOf(run, world)
  }
  if (stop && !stop.keep) return { status: 'cancelled' }
  const stillOurs = () => notOvertaken(run, world)
  await stillOurs()
  return made(await storePlan(question, step.value, world, planIdOf(id, attempt), stillOurs), stop, world)
}

/**
 * Does a planning run, from reading what there is to storing its plan; a repeat after a crash begins anew, or finds the plan that
 * was stored before it. Of several executions at once the one that began last makes the plan.
 * @returns the run as it ended; undefined where there was nothing to do, or another execution does it
 * @throws what may pass: whoever called tries again
 */
export const conductPlanningRun = async (
  address: Address,
  world: ConductWorld,
  stopwatch: Stopwatch,
): Promise<PlanningRun | undefined> => {
  const run = await begin(address, world)
  if (!run) return undefined
  // An attempt before this one may have stored its plan and died.
  const stored = await world.store.get('plan', {
    workspaceId: run.workspaceId,
    id: planIdOf(run.id, run.attempt - 1),
  })
  if (stored) return end(run, await made(stored, run.stop, world), world)
  try {
    return await end(run, await plan(run, world, stopwatch), world)
  } catch (error) {
    if (error instanceof Overtaken) return undefined
    if (!(error instanceof Refusal) || error.code === 'unavailable' || error.code === 'contended') throw error
    return end(run, { status: 'failed', message: error.message }, world)
  }
}
