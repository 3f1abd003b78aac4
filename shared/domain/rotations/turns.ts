import type { Span } from '../assets/opening-hours.ts'
import type { AssetId } from '../ids.ts'
import { dayBegins, localDay, localDays, nextDay } from '../people/presence.ts'
import { holderOn } from './holder.ts'
import type { DutyException, Holder, Rotation } from './rotation.ts'

/** What tells who has duties: whom the rotation and its exceptions name, and by which clocks their days count. */
export type Duties = {
  readonly rotation: Pick<Rotation, 'duties'>
  readonly exceptions: readonly DutyException[]
  readonly people: ReadonlyMap<AssetId, { readonly name: string; readonly zone: string }>
}

/** Somebody's turn at a duty: of what begins in this span. */
export type Turn = Span & { readonly assetId: AssetId }

const has = (holder: Holder, assetId: AssetId): boolean => 'assetId' in holder && holder.assetId === assetId

/** Who has a duty on the days that a span touches, each by their own clocks; days on end are one turn. */
export const turnsOf = ({ rotation, exceptions, people }: Duties, duty: string, span: Span): Turn[] => {
  const turns: { assetId: AssetId; startMs: number; endMs: number }[] = []
  for (const [assetId, { zone }] of people)
    for (const day of localDays(zone, span)) {
      if (!has(holderOn(rotation, exceptions, duty, day), assetId)) continue
      const [startMs, endMs] = [dayBegins(zone, day), dayBegins(zone, nextDay(day))]
      const before = turns.at(-1)
      if (before?.assetId === assetId && before.endMs === startMs) before.endMs = endMs
      else turns.push({ assetId, startMs, endMs })
    }
  return turns.toSorted((a, b) => a.startMs - b.startMs || (a.assetId < b.assetId ? -1 : 1))
}

/** Who has a duty at a moment, and what says so, for people. */
export type OnDuty = { readonly assetIds: readonly AssetId[]; readonly told: string }

const tellHolder = (holder: Holder): string => {
  switch (holder.because) {
    case 'exception':
      return `by an exception: ${holder.reason}`
    case 'rotation':
      return `by the rotation, on ${holder.weekday}s`
    case 'nobody':
      return `the rotation names nobody on ${holder.weekday}s`
    case 'no-such-duty':
      return 'there is no such duty any more'
  }
}

/** Whoever has a duty at a moment has it on the day that it is then by their clocks. */
export const onDutyAt = (duties: Duties, duty: string, ms: number): OnDuty => {
  const { rotation, exceptions, people } = duties
  const assetIds = turnsOf(duties, duty, { startMs: ms, endMs: ms + 1 }).map(({ assetId }) => assetId)
  const [first = { name: 'nobody', zone: 'UTC' }] = people.values()
  const asked = assetIds.flatMap((id) => people.get(id) ?? [])
  const told = (asked.length > 0 ? asked : [{ ...first, name: 'nobody' }]).map(({ name, zone }) => {
    const day = localDay(zone, ms)
    return `${name} has duty "${duty}" on ${day} (${tellHolder(holderOn(rotation, exceptions, duty, day))})`
  })
  return { assetIds, told: told.join(' and ') }
}
