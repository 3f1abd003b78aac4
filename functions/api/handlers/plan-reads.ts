import { previewOutage } from '#application/outages/impact.ts'
import type { feedRoutes } from '#contracts/http/routes/feeds.ts'
import type { outageRoutes } from '#contracts/http/routes/outages.ts'
import type { seriesRoutes } from '#contracts/http/routes/series.ts'
import type { waitlistRoutes } from '#contracts/http/routes/waitlist.ts'
import { msOf } from '#domain/time.ts'
import { roleAllows } from '#domain/workspaces/workspace.ts'
import { found, page } from './reading.ts'
import type { AvailabilityReadersOf } from './request.ts'

/** What is told of the waitlist, of recurring bookings, and of outages. */
export const planReaders: AvailabilityReadersOf<
  typeof waitlistRoutes & typeof seriesRoutes & typeof outageRoutes & typeof feedRoutes
> = {
  listWaitlist: async ({ params: { workspaceId }, query, caller: { subject } }, { store }) => {
    const { all, status, mine, ...rest } = query
    const listed = await (all || status !== undefined
      ? store.list('waitlistEntry', workspaceId, { ...rest, newestFirst: true })
      : store.waitingEntries(workspaceId, rest))
    return page(listed, (one) => (status === undefined || one.status === status) && (!mine || one.subject === subject))
  },
  getWaitlistEntry: ({ params }, world) => found('waitlistEntry', params.workspaceId, params.waitlistEntryId, world),
  listSeries: async ({ params, query }, { store }) =>
    page(await store.list('series', params.workspaceId, { ...query, newestFirst: true })),
  getSeries: ({ params }, world) => found('series', params.workspaceId, params.seriesId, world),
  previewOutage: ({ params, body: { assetIds, start, end } }, world) =>
    previewOutage({ ...params, assetIds, span: { startMs: msOf(start), endMs: msOf(end) } }, world),
  listOutages: async ({ params, query }, { store }) =>
    page(await store.list('outage', params.workspaceId, { ...query, newestFirst: true })),
  listFeeds: async ({ params, query, caller: { subject, role } }, { store }) => {
    const listed = await store.list('feed', params.workspaceId, { ...query, newestFirst: true })
    const { items, next } = page(
      listed,
      ({ createdBy }) => createdBy === subject || (role !== undefined && roleAllows(role, 'manager')),
    )
    return { items: items.map(({ digest: _digest, ...feed }) => feed), ...(next !== undefined && { next }) }
  },
  getOutage: ({ params }, world) => found('outage', params.workspaceId, params.outageId, world),
}
