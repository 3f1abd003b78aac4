import { migrations } from '#application/migrations/all.ts'
import { reportMigrations } from '#application/migrations/report-migrations.ts'
import { runMigrations } from '#application/migrations/run-migrations.ts'
import { legacyParts, storeLegacyOrders } from '#application/migrations/store-legacy-orders.ts'
import type { migrationRoutes } from '#contracts/http/routes/migrations.ts'
import { seconds } from '#domain/time.ts'
import type { OrderHandlersOf } from './request.ts'

/** One request works so long at most, and for so many pages of each migration. */
const longest = seconds(10)
const pages = 200

/** Migrations of what is stored, and the orders of the old format that one of them imports. */
export const migrationHandlers: OrderHandlersOf<typeof migrationRoutes> = {
  getMigrations: ({ params }, world) => reportMigrations(params.workspaceId, migrations, world),
  runMigrations: async ({ params: { workspaceId }, caller: { actor } }, world) => {
    const untilMs = world.clock.now() + longest
    await runMigrations({ workspaceId, actor, pages, untilMs }, migrations, world)
    return reportMigrations(workspaceId, migrations, world)
  },
  getLegacyOrders: async ({ params }, world) => ({ parts: await legacyParts(params.workspaceId, world) }),
  putLegacyOrders: ({ params, body, caller: { actor } }, world) =>
    storeLegacyOrders({ ...params, ...body, actor }, world),
}
