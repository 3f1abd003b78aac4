import type { Asset } from '#domain/assets/asset.ts'
import { type Terms, termsOf } from '#domain/assets/asset-type.ts'
import { longestGapMs } from '#domain/assets/booking-rules.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { type AssetLedger, daysAround, type Interval } from '#domain/reservations/ledger.ts'
import { hours } from '#domain/time.ts'
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

/** Reads assets, their rules and their calendar around a span; strongly consistent, one round. */
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
  return { rulebook, assets: new Map(known) }
}

/** The items of the days that a request rests on: those it touches, and those of neighbours that may come too close. */
export const itemsAround = ({ ledger, terms }: Pick<KnownAsset, 'ledger' | 'terms'>, span: Interval) => {
  const days = new Set(daysAround(span, longestGapMs({ rules: terms.rules, changeovers: terms.changeovers })))
  return ledger.days.filter(({ day }) => days.has(day))
}
