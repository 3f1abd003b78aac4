import type { WorkspaceId } from '#domain/ids.ts'
import type { MigrationReport } from '#domain/migrations/migration.ts'
import type { World } from '../world.ts'
import type { Migration } from './migration.ts'
import { recordedState, waitingState } from './migration-state.ts'

/** The migrations there are, and how far each is in a workspace. */
export const reportMigrations = async (
  workspaceId: WorkspaceId,
  migrations: readonly Pick<Migration, 'number' | 'name' | 'what'>[],
  world: Pick<World, 'store'>,
): Promise<MigrationReport> => {
  const all = await Promise.all(
    migrations.map(async (migration) => {
      const recorded = await recordedState(workspaceId, migration, world)
      const {
        workspaceId: _in,
        id: _id,
        cursor: _cursor,
        version: _version,
        ...state
      } = recorded ?? waitingState(workspaceId, migration)
      return { ...state, what: migration.what }
    }),
  )
  return { unfinished: all.filter(({ status }) => status !== 'done').length, migrations: all }
}
