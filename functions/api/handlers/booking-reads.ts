import { assetCalendar } from '#application/availability/asset-calendar.ts'
import { findTimes } from '#application/availability/find-times.ts'
import { readHorizon } from '#application/availability/horizon.ts'
import { readUsage } from '#application/insight/usage.ts'
import { judgeBooking } from '#application/reservations/book-reservation.ts'
import { judgeChange } from '#application/reservations/change-reservation.ts'
import { accountsFor } from '#application/reservations/read-ask.ts'
import type { availabilityRoutes } from '#contracts/http/routes/availability.ts'
import type { reservationRoutes } from '#contracts/http/routes/reservations.ts'
import type { ruleRoutes } from '#contracts/http/routes/rules.ts'
import { ownerOf } from '#domain/reservations/reservation.ts'
import { standing } from '#domain/rules/judge.ts'
import { instantOf, minutes, msOf } from '#domain/time.ts'
import { found, page } from './reading.ts'
import type { AvailabilityReadersOf } from './request.ts'

const spanOf = ({ from, to }: { readonly from: string; readonly to: string }) => ({
  startMs: msOf(from),
  endMs: msOf(to),
})

/** What is told of the calendar of the assets, and of its rules. */
export const bookingReaders: AvailabilityReadersOf<
  typeof reservationRoutes & typeof ruleRoutes & typeof availabilityRoutes
> = {
  listReservations: async ({ params: { workspaceId }, query, caller }, { store }) => {
    const { quarantined, from, to, assetId, status, mine, ...rest } = query
    const newest = { ...rest, newestFirst: true }
    const bySpan = from !== undefined || to !== undefined
    const listed = await (quarantined
      ? store.quarantined(workspaceId, newest)
      : bySpan
        ? store.reservationsByStart(workspaceId, rest, { from, to })
        : store.list('reservation', workspaceId, newest))
    return page(
      listed,
      (one) =>
        (assetId === undefined || one.assets.some((asset) => asset.assetId === assetId)) &&
        (status === undefined || one.status === status) &&
        (!mine || ownerOf(one.source) === caller.subject),
    )
  },
  getReservation: ({ params }, world) => found('reservation', params.workspaceId, params.reservationId, world),
  checkReservation: async ({ params: { workspaceId }, body, caller }, world) => {
    const { actor, role, groups } = caller
    const { reservationId, override, ...wanted } = body
    const { violations, picked } = reservationId
      ? await judgeChange(
          await found('reservation', workspaceId, reservationId, world),
          { workspaceId, id: reservationId, actor, role, patch: wanted, override },
          world,
        )
      : await judgeBooking({ workspaceId, ...wanted, override, actor, role, groups }, world)
    return { allowed: standing(violations).length === 0, violations: [...violations], picked: [...picked] }
  },
  findTimes: async ({ params, body, caller: { subject, role, groups } }, world) => {
    const { from, to, durationMinutes, limit, ...asked } = body
    const window = { startMs: msOf(from), endMs: msOf(to) }
    const search = {
      ...params,
      ...asked,
      window,
      durationMs: minutes(durationMinutes),
      most: limit,
      subject,
      role,
      accounts: accountsFor(subject, { groups }),
    }
    const { options, why } = await findTimes(search, world)
    return {
      options: options.map(({ startMs, endMs, parts }) => ({
        start: instantOf(startMs),
        end: instantOf(endMs),
        assets: parts.map(({ assetId, asset, units }) => ({ assetId, name: asset?.name ?? assetId, units })),
      })),
      why: [...why],
    }
  },
  getAssetCalendar: ({ params, query }, world) => assetCalendar({ ...params, span: spanOf(query) }, world),
  getUsage: ({ params, query: { from, to, ...of } }, world) =>
    readUsage({ ...params, ...of, span: spanOf({ from, to }) }, world),
  getHorizon: ({ params, query }, world) => readHorizon({ ...params, span: spanOf(query) }, world),
  listAssetTypes: async ({ params, query }, world) =>
    page(await world.store.list('assetType', params.workspaceId, query)),
  getAssetType: ({ params }, world) => found('assetType', params.workspaceId, params.typeId, world),
  listAssetGroups: async ({ params, query }, world) =>
    page(await world.store.list('assetGroup', params.workspaceId, query)),
  getAssetGroup: ({ params }, world) => found('assetGroup', params.workspaceId, params.groupId, world),
  listQuotas: async ({ params, query }, world) => page(await world.store.list('quota', params.workspaceId, query)),
  getQuota: ({ params }, world) => found('quota', params.workspaceId, params.quotaId, world),
  listWaivers: async ({ params, query }, world) => page(await world.store.list('waiver', params.workspaceId, query)),
  getWaiver: ({ params }, world) => found('waiver', params.workspaceId, params.waiverId, world),
}
