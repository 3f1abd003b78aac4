import type { Asset } from '#domain/assets/asset.ts'
import { type Terms, termsOf } from '#domain/assets/asset-type.ts'
import { longestGapMs } from '#domain/assets/booking-rules.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { zoneOf } from '#domain/people/presence.ts'
import { periodAt } from '#domain/period.ts'
import { type AssetLedger, daysAround, footprint, type Interval } from '#domain/reservations/ledger.ts'
import { type Day, hours } from '#domain/time.ts'
import type { Rulebook, World } from '../world.ts'

/** No buffers and changeovers add up to more than this, so the days around a request hold every neighbour. */
const marginMs = hours(12)

/** What was read about one asset. */
export type KnownAsset = {
  readonly asset: Asset | undefined
  readonly terms: Terms
  readonly ledger: AssetLedger
}

/** What was read, in one round, to judge requests about some assets within a span. */
export type Known = { readonly rulebook: Rulebook; readonly assets: ReadonlyMap<AssetId, KnownAsset> }

/**
 * Reads assets, their rules and their calendar around a span; strongly consistent, in one round, and in one more for people
 * whose week is limited.
 */
export const readKnown = async (
  workspaceId: WorkspaceId,
  assetIds: readonly AssetId[],
  span: Interval,
  world: Pick<World, 'store'>,
): Promise<Known> => {
  const ids = [...new Set(assetIds)]
  const days = daysAround(span, marginMs)
  const [assets, rulebook, ledgers] = await Promise.all([
    world.store.getMany(
      'asset',
      ids.map((id) => ({ workspaceId, id })),
    ),
    world.store.rulebook(workspaceId),
    world.store.ledger(
      workspaceId,
      ids.map((assetId) => ({ assetId, days })),
    ),
  ])
  const known = ids.map((id, index): [AssetId, KnownAsset] => {
    const asset = assets[index]
    const type = rulebook.assetTypes.find(({ id: typeId }) => typeId === asset?.typeId)
    const ledger = ledgers[index]
    if (!ledger) throw new Error(`the store gave no ledger for ${id}`)
    return [id, { asset, terms: termsOf(asset ?? {}, type), ledger }]
  })
  const weeks = known.flatMap(([assetId, one]) => {
    const more = daysOfWeek(one, span).filter((day) => !days.includes(day))
    return more.length > 0 ? [{ assetId, days: more }] : []
  })
  const read = weeks.length > 0 ? await world.store.ledger(workspaceId, weeks) : []
  const whole = (id: AssetId, ledger: AssetLedger): AssetLedger => {
    const more = read.find(({ assetId }) => assetId === id)
    return more ? { ...ledger, days: [...ledger.days, ...more.days] } : ledger
  }
  return { rulebook, assets: new Map(known.map(([id, one]) => [id, { ...one, ledger: whole(id, one.ledger) }])) }
}

/** The week that counts for somebody who takes so much and no more. */
const daysOfWeek = ({ asset, terms }: Pick<KnownAsset, 'asset' | 'terms'>, { startMs }: Interval): readonly Day[] => {
  if (!asset?.person?.limits) return []
  return footprint(periodAt('week', zoneOf(terms.openingHours), startMs))
}

/**
 * The items of the days that a request rests on: those it touches, those of neighbours that may come too close, and those of the
 * week of somebody whose week is limited.
 */
export const itemsAround = (of: Pick<KnownAsset, 'asset' | 'ledger' | 'terms'>, span: Interval) => {
  const { ledger, terms } = of
  const gap = longestGapMs({ rules: terms.rules, changeovers: terms.changeovers })
  const days = new Set([...daysAround(span, gap), ...daysOfWeek(of, span)])
  return ledger.days.filter(({ day }) => days.has(day))
}
