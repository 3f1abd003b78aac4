import { makeFeed, revokeFeed } from '#application/feeds/make-feed.ts'
import { announceOutage, cancelOutage } from '#application/outages/announce-outage.ts'
import { cancelSeries } from '#application/series/cancel-series.ts'
import { createSeries } from '#application/series/create-series.ts'
import { joinWaitlist, leaveWaitlist } from '#application/waitlist/join-waitlist.ts'
import type { feedRoutes } from '#contracts/http/routes/feeds.ts'
import type { outageRoutes } from '#contracts/http/routes/outages.ts'
import type { seriesRoutes } from '#contracts/http/routes/series.ts'
import type { waitlistRoutes } from '#contracts/http/routes/waitlist.ts'
import type { BookingHandlersOf } from './request.ts'

export const feedHandlers: BookingHandlersOf<typeof feedRoutes> = {
  makeFeed: ({ params, body, caller: { actor, role } }, world) => makeFeed({ ...params, ...body, actor, role }, world),
  revokeFeed: ({ params: { workspaceId, feedId: id }, caller: { actor, role } }, world) =>
    revokeFeed({ workspaceId, id, actor, role }, world),
}

export const waitlistHandlers: BookingHandlersOf<typeof waitlistRoutes> = {
  joinWaitlist: ({ params, body, caller: { actor } }, world) => joinWaitlist({ ...params, actor, wish: body }, world),
  leaveWaitlist: ({ params: { workspaceId, waitlistEntryId: id }, caller: { actor, role } }, world) =>
    leaveWaitlist({ workspaceId, id, actor, role }, world),
}

export const seriesHandlers: BookingHandlersOf<typeof seriesRoutes> = {
  createSeries: ({ params, body, caller: { actor, role, groups } }, world) =>
    createSeries({ ...params, actor, role, groups, series: body }, world),
  cancelSeries: ({ params: { workspaceId, seriesId: id }, body, caller: { actor, role } }, world) =>
    cancelSeries({ workspaceId, id, ...body, actor, role }, world),
}

export const outageHandlers: BookingHandlersOf<typeof outageRoutes> = {
  announceOutage: ({ params, body, caller: { actor, role } }, world) =>
    announceOutage({ ...params, ...body, actor, role }, world),
  cancelOutage: ({ params: { workspaceId, outageId: id }, body, caller: { actor, role } }, world) =>
    cancelOutage({ workspaceId, id, ...body, actor, role }, world),
}
