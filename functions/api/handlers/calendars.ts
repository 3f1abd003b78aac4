import { archiveCalendar, changeCalendar, createCalendar } from '#application/calendars/change-calendar.ts'
import { importICalendar } from '#application/calendars/import-icalendar.ts'
import type { calendarRoutes } from '#contracts/http/routes/calendars.ts'
import type { CalendarId, WorkspaceId } from '#domain/ids.ts'
import type { Caller } from '../authorise.ts'
import type { BookingHandlersOf } from './request.ts'

type Params = { readonly workspaceId: WorkspaceId; readonly calendarId: CalendarId }
const addressOf = ({ workspaceId, calendarId }: Params, { actor }: Caller) => ({ workspaceId, id: calendarId, actor })

export const calendarHandlers: BookingHandlersOf<typeof calendarRoutes> = {
  createCalendar: ({ params, body, caller }, world) =>
    createCalendar({ ...params, actor: caller.actor, calendar: body }, world),
  changeCalendar: ({ params, body, version, caller }, world) =>
    changeCalendar({ ...addressOf(params, caller), version, patch: body }, world),
  importCalendar: ({ params, body, version = 'any', caller }, world) =>
    importICalendar({ ...addressOf(params, caller), ...body, version }, world),
  archiveCalendar: async ({ params, version, caller }, world) => {
    await archiveCalendar({ ...addressOf(params, caller), version }, world)
    return undefined
  },
}
