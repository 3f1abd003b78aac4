import { repairStatistics } from '#application/insight/repair-statistics.ts'
import { requestRun } from '#application/runs/request-run.ts'
import { changeSchedule } from '#application/schedules/change-schedule.ts'
import { cloneSchedule } from '#application/schedules/clone-schedule.ts'
import { createSchedule } from '#application/schedules/create-schedule.ts'
import { deleteSchedule } from '#application/schedules/delete-schedule.ts'
import { replacement } from '#application/schedules/schedule-fields.ts'
import { archiveSchedule } from '#application/schedules/stop-schedule.ts'
import type { insightRoutes } from '#contracts/http/routes/insight.ts'
import type { scheduleRoutes } from '#contracts/http/routes/schedules.ts'
import type { ScheduleHandlersOf } from './request.ts'
import { addressOf } from './schedule-address.ts'

export const scheduleHandlers: ScheduleHandlersOf<typeof scheduleRoutes & typeof insightRoutes> = {
  createSchedule: ({ params, body, caller }, world) =>
    createSchedule({ ...params, actor: caller.actor, schedule: body }, world),
  changeSchedule: ({ params, body, version, caller }, world) =>
    changeSchedule({ ...addressOf(params, caller), version, patch: body }, world),
  replaceSchedule: ({ params, body, version, caller }, world) =>
    changeSchedule({ ...addressOf(params, caller), version, patch: replacement(body) }, world),
  cloneSchedule: ({ params, body, caller }, world) =>
    cloneSchedule({ ...addressOf(params, caller), name: body.name }, world),
  deleteSchedule: async ({ params, query, version, caller }, world) => {
    const address = { ...addressOf(params, caller), version }
    if (query.hard) await deleteSchedule({ ...address, note: query.note }, world)
    else await archiveSchedule({ ...address, note: query.note ?? 'Deleted.' }, world)
    return undefined
  },
  triggerSchedule: ({ params: { workspaceId, scheduleId }, body, caller }, world) =>
    requestRun({ workspaceId, actor: caller.actor, source: { kind: 'schedule', scheduleId }, ...body }, world),
  checkStatistics: ({ params, body, caller }, world) =>
    repairStatistics({ ...addressOf(params, caller), ...body }, world),
}
