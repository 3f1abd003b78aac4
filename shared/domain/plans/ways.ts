import type { Spacing } from '../assets/booking-rules.ts'
import type { Span } from '../assets/opening-hours.ts'
import type { AssetId } from '../ids.ts'
import type { OrderMode } from '../orders/mode.ts'
import type { Option } from '../planning/problem.ts'
import { msOf } from '../time.ts'
import { sharesOf } from './lanes.ts'
import type { PlannedAsset, PlannedOrder } from './plan-input.ts'
import type { Slot } from './slot.ts'

/** Assets that an order may be done on, one for each requirement, and when it must begin, where that decides who it is. */
type Choice = {
  readonly on: readonly { readonly asset: PlannedAsset; readonly units: number }[]
  readonly when?: Span | undefined
}

const both = (a: Span | undefined, b: Span | undefined): Span | undefined =>
  a && b ? { startMs: Math.max(a.startMs, b.startMs), endMs: Math.min(a.endMs, b.endMs) } : (a ?? b)

const isEmpty = (when: Span | undefined): boolean => when !== undefined && when.endMs <= when.startMs

/** Combinations of assets that an order may be done on; of several requirements every asset has one. */
const mostChoices = 200
export const choicesOf = (
  { order, candidates, turns }: PlannedOrder,
  byId: ReadonlyMap<AssetId, PlannedAsset>,
): readonly Choice[] => {
  let choices: readonly Choice[] = [{ on: [] }]
  for (const [index, want] of order.requirements.entries()) {
    const ids = candidates[index] ?? []
    const named = turns?.[index]?.filter(({ assetId }) => ids.includes(assetId))
    const able = (named ?? ids.map((assetId) => ({ assetId, startMs: undefined }))).flatMap((one) => {
      const asset = byId.get(one.assetId)
      const when = one.startMs === undefined ? undefined : one
      return asset && asset.capacity >= want.units ? [{ asset, when }] : []
    })
    choices = choices
      .flatMap(({ on, when }) =>
        able
          .filter(({ asset }) => !on.some((one) => one.asset.id === asset.id))
          .map((one): Choice => ({ on: [...on, { asset: one.asset, units: want.units }], when: both(when, one.when) }))
          .filter((choice) => !isEmpty(choice.when)),
      )
      .slice(0, mostChoices)
  }
  return choices
}

/** Any one of these assets, so many units of it. */
export type Way = {
  readonly on: readonly { readonly assets: readonly PlannedAsset[]; readonly units: number }[]
  readonly when?: Span | undefined
}

export const alone = ({ on, when }: Choice): Way => ({
  on: on.map(({ asset, units }) => ({ assets: [asset], units })),
  when,
})

/** Where one asset is needed, those that are alike are one way to do it: a fleet of a hundred is not a hundred ways. */
export const together = (choices: readonly Choice[], spacingOf: (asset: PlannedAsset) => Spacing): readonly Way[] => {
  const single = choices.every(
    ({ on }) => on.length === 1 && on.every(({ asset, units }) => sharesOf(asset, units) === 1),
  )
  if (!single) return choices.map(alone)
  const whens = Map.groupBy(choices, ({ when }) => (when ? `${when.startMs} ${when.endMs}` : ''))
  return [...whens.values()].flatMap((same) => {
    const groups = Map.groupBy(
      same.flatMap(({ on }) => on),
      ({ asset }) => spacingOf(asset),
    )
    return [...groups.values()].map((group) => ({
      on: [{ assets: group.map(({ asset }) => asset), units: group[0]?.units ?? 1 }],
      when: same[0]?.when,
    }))
  })
}

/** The way of doing an order that its slot is: exactly there, at no price. */
export const keptOption = (
  slot: Slot,
  of: {
    readonly down: (ms: number) => number
    readonly duration: number
    readonly byId: ReadonlyMap<AssetId, PlannedAsset>
    readonly laneNumbers: ReadonlyMap<AssetId, number[]>
    readonly spacingOf: ReadonlyMap<AssetId, Spacing>
    readonly nodeOf: (spacings: readonly Spacing[], mode: OrderMode) => number
  },
): { readonly option: Option; readonly lanes: readonly number[] } | undefined => {
  const assets = slot.assets.flatMap(({ assetId, units }) => {
    const asset = of.byId.get(assetId)
    return asset ? [{ asset, units }] : []
  })
  if (assets.length < slot.assets.length) return undefined
  const needs = assets.flatMap(({ asset, units }) =>
    Array.from({ length: sharesOf(asset, units) }, () => of.laneNumbers.get(asset.id) ?? []),
  )
  const taken = new Set<number>()
  const lanes = needs.flatMap((able) => {
    const lane = able.find((one) => !taken.has(one))
    if (lane !== undefined) taken.add(lane)
    return lane === undefined ? [] : [lane]
  })
  const node = of.nodeOf(
    assets.map(({ asset }) => of.spacingOf.get(asset.id) ?? asset.spacing),
    slot.mode,
  )
  const start = of.down(msOf(slot.start))
  return { option: { needs, open: start, close: start, duration: of.duration, node, gain: 0 }, lanes }
}
