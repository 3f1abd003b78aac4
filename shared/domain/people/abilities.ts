import type { Asset } from '../assets/asset.ts'
import { satisfies } from '../assets/capability.ts'
import { localDay, qualifiedUntil, zoneOf } from './presence.ts'

type Able = Pick<Asset, 'capabilities' | 'person' | 'openingHours'>

/** Whether an asset can do what is needed, by what it is or by what somebody is qualified for; a qualification may have expired. */
export const canDo = ({ capabilities, person }: Pick<Able, 'capabilities' | 'person'>, need: string): boolean =>
  satisfies(capabilities, need) || (person?.qualifications.some(({ name }) => name === need) ?? false)

/** The same, and until before a moment no qualification that it takes expires. */
export const canDoUntil = (asset: Able, need: string, untilMs: number): boolean => {
  if (!canDo(asset, need)) return false
  if (!asset.person || satisfies(asset.capabilities, need)) return true
  const last = qualifiedUntil(asset.person, need)
  return last === 'always' || (last !== undefined && localDay(zoneOf(asset.openingHours), untilMs - 1) <= last)
}
