import { allAssets } from '#application/reservations/wanted.ts'
import type { recoveryRoutes } from '#contracts/http/routes/recoveries.ts'
import { found, page } from './reading.ts'
import type { ReadersOf } from './request.ts'

/** What is told of recoveries and emergency stops. */
export const recoveryReaders: ReadersOf<typeof recoveryRoutes> = {
  listRecoveries: async ({ params: { workspaceId }, query: { status, ...query } }, { store }) =>
    page(
      await (status === 'open'
        ? store.openRecoveries(workspaceId, query)
        : store.list('recovery', workspaceId, { ...query, newestFirst: true })),
    ),
  getRecovery: ({ params }, world) => found('recovery', params.workspaceId, params.recoveryId, world),
  getRecoveryHistory: async ({ params: { workspaceId, recoveryId }, query }, world) => {
    await found('recovery', workspaceId, recoveryId, world)
    return page(await world.store.history(workspaceId, recoveryId, query))
  },
  listEmergencyStops: async ({ params: { workspaceId } }, world) => {
    const [workspace, assets] = await Promise.all([
      world.store.get('workspace', { id: workspaceId }),
      allAssets(workspaceId, world),
    ])
    return {
      ...(workspace?.emergencyStop && { workspace: workspace.emergencyStop }),
      assets: assets.flatMap(({ id, name, emergencyStop: stop }) => (stop ? [{ assetId: id, name, stop }] : [])),
      ...(workspace?.hold && { hold: workspace.hold }),
    }
  },
}
