import { requestRun } from '#application/runs/request-run.ts'
import { changeSchedule } from '#application/schedules/change-schedule.ts'
import { createSchedule } from '#application/schedules/create-schedule.ts'
import { deleteSchedule } from '#application/schedules/delete-schedule.ts'
import { explainTime } from '#application/schedules/explain-time.ts'
import { getSchedule } from '#application/schedules/get-schedule.ts'
import { previewRule } from '#application/schedules/preview-rule.ts'
import { recoverSchedule, resumeSchedule } from '#application/schedules/restart-schedule.ts'
import { skipTime } from '#application/schedules/skip-time.ts'
import { archiveSchedule, pauseSchedule } from '#application/schedules/stop-schedule.ts'
import { upcomingRuns } from '#application/schedules/upcoming-runs.ts'
import type { scheduleRoutes } from '#contracts/http/routes/schedules.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import { instantOf } from '#domain/time.ts'
import type { Caller } from '../authorise.ts'
import { page, unlessDeleted } from './reading.ts'
import type { HandlersOf } from './request.ts'

type Params = { readonly workspaceId: WorkspaceId; readonly scheduleId: ScheduleId }

const addressOf = ({ workspaceId, scheduleId }: Params, { actor }: Caller) => ({ workspaceId, id: scheduleId, actor })

export const scheduleHandlers: HandlersOf<typeof scheduleRoutes> = {
  upcomingRuns: ({ params, query }, world) => upcomingRuns({ ...params, ...query }, world),
  previewSchedule: async ({ body }, world) =>
    previewRule({ ...body, startAt: body.startAt ?? instantOf(world.clock.now()) }, world),
  createSchedule: ({ params, body, caller }, world) =>
    createSchedule({ ...params, actor: caller.actor, schedule: body }, world),
  listSchedules: async ({ params, query: { archived, ...query } }, world) =>
    page(await world.store.list('schedule', params.workspaceId, query), unlessDeleted(archived)),
  getSchedule: ({ params, caller }, world) => getSchedule(addressOf(params, caller), world),
  explainSchedule: ({ params, query, caller }, world) => explainTime({ ...addressOf(params, caller), ...query }, world),
  changeSchedule: ({ params, body, version, caller }, world) =>
    changeSchedule({ ...addressOf(params, caller), version, patch: body }, world),
  deleteSchedule: async ({ params, query, version, caller }, world) => {
    const address = { ...addressOf(params, caller), version }
    if (query.hard) await deleteSchedule(address, world)
    else await archiveSchedule({ ...address, note: 'Deleted.' }, world)
    return undefined
  },
  skipTime: ({ params, body, version = 'any', caller }, world) =>
    skipTime({ ...addressOf(params, caller), ...body, version }, world),
  pauseSchedule: ({ params, body, version = 'any', caller }, world) =>
    pauseSchedule({ ...addressOf(params, caller), ...body, version }, world),
  resumeSchedule: ({ params, version = 'any', caller }, world) =>
    resumeSchedule({ ...addressOf(params, caller), version }, world),
  recoverSchedule: ({ params, body, version = 'any', caller }, world) =>
    recoverSchedule({ ...addressOf(params, caller), ...body, version }, world),
  triggerSchedule: ({ params: { workspaceId, scheduleId }, body, caller }, world) =>
    requestRun({ workspaceId, actor: caller.actor, source: { kind: 'schedule', scheduleId }, ...body }, world),
}
