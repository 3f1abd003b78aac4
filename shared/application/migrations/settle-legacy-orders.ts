import type { WorkspaceId } from '#domain/ids.ts'
import { legacyPartId } from '#domain/migrations/legacy-orders.ts'
import { system } from '../common/audit.ts'
import { importLegacyOrders } from './import-legacy-orders.ts'
import type { MigrationWorld } from './migration.ts'
import { recordedState } from './migration-state.ts'
import { runMigrations } from './run-migrations.ts'

/** A request waits for so many pages at most; the rest goes on by itself. */
const pages = 5

/**
 * Before orders of a workspace are used: if there are some of the old format that were not imported yet, they are. Where there
 * are none this costs two reads and stores nothing.
 * @returns false where some are left
 */
export const settleLegacyOrders = async (workspaceId: WorkspaceId, world: MigrationWorld): Promise<boolean> => {
  const state = await recordedState(workspaceId, importLegacyOrders, world)
  if (state?.status === 'done') return true
  if (!state && !(await world.store.get('legacyOrders', { workspaceId, id: legacyPartId(1) }))) return true
  return runMigrations({ workspaceId, actor: system('migrations'), pages }, [importLegacyOrders], world)
}
