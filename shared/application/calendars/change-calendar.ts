import type { Actor } from '#domain/audit/entry.ts'
import type { Calendar } from '#domain/calendars/calendar.ts'
import { type Reason, Refusal } from '#domain/errors.ts'
import type { CalendarId, WorkspaceId } from '#domain/ids.ts'
import { msOf } from '#domain/time.ts'
import { changeDocument, createDocument, type Expected, made, touched } from '../common/change-document.ts'
import { applied, type Patch } from '../common/patch.ts'
import type { World } from '../world.ts'

type Core = Pick<World, 'store' | 'clock' | 'ids'>
type Address = {
  readonly workspaceId: WorkspaceId
  readonly id: CalendarId
  readonly actor: Actor
  readonly version: Expected
}

/** @throws Refusal `invalid`, naming every entry that ends before it starts */
const check = ({ days, closures }: Pick<Calendar, 'days' | 'closures'>): void => {
  const reason = (path: string, message: string): Reason => ({ code: 'empty-range', path, message })
  const reasons = [
    ...days.flatMap(({ from, to = from }, index) =>
      to < from ? [reason(`/days/${index}/to`, `${to} is before ${from}, so no day would be excluded.`)] : [],
    ),
    ...closures.flatMap(({ start, end }, index) =>
      msOf(end) <= msOf(start)
        ? [reason(`/closures/${index}/end`, `${end} is not after ${start}, so nothing would be closed.`)]
        : [],
    ),
  ]
  if (reasons.length > 0)
    throw new Refusal('invalid', 'The calendar has entries that end before they start.', { reasons })
}

/** @throws Refusal `invalid` */
export const createCalendar = (
  input: {
    readonly workspaceId: WorkspaceId
    readonly actor: Actor
    readonly calendar: Pick<Calendar, 'name' | 'days' | 'closures'>
  },
  world: Core,
): Promise<Calendar> => {
  const { workspaceId, actor, calendar } = input
  check(calendar)
  const value: Calendar = {
    workspaceId,
    id: `cal_${world.ids.unique()}`,
    ...calendar,
    status: 'active',
    ...made(actor, world),
  }
  return createDocument('calendar', value, actor, world)
}

/** Takes effect at once for all schedules that name it. @throws Refusal `not_found`, `stale_version`, `invalid`, `invalid_state` */
export const changeCalendar = (
  input: Address & { readonly patch: Patch<Pick<Calendar, 'name' | 'days' | 'closures'>> },
  world: Core,
): Promise<Calendar> =>
  changeDocument(
    'calendar',
    {
      ...input,
      action: 'calendar.changed',
      change: (current) => {
        if (current.status === 'archived')
          throw new Refusal('invalid_state', `Calendar "${current.name}" is archived and cannot be changed.`, {
            current,
          })
        const after = applied<Calendar>(current, input.patch as Patch<Calendar>)
        if (after === current) return current
        check(after)
        return { ...after, ...touched(input.actor, world) }
      },
    },
    world,
  )

/** Soft delete: schedules that name it fire on its days again. Archiving twice is success. @throws Refusal `not_found`, `stale_version` */
export const archiveCalendar = (input: Address, world: Core): Promise<Calendar> =>
  changeDocument(
    'calendar',
    {
      ...input,
      action: 'calendar.archived',
      change: (current) =>
        current.status === 'archived' ? current : { ...current, status: 'archived', ...touched(input.actor, world) },
    },
    world,
  )
