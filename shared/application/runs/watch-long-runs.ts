import type { WorkspaceId } from '#domain/ids.ts'
import { overtimeSchema } from '#domain/protocols/protocol.ts'
import type { Run } from '#domain/runs/run.ts'
import { instantOf, msOf, seconds } from '#domain/time.ts'
import { apart, type OnFailure } from '../common/apart.ts'
import { system } from '../common/audit.ts'
import type { World } from '../world.ts'
import { runChange } from './record.ts'

type WatchWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** Whether people are to be told now, once, that a run takes long. */
const isLong = (run: Run, nowMs: number): boolean => {
  if (run.status !== 'running' && run.status !== 'paused') return false
  const { warnAt } = run.work.overtime ?? overtimeSchema.parse({})
  return (
    run.longRunningAt === undefined && nowMs - msOf(run.startedAt) > warnAt * seconds(run.work.expectedDurationSeconds)
  )
}

/** Tells of runs that take much longer than expected. @returns how many */
export const watchLongRuns = async (
  workspaceId: WorkspaceId,
  world: WatchWorld,
  onFailure: OnFailure = () => undefined,
): Promise<number> => {
  let told = 0
  let cursor: string | undefined
  do {
    const page = await world.store.liveRuns(workspaceId, { limit: 100, cursor })
    const nowMs = world.clock.now()
    for (const run of page.items.filter((live) => isLong(live, nowMs)))
      await apart(
        run.id,
        async () => {
          const after = { ...run, longRunningAt: instantOf(nowMs), version: run.version + 1 }
          const done = await world.store.commit(runChange(world, run, after, 'run.long-running', system('watch')))
          if (done.committed) told += 1
        },
        onFailure,
      )
    cursor = page.next
  } while (cursor !== undefined)
  return told
}
