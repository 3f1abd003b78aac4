import { type Asset, mayBeReserved } from '../assets/asset.ts'
import { type OpeningHours, openSpans } from '../assets/opening-hours.ts'
import type { AssetId } from '../ids.ts'
import { emptyPerson } from '../people/person.ts'
import { absencesIn, dayBegins, nextDay, zoneOf } from '../people/presence.ts'
import type { Day } from '../time.ts'
import { holderOn } from './holder.ts'
import type { DutyException, Rotation } from './rotation.ts'

export type DutyWarning = {
  readonly code: 'gap' | 'unknown-person' | 'unavailable' | 'left' | 'time-off' | 'not-working'
  readonly duty: string
  readonly date: Day
  readonly assetId?: AssetId
  readonly message: string
}

/** The working hours of somebody: their own, else those of their type. */
export type HoursOf = (asset: Asset) => OpeningHours | undefined

/** Why somebody cannot take a duty on a date; undefined where they can. */
export const unableOn = (
  asset: Asset | undefined,
  day: Day,
  hoursOf: HoursOf,
): Pick<DutyWarning, 'code' | 'message'> | undefined => {
  if (asset?.kind !== 'person') return { code: 'unknown-person', message: 'There is no such person in this workspace.' }
  const { name, status } = asset
  const openingHours = hoursOf(asset)
  const zone = zoneOf(openingHours)
  const span = { startMs: dayBegins(zone, day), endMs: dayBegins(zone, nextDay(day)) }
  const [absence] = absencesIn(asset.person ?? emptyPerson, zone, span)
  if (absence?.because === 'left')
    return { code: 'left', message: `${name} is not here any more after ${absence.lastDay}.` }
  if (absence)
    return {
      code: 'time-off',
      message: `${name} is off from ${absence.off.from} to ${absence.off.to} (${absence.off.kind}).`,
    }
  if (!mayBeReserved(asset)) return { code: 'unavailable', message: `${name} is ${status}.` }
  if (openSpans(openingHours, span).length === 0)
    return { code: 'not-working', message: `${name} does not work on ${day}.` }
  return undefined
}

/** What is wrong with the duties of some days: nobody has one, or whoever has it is not there. */
export const warningsOf = (
  rotation: Pick<Rotation, 'duties'>,
  exceptions: readonly DutyException[],
  people: ReadonlyMap<AssetId, Asset>,
  days: readonly Day[],
  hoursOf: HoursOf,
): DutyWarning[] =>
  rotation.duties.flatMap(({ duty, name }) =>
    days.flatMap((date): DutyWarning[] => {
      const holder = holderOn(rotation, exceptions, duty, date)
      switch (holder.because) {
        case 'no-such-duty':
          return []
        case 'nobody':
          return [
            { code: 'gap', duty, date, message: `Nobody has "${name}" on ${holder.weekday}s, so nobody on ${date}.` },
          ]
        default: {
          // By an exception nobody may have it, on purpose.
          if (holder.assetId === undefined) return []
          const unable = unableOn(people.get(holder.assetId), date, hoursOf)
          return unable ? [{ duty, date, assetId: holder.assetId, ...unable }] : []
        }
      }
    }),
  )
