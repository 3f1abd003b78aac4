import * as z from 'zod'
import { createCore } from '#adapters/aws-world.ts'
import { sweepRuns } from '#application/runs/sweep-runs.ts'
import { auditTimes } from '#application/schedules/audit-times.ts'
import { sweepTimetable } from '#application/schedules/sweep-timetable.ts'
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
  if (times.missed > 0) log.error('Firings did not come.', { workspaceId, times })
  if (runs.restarted + runs.settled + schedules.repaired + times.movedOn > 0)
    log.warn('The sweeper repaired something.', { workspaceId, runs, schedules, times })
}

/** Every five minutes: what a crash or a lost message left behind is put right. One workspace's trouble does not stop the others. */
export const handler = eventFunction('sweeper', z.unknown(), async (): Promise<void> => {
  let cursor: string | undefined
  let failed = 0
  do {
    const page = await world.store.allWorkspaces({ limit: 100, cursor })
    for (const workspaceId of page.items)
      await sweep(workspaceId).catch((error: unknown) => {
        failed += 1
        log.error('The sweeper could not finish a workspace.', { workspaceId, error })
      })
    cursor = page.next
  } while (cursor !== undefined)
  if (failed > 0)
    throw new Error(`The sweep failed for ${failed} workspace(s); see the log. It runs again in five minutes.`)
})
