import { type Actor, actorName } from '#domain/audit/entry.ts'
import { notFound } from '#domain/errors.ts'
import type { RunId, WorkspaceId } from '#domain/ids.ts'
import type { Run } from '#domain/runs/run.ts'
import { instantOf } from '#domain/time.ts'
import { transact } from '../common/transact.ts'
import type { World } from '../world.ts'
import { runChange } from './record.ts'

/** Keeps a run whatever the workspace says about old runs, or lets it go again. Twice is success. @throws Refusal `not_found` */
export const holdRun = (
  of: {
    readonly workspaceId: WorkspaceId
    readonly runId: RunId
    readonly actor: Actor
    readonly held: boolean
    readonly note: string
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Run> =>
  transact(world, async () => {
    const { workspaceId, runId, actor, held, note } = of
    const run = await world.store.get('run', { workspaceId, id: runId })
    if (!run) throw notFound('run', runId)
    if ((run.legalHold !== undefined) === held) return { changes: [], result: run }
    const { legalHold: _held, ...rest } = run
    const hold = { note, by: actorName(actor), since: instantOf(world.clock.now()) }
    const after = { ...rest, ...(held && { legalHold: hold }), version: run.version + 1 } as Run
    return { changes: runChange(world, run, after, held ? 'run.held' : 'run.let-go', actor), result: after }
  })
