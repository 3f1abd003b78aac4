import { createCore } from '#adapters/aws-world.ts'
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
import { openTimetable, openWorkflows } from '../runtime/ports.ts'

const env = readEnvironment('sweeper')
const world = { ...createCore(env.TABLE_NAME), workflows: openWorkflows(env), timetable: openTimetable(env) }

const sweep = async (workspaceId: WorkspaceId): Promise<void> => {
  const runs = await sweepRuns(workspaceId, world)
  const schedules = await sweepTimetable(workspaceId, world)
  const times = await auditTimes(workspaceId, world)
  if (times.missed > 0) log.error(sweeperSays.missed, { workspaceId, times })
  if (runs.restarted + runs.settled + schedules.repaired + times.movedOn > 0)
    log.warn('The sweeper repaired something.', { workspaceId, runs, schedules, times })
  const failed = runs.failed + schedules.failed + times.failed
  if (failed > 0)
    throw new Error(`${failed} run(s) and schedule(s) could not be settled or looked at; the others were.`)
}

const allWorkspaces = async (): Promise<WorkspaceId[]> => {
  const found: WorkspaceId[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.allWorkspaces({ limit: 100, cursor })
    found.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return found
}

/** Every hour: both sides of the timetable are compared, and runs that are older than they are kept are forgotten. */
const tidy = async (): Promise<void> => {
  const workspaces = await allWorkspaces()
  for (const workspaceId of workspaces) {
    const forgotten = await cleanHistory(workspaceId, world)
    if (forgotten > 0)
      log.info('Runs were forgotten, because they are older than history is kept.', { workspaceId, forgotten })
  }
  for (const [workspaceId, drift] of await sweepDrift(workspaces, world))
    if (drift.missing + drift.surplus + drift.different > 0) log.error(sweeperSays.drifted, { workspaceId, drift })
}

/**
 * Every five minutes: what a crash or a lost message left behind is put right. One workspace's trouble does not stop the
 * others. With another task in the event, every hour: tidying up.
 */
export const handler = eventFunction('sweeper', sweeperEventSchema, async ({ task }): Promise<void> => {
  if (task === 'tidy') return tidy()
  let failed = 0
  for (const workspaceId of await allWorkspaces())
    await sweep(workspaceId).catch((error: unknown) => {
      failed += 1
      log.error('The sweeper could not finish a workspace.', { workspaceId, error })
    })
  if (failed > 0)
    throw new Error(`The sweep failed for ${failed} workspace(s); see the log. It runs again in five minutes.`)
})
