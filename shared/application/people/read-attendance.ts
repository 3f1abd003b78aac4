import { notFound, Refusal } from '#domain/errors.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { type AttendanceRecord, attendanceIdOf } from '#domain/people/attendance.ts'
import { localDay, zoneOf } from '#domain/people/presence.ts'
import { monthsBetween } from '#domain/reservations/account.ts'
import { type Day, dayMs, dayOf } from '#domain/time.ts'
import { allAssets } from '../reservations/wanted.ts'
import type { World } from '../world.ts'

/** No-shows are counted over so many days, today included. */
const noShowDays = 90
const mostDays = 100
const mostRecords = 5_000

export type PersonAttendance = {
  readonly assetId: AssetId
  readonly name: string
  /** In the last 90 days. */
  readonly noShows: number
  readonly records: AttendanceRecord[]
}

const startOf = (day: Day): number => Date.parse(`${day}T00:00:00Z`)

/**
 * What became of people's planned presence on some days, and how often they did not show up lately. It reads a document for each
 * person and month, whatever was before.
 * @throws Refusal `not_found` (the person), `invalid`, `limit_exceeded`
 */
export const readAttendance = async (
  of: {
    readonly workspaceId: WorkspaceId
    readonly from: Day
    readonly to: Day
    readonly personId?: AssetId | undefined
  },
  world: Pick<World, 'store' | 'clock'>,
): Promise<PersonAttendance[]> => {
  const { workspaceId, from, to, personId } = of
  if (to < from)
    throw new Refusal('invalid', '`to` must not be before `from`.', {
      reasons: [{ code: 'empty-interval', message: '`to` is before `from`', path: '/query/to' }],
    })
  if (startOf(to) - startOf(from) >= mostDays * dayMs)
    throw new Refusal('limit_exceeded', `Ask for ${mostDays} days at most.`)
  const everybody = personId
    ? [await world.store.get('asset', { workspaceId, id: personId })]
    : await allAssets(workspaceId, world)
  const people = everybody.flatMap((asset) => (asset?.kind === 'person' ? [asset] : []))
  if (personId && people.length === 0) throw notFound('person', personId)
  const nowMs = world.clock.now()
  // With a day more on both sides, for whoever’s clocks are behind or ahead.
  const lately = monthsBetween(nowMs - (noShowDays + 1) * dayMs, nowMs + dayMs)
  const months = new Set([...monthsBetween(startOf(from), startOf(to)), ...lately])
  const keys = people.flatMap(({ id }) =>
    [...months].map((month) => ({ workspaceId, id: attendanceIdOf(id, `${month}-01`) })),
  )
  const found = Map.groupBy(
    (await world.store.getMany('attendance', keys)).flatMap((one) => one ?? []),
    ({ assetId }) => assetId,
  )
  let count = 0
  return people.flatMap(({ id: assetId, name, status, openingHours }): PersonAttendance[] => {
    const all = (found.get(assetId) ?? []).flatMap(({ records }) => records)
    const records = all.filter(({ date }) => from <= date && date <= to).toSorted((a, b) => (a.date < b.date ? -1 : 1))
    count += records.length
    if (count > mostRecords)
      throw new Refusal(
        'limit_exceeded',
        `There are more than ${mostRecords} records; ask for fewer days, or one person.`,
      )
    if (status === 'retired' && records.length === 0) return []
    const since = dayOf(startOf(localDay(zoneOf(openingHours), nowMs)) - noShowDays * dayMs)
    const noShows = all.filter(({ outcome, date }) => outcome === 'no-show' && date > since).length
    return [{ assetId, name, noShows, records }]
  })
}
