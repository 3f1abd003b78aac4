import { csvOf, rowOf } from '#application/assets/transfer/asset-rows.ts'
import { allAssets } from '#application/reservations/wanted.ts'
import type { assetRoutes } from '#contracts/http/routes/assets.ts'
import type { calendarRoutes } from '#contracts/http/routes/calendars.ts'
import type { recoveryRoutes } from '#contracts/http/routes/recoveries.ts'
import { healthAt } from '#domain/assets/health.ts'
import type { WorkspaceId } from '#domain/ids.ts'
import { found, page, unlessDeleted } from './reading.ts'
import type { AvailabilityReadersOf, ReadWorld } from './request.ts'

const assetRows = async (workspaceId: WorkspaceId, world: ReadWorld) =>
  (await allAssets(workspaceId, world)).filter(({ status }) => status !== 'retired').map(rowOf)

/** What is told of assets and of the calendars that they keep. */
export const assetReaders: AvailabilityReadersOf<typeof assetRoutes & typeof calendarRoutes & typeof recoveryRoutes> = {
  listAssets: async ({ params, query: { archived, ...query } }, world) =>
    page(await world.store.list('asset', params.workspaceId, query), unlessDeleted(archived)),
  exportAssets: async ({ params }, world) => ({ assets: await assetRows(params.workspaceId, world) }),
  exportAssetTable: async ({ params }, world) => csvOf(await assetRows(params.workspaceId, world)),
  getAsset: ({ params }, world) => found('asset', params.workspaceId, params.assetId, world),
  getAssetHealth: async ({ params: { workspaceId, assetId } }, world) => {
    const asset = await found('asset', workspaceId, assetId, world)
    const last = await world.store.get('assetHealth', { workspaceId, assetId })
    const state = asset.healthCheck ? healthAt(asset.healthCheck, last, world.clock.now()) : (last?.state ?? 'unknown')
    return { state, ...(last && { last }) }
  },
  listCalendars: async ({ params, query: { archived, ...query } }, world) =>
    page(await world.store.list('calendar', params.workspaceId, query), unlessDeleted(archived)),
  getCalendar: ({ params }, world) => found('calendar', params.workspaceId, params.calendarId, world),
}
