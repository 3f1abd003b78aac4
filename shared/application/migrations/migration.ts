import type { WorkspaceId } from '#domain/ids.ts'
import type { MigrationProblem } from '#domain/migrations/migration.ts'
import type { Change, World } from '../world.ts'

/** What every migration needs; `W` is what one needs. */
export type MigrationWorld = Pick<World, 'store' | 'clock' | 'ids'>

/** One page of a migration: what is to be changed, and where to go on. */
export type Step = {
  /** At most `mostChanges`: they share a transaction with the record of how far it is. */
  readonly changes: readonly Change[]
  readonly counts: Readonly<Record<string, number>>
  readonly problems?: readonly MigrationProblem[]
  /** Cursor of the next page; undefined on the last. */
  readonly next?: string
}

export const mostChanges = 90

/**
 * A change of what is stored, done once in each workspace. A step decides from what it reads and changes nothing itself; asked
 * again from a cursor it decides the same of what has not been done.
 */
export type Migration<W = MigrationWorld> = {
  /** Never given to another. */
  readonly number: number
  readonly name: string
  readonly what: string
  readonly step: (
    of: { readonly workspaceId: WorkspaceId; readonly cursor: string | undefined },
    world: W,
  ) => Promise<Step>
}
