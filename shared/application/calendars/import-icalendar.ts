import type { Actor } from '#domain/audit/entry.ts'
import { type Calendar, calendarLimits } from '#domain/calendars/calendar.ts'
import { type ReadCalendar, readICalendar } from '#domain/calendars/icalendar.ts'
import { notFound, Refusal } from '#domain/errors.ts'
import type { CalendarId, WorkspaceId } from '#domain/ids.ts'
import type { Expected } from '../common/change-document.ts'
import type { World } from '../world.ts'
import { changeCalendar } from './change-calendar.ts'

export type Imported = { calendar: Calendar; days: number; closures: number; left: { event: string; why: string }[] }

const unique = <T>(entries: readonly T[]): T[] => [
  ...new Map(entries.map((entry) => [JSON.stringify(entry), entry])).values(),
]

/** @throws Refusal `invalid` where nothing of the text can be taken over, or more than a calendar holds */
const checked = (read: ReadCalendar): ReadCalendar => {
  const { days, closures, left } = read
  const reasons = left
    .slice(0, 20)
    .map(({ event, why }) => ({ code: 'left-out', message: `${event}: ${why}`, path: '/icalendar' }))
  if (days.length + closures.length === 0)
    throw new Refusal(
      'invalid',
      left.length === 0
        ? 'The text holds no event. It must be iCalendar: BEGIN:VCALENDAR … BEGIN:VEVENT … END:VEVENT.'
        : 'None of the events could be taken over. See the reasons.',
      { reasons },
    )
  if (days.length > calendarLimits.days || closures.length > calendarLimits.closures)
    throw new Refusal(
      'limit_exceeded',
      `The text gives ${days.length} days and ${closures.length} closures; a calendar holds ${calendarLimits.days} and ${calendarLimits.closures}. Make several calendars of it.`,
    )
  return read
}

/**
 * Takes the days and hours out of an iCalendar text, in place of those of the calendar or beside them; the same text twice adds
 * nothing. What could not be taken over is told.
 * @throws Refusal `not_found`, `stale_version`, `invalid`, `limit_exceeded`
 */
export const importICalendar = async (
  input: {
    readonly workspaceId: WorkspaceId
    readonly id: CalendarId
    readonly actor: Actor
    readonly version: Expected
    readonly icalendar: string
    readonly mode: 'replace' | 'add'
  },
  world: Pick<World, 'store' | 'clock' | 'ids'>,
): Promise<Imported> => {
  const { workspaceId, id, icalendar, mode } = input
  const current = await world.store.get('calendar', { workspaceId, id })
  if (!current) throw notFound('calendar', id)
  const read = readICalendar(icalendar, world.clock.now())
  const kept = mode === 'add' ? current : { days: [], closures: [] }
  const all = checked({
    days: unique([...kept.days, ...read.days]).sort((a, b) => (a.from < b.from ? -1 : 1)),
    closures: unique([...kept.closures, ...read.closures]).sort((a, b) => (a.start < b.start ? -1 : 1)),
    left: read.left,
  })
  const patch = { days: [...all.days], closures: [...all.closures] }
  const calendar = await changeCalendar({ ...input, patch }, world)
  return { calendar, days: read.days.length, closures: read.closures.length, left: [...read.left] }
}
