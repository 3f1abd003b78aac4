import { apart } from '#application/common/apart.ts'
import type { MigrationWorld } from '#application/migrations/migration.ts'
import { settleLegacyOrders } from '#application/migrations/settle-legacy-orders.ts'
import { migrationRoutes } from '#contracts/http/routes/migrations.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { minutes } from '#domain/time.ts'
import { log } from '../runtime/log.ts'

/** What is done before a request of a workspace; the request is answered whatever becomes of it. */
export type FirstUse<W> = (routeId: string, workspaceId: WorkspaceId, world: W) => Promise<void>

/**
 * Whoever uses orders finds those of the old format among them. Each instance of a function looks once a minute for a workspace,
 * so that hardly any request pays for it; while some are left, with each request.
 */
export const importsLegacyOrders = (): FirstUse<MigrationWorld> => {
  const lookAgainMs = new Map<WorkspaceId, number>()
  return async (routeId, workspaceId, world) => {
    const nowMs = world.clock.now()
    if (routeId in migrationRoutes) return void lookAgainMs.delete(workspaceId)
    if (nowMs < (lookAgainMs.get(workspaceId) ?? 0)) return
    lookAgainMs.set(workspaceId, nowMs + minutes(1))
    const done = await apart(
      workspaceId,
      () => settleLegacyOrders(workspaceId, world),
      (_id, error) =>
        log.error('Orders of the old format could not be imported; it is tried again within minutes.', {
          workspaceId,
          error: error as Error,
        }),
    )
    if (done === false) lookAgainMs.delete(workspaceId)
  }
}
