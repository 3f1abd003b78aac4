import { applySchedules } from '#application/schedules/apply-schedules.ts'
import { backfill } from '#application/schedules/backfill.ts'
import { bulkChange } from '#application/schedules/bulk.ts'
import { changePriority } from '#application/schedules/change-priority.ts'
import { moveTime } from '#application/schedules/move-time.ts'
import { recoverSchedule, resumeSchedule } from '#application/schedules/restart-schedule.ts'
import { restoreSchedule } from '#application/schedules/restore-schedule.ts'
import { skipTime } from '#application/schedules/skip-time.ts'
import { pauseSchedule } from '#application/schedules/stop-schedule.ts'
import type { scheduleOperationRoutes } from '#contracts/http/routes/schedule-operations.ts'
import type { ScheduleHandlersOf } from './request.ts'
import { addressOf, filterOf } from './schedule-address.ts'

export const scheduleOperationHandlers: ScheduleHandlersOf<typeof scheduleOperationRoutes> = {
  skipTime: ({ params, body, version = 'any', caller }, world) =>
    skipTime({ ...addressOf(params, caller), ...body, version }, world),
  moveTime: ({ params, body, version = 'any', caller }, world) =>
    moveTime({ ...addressOf(params, caller), ...body, version }, world),
  pauseSchedule: ({ params, body, version = 'any', caller }, world) =>
    pauseSchedule({ ...addressOf(params, caller), ...body, version }, world),
  resumeSchedule: ({ params, version = 'any', caller }, world) =>
    resumeSchedule({ ...addressOf(params, caller), version }, world),
  recoverSchedule: ({ params, body, version = 'any', caller }, world) =>
    recoverSchedule({ ...addressOf(params, caller), ...body, version }, world),
  restoreSchedule: ({ params, version = 'any', caller }, world) =>
    restoreSchedule({ ...addressOf(params, caller), version }, world),
  changePriority: ({ params, body, version = 'any', caller }, world) =>
    changePriority({ ...addressOf(params, caller), ...body, version }, world),
  backfillSchedule: ({ params, body, caller }, world) => backfill({ ...addressOf(params, caller), ...body }, world),
  bulkSchedules: ({ params, body, caller }, world) =>
    bulkChange({ ...params, ...body, filter: filterOf(body.filter), actor: caller.actor }, world),
  applySchedules: ({ params, body, caller }, world) =>
    applySchedules({ ...params, ...body, actor: caller.actor }, world),
}
