import type { World } from '../world.ts'
import { importLegacyOrders } from './import-legacy-orders.ts'
import type { Migration, MigrationWorld } from './migration.ts'
import { rewriteOutdated } from './rewrite-outdated.ts'

/** Every migration there ever was, in the order in which they are done. One more is one more line; none is ever taken out. */
export const migrations: readonly Migration<MigrationWorld & Pick<World, 'shapes'>>[] = [
  rewriteOutdated(1, 2),
  importLegacyOrders,
]
