import type { Place } from '../orders/companion.ts'
import type { Own } from '../rules/ask.ts'
import { msOf } from '../time.ts'
import type { PlanItem } from './plan.ts'
import type { Slot } from './slot.ts'

/** What has a time and assets: an item of a plan, a slot, or how one stood. */
type Placed = Pick<PlanItem, 'start' | 'end' | 'assets'>

/** Where something stands that has a time and assets. */
export const placeOf = ({ start, end, assets }: Placed): Place => ({
  startMs: msOf(start),
  endMs: msOf(end),
  assetIds: assets.map(({ assetId }) => assetId),
})

/** What a slot has: it does not stand in its own way. */
export const ownOf = ({ reservationId: id, start, end, assets }: Slot): Own => ({
  id,
  span: { startMs: msOf(start), endMs: msOf(end) },
  assets,
})

const assetsOf = ({ assets }: Pick<Placed, 'assets'>): string =>
  assets
    .map(({ assetId, units }) => `${assetId} ${units}`)
    .toSorted()
    .join()

/** Whether two are on the very same assets, with as many units of each. */
export const onSameAssets = (one: Pick<Placed, 'assets'>, other: Pick<Placed, 'assets'>): boolean =>
  assetsOf(one) === assetsOf(other)

/** Whether two are at one time on the very same assets. */
export const isAtPlace = (one: Placed, other: Placed): boolean =>
  one.start === other.start && one.end === other.end && onSameAssets(one, other)
