import type { Actor } from '#domain/audit/entry.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import type { MigrationState } from '#domain/migrations/migration.ts'
import { instantOf } from '#domain/time.ts'
import { apart } from '../common/apart.ts'
import { auditOf } from '../common/audit.ts'
import type { Change } from '../world.ts'
import type { Migration, MigrationWorld } from './migration.ts'
import { advanced, recordedState, stateChange, waitingState } from './migration-state.ts'

/** The history tells of a migration that had something to do: that it began, and how it ended. */
const told = (
  workspaceId: WorkspaceId,
  actor: Actor,
  [before, after]: readonly [MigrationState, MigrationState],
  world: MigrationWorld,
): readonly Change[] => {
  const { number, name, status, counts } = after
  const did = Object.values(counts).some((count) => count > 0)
  const entry = (action: string): Change =>
    auditOf(world, { workspaceId, subject: 'migrations', action, actor, after: { number, name, status, counts } })
  if (status === 'done') return did ? [entry('migration.finished')] : []
  return before.status === 'waiting' ? [entry('migration.started')] : []
}

export type Running = {
  readonly workspaceId: WorkspaceId
  readonly actor: Actor
  /** Of each migration at most so many pages, and none after a moment. */
  readonly pages: number
  readonly untilMs?: number | undefined
}

/** @returns whether it is done */
const run = async <W extends MigrationWorld>(of: Running, migration: Migration<W>, world: W): Promise<boolean> => {
  const { workspaceId, actor, pages, untilMs = Number.POSITIVE_INFINITY } = of
  for (let page = 0; ; page++) {
    const read = await recordedState(workspaceId, migration, world)
    const before = read ?? waitingState(workspaceId, migration)
    if (before.status === 'done') return true
    if (page >= pages || world.clock.now() >= untilMs) return false
    const step = await migration.step({ workspaceId, cursor: before.cursor }, world)
    const after = advanced(before, step, instantOf(world.clock.now()))
    // Where others changed what it rests on, or did this page, it is looked at anew.
    await world.store.commit([
      ...step.changes,
      stateChange(read, after),
      ...told(workspaceId, actor, [before, after], world),
    ])
  }
}

/**
 * Goes on with the migrations of a workspace, page by page. What a page changes and how far the migration is are one
 * transaction, so whoever is interrupted, repeats it or works beside another does nothing twice. One that fails does not keep
 * the others waiting.
 * @returns whether all of them are done
 * @throws what the first that failed threw, such as Refusal `unavailable`; what was done until then is done
 */
export const runMigrations = async <W extends MigrationWorld>(
  of: Running,
  migrations: readonly Migration<W>[],
  world: W,
): Promise<boolean> => {
  const failures: unknown[] = []
  let done = true
  for (const migration of migrations) {
    const finished = await apart(
      migration.name,
      () => run(of, migration, world),
      (_name, error) => failures.push(error),
    )
    done &&= finished ?? false
  }
  if (failures.length > 0) throw failures[0]
  return done
}
