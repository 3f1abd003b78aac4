import type { Asset } from '#domain/assets/asset.ts'
import { type Terms, termsOf } from '#domain/assets/asset-type.ts'
import { longestGapMs } from '#domain/assets/booking-rules.ts'
import type { AssetId, WorkspaceId } from '#domain/ids.ts'
import { zoneOf } from '#domain/people/presence.ts'
import { periodAt } from '#domain/period.ts'
import { type AssetLedger, daysAround, footprint, type Interval } from '#domain/reservations/ledger.ts'
import type { Work } from '#domain/rules/ask.ts'
import { type Day, hours, minutes } from '#domain/time.ts'
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
 * whose week is limited, or of whom more counts for the work that is asked of them.
 */
export const readKnown = async (
  workspaceId: WorkspaceId,
  assetIds: readonly AssetId[],
  span: Interval,
  world: Pick<World, 'store'>,
  work?: Work,
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
    const more = daysOfPerson(one, span, work).filter((day) => !days.includes(day))
    return more.length > 0 ? [{ assetId, days: more }] : []
  })
  const read = weeks.length > 0 ? await world.store.ledger(workspaceId, weeks) : []
  const whole = (id: AssetId, ledger: AssetLedger): AssetLedger => {
    const more = read.find(({ assetId }) => assetId === id)
    return more ? { ...ledger, days: [...ledger.days, ...more.days] } : ledger
  }
  return { rulebook, assets: new Map(known.map(([id, one]) => [id, { ...one, ledger: whole(id, one.ledger) }])) }
}

/** The days that count for somebody: the week of whoever takes so much and no more; those on which work counts, and stands too near. */
const daysOfPerson = (
  { asset, terms }: Pick<KnownAsset, 'asset' | 'terms'>,
  { startMs, endMs }: Interval,
  work: Work | undefined,
): readonly Day[] => {
  if (asset?.kind !== 'person') return []
  const zone = zoneOf(terms.openingHours)
  const days: Day[] = asset.person?.limits ? footprint(periodAt('week', zone, startMs)) : []
  if (work?.perPersonPerDay !== undefined)
    for (const ms of [startMs, endMs - 1]) days.push(...footprint(periodAt('day', zone, ms)))
  const gaps = [work?.gapMinutes ?? 0, ...Object.values(work?.gaps ?? {})]
  if (work) days.push(...daysAround({ startMs, endMs }, minutes(Math.max(...gaps))))
  return [...new Set(days)]
}

/**
 * The items of the days that a request rests on: those it touches, those of neighbours that may come too close, and those that
 * count for a person.
 */
export const itemsAround = (of: Pick<KnownAsset, 'asset' | 'ledger' | 'terms'>, span: Interval, work?: Work) => {
  const { ledger, terms } = of
  const gap = longestGapMs({ rules: terms.rules, changeovers: terms.changeovers })
  const days = new Set([...daysAround(span, gap), ...daysOfPerson(of, span, work)])
  return ledger.days.filter(({ day }) => days.has(day))
}
