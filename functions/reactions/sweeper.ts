import { createCore } from '#adapters/aws-world.ts'
import { createFiles } from '#adapters/files/s3.ts'
import { watchAgents } from '#application/agents/watch-agents.ts'
import { detectAllConflicts } from '#application/conflicts/detect-conflicts.ts'
import { settleConflicts } from '#application/conflicts/settle-conflicts.ts'
import { checkDueAssets } from '#application/health/keep-healthy.ts'
import { placeAllInstances } from '#application/orders/order-templates.ts'
import { armAllRoutines } from '#application/planning-runs/arm-routine.ts'
import { cleanPlanningRuns } from '#application/planning-runs/clean-planning-runs.ts'
import { sweepPlanningRuns } from '#application/planning-runs/sweep-planning-runs.ts'
import { cleanPlans } from '#application/plans/clean-plans.ts'
import { cleanSnapshots } from '#application/plans/clean-snapshots.ts'
import { decideOverdue } from '#application/recovery/continue-recovery.ts'
import { sweepRuns } from '#application/runs/sweep-runs.ts'
import { auditTimes } from '#application/timetable/audit-times.ts'
import { sweepDrift } from '#application/timetable/sweep-drift.ts'
import { sweepTimetable } from '#application/timetable/sweep-timetable.ts'
import { cleanHistory } from '#application/workspaces/clean-history.ts'
import { sweeperEventSchema, sweeperSays } from '#contracts/workflow/messages.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { readEnvironment } from '../runtime/environment.ts'
import { eventFunction } from '../runtime/event-function.ts'
import { log } from '../runtime/log.ts'
import { openPlanners, openRoutines } from '../runtime/ports/planners.ts'
import { openTimetable } from '../runtime/ports/timetable.ts'
import { openWorkflows } from '../runtime/ports/workflows.ts'
import { allWorkspaces, forEachWorkspace } from './every-workspace.ts'

const env = readEnvironment('sweeper')
const world = {
  ...createCore(env.TABLE_NAME),
  workflows: openWorkflows(env),
  timetable: openTimetable(env),
  planners: openPlanners(env),
  routines: openRoutines(env),
  files: createFiles(env.BUCKET_NAME, process.env),
}

const sweep = async (workspaceId: WorkspaceId): Promise<void> => {
  const onFailure = (id: string, error: unknown): void =>
    log.error('The sweeper could not finish one thing; it tries again in five minutes.', {
      workspaceId,
      id,
      error: error as Error,
    })
  const runs = await sweepRuns(workspaceId, world, onFailure)
  const schedules = await sweepTimetable(workspaceId, world, onFailure)
  const times = await auditTimes(workspaceId, world, onFailure)
  await settleConflicts({ workspaceId }, world, onFailure)
  await decideOverdue(workspaceId, world, onFailure)
  await watchAgents(workspaceId, world)
  await checkDueAssets(workspaceId, world)
  const plannings = await sweepPlanningRuns(workspaceId, world, onFailure)
  if (plannings.started + plannings.crashed > 0)
    log.warn('Planning runs were started or ended.', { workspaceId, plannings })
  if (times.missed > 0) log.error(sweeperSays.missed, { workspaceId, times })
  if (runs.restarted + runs.settled + schedules.repaired + times.movedOn > 0)
    log.warn('The sweeper repaired something.', { workspaceId, runs, schedules, times })
  const failed = runs.failed + schedules.failed + times.failed
  if (failed > 0)
    throw new Error(`${failed} run(s) and schedule(s) could not be settled or looked at; the others were.`)
}

/** Conflicts that nobody was told of, and those that are none any more. */
const lookForConflicts = async (workspaceId: WorkspaceId): Promise<void> => {
  const found = await detectAllConflicts(workspaceId, world, (id, error) =>
    log.error('An asset could not be looked at for conflicts; it is tried again in an hour.', {
      workspaceId,
      id,
      error: error as Error,
    }),
  )
  if (found > 0) log.warn('Conflicts were found that nobody was told of.', { workspaceId, found })
}

const forget = async (workspaceId: WorkspaceId): Promise<void> => {
  const forgotten = await cleanHistory(workspaceId, world)
  if (forgotten > 0)
    log.info('Runs were forgotten, because they are older than history is kept.', { workspaceId, forgotten })
  const old = {
    plans: await cleanPlans(workspaceId, world),
    planningRuns: await cleanPlanningRuns(workspaceId, world),
    snapshots: await cleanSnapshots(workspaceId, world),
  }
  if (old.plans + old.planningRuns + old.snapshots > 0)
    log.info('Plans were forgotten, because they are older than they are kept.', { workspaceId, ...old })
}

/** Orders of templates whose days have come within reach. */
const place = async (workspaceId: WorkspaceId): Promise<void> => {
  const placed = await placeAllInstances(workspaceId, world, (id, error) =>
    log.error('The orders of a template could not be placed; it is tried again in an hour.', {
      workspaceId,
      id,
      error: error as Error,
    }),
  )
  if (placed > 0) log.info('Recurring orders were placed.', { workspaceId, placed })
}

/** Entries of planning routines. */
const arm = async (workspaceId: WorkspaceId): Promise<void> => {
  await armAllRoutines(workspaceId, world, (id, error) =>
    log.error('The entry of a planning routine could not be written; it is tried again in an hour.', {
      workspaceId,
      id,
      error: error as Error,
    }),
  )
}

/** Every hour: both sides of the timetable are compared, runs that are older than they are kept are forgotten, conflicts are looked for, recurring orders are placed, times of planning are written anew. */
const tidy = async (workspaces: readonly WorkspaceId[]): Promise<number> => {
  let failed = 0
  for (const work of [forget, lookForConflicts, place, arm]) failed += await forEachWorkspace(workspaces, work)
  for (const [workspaceId, drift] of await sweepDrift(workspaces, world))
    if (drift.missing + drift.surplus + drift.different > 0) log.error(sweeperSays.drifted, { workspaceId, drift })
  return failed
}

/**
 * Every five minutes: what a crash or a lost message left behind is put right. With another task in the event, every hour:
 * tidying up.
 */
export const handler = eventFunction('sweeper', sweeperEventSchema, async ({ task }): Promise<void> => {
  const workspaces = await allWorkspaces(world)
  const failed = await (task === 'tidy' ? tidy(workspaces) : forEachWorkspace(workspaces, sweep))
  if (failed > 0) throw new Error(`The sweep failed for ${failed} workspace(s); see the log. It runs again by itself.`)
})
