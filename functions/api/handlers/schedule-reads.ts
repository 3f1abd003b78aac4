import { explainTime } from '#application/insight/explain-time.ts'
import { scheduleLedger } from '#application/insight/schedule-ledger.ts'
import { scheduleVersion } from '#application/insight/versions.ts'
import { exportSchedules } from '#application/schedules/export-schedules.ts'
import { getSchedule } from '#application/schedules/get-schedule.ts'
import { listSchedules } from '#application/schedules/list-schedules.ts'
import { previewRule } from '#application/schedules/preview-rule.ts'
import { upcomingRuns } from '#application/schedules/upcoming-runs.ts'
import type { insightRoutes } from '#contracts/http/routes/insight.ts'
import type { scheduleOperationRoutes } from '#contracts/http/routes/schedule-operations.ts'
import type { scheduleRoutes } from '#contracts/http/routes/schedules.ts'
import { instantOf } from '#domain/time.ts'
import { found, page } from './reading.ts'
import type { ReadersOf } from './request.ts'
import { addressOf, filterOf } from './schedule-address.ts'

/** What is told of schedules. */
export const scheduleReaders: ReadersOf<typeof scheduleRoutes & typeof scheduleOperationRoutes & typeof insightRoutes> =
  {
    upcomingRuns: ({ params, query }, world) => upcomingRuns({ ...params, ...query }, world),
    previewSchedule: async ({ params, body }, world) => {
      const startAt = body.startAt ?? instantOf(world.clock.now())
      return {
        ...(await previewRule({ ...params, ...body, startAt }, world)),
        timeZoneData: process.versions.tz ?? 'unknown',
      }
    },
    listSchedules: async ({ params, query }, world) =>
      page(await listSchedules({ ...params, query: filterOf(query) }, world)),
    getSchedule: ({ params, caller }, world) => getSchedule(addressOf(params, caller), world),
    exportSchedules: ({ params, query }, world) => exportSchedules({ ...params, ...query }, world),
    explainSchedule: ({ params, query, caller }, world) =>
      explainTime({ ...addressOf(params, caller), ...query }, world),
    getScheduleLedger: ({ params, query, caller }, world) =>
      scheduleLedger({ ...addressOf(params, caller), ...query }, world),
    getScheduleHistory: async ({ params: { workspaceId, scheduleId }, query }, world) => {
      await found('schedule', workspaceId, scheduleId, world)
      return page(await world.store.history(workspaceId, scheduleId, { ...query, newestFirst: true }))
    },
    getScheduleVersion: ({ params, caller }, world) =>
      scheduleVersion({ ...addressOf(params, caller), version: Number(params.version) }, world),
  }
