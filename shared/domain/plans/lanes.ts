import type { Span } from '../assets/opening-hours.ts'
import type { PlannedAsset } from './plan-input.ts'

/** Assets of more units than this are planned in so many equal shares; what is asked for is rounded up. */
export const mostLanes = 20

export const lanesOf = (asset: PlannedAsset): number => Math.min(asset.capacity, mostLanes)
export const sharesOf = (asset: PlannedAsset, units: number): number =>
  Math.ceil((units * lanesOf(asset)) / asset.capacity)

/** Claims spread over the lanes of their asset, each on as many as it takes; what is claimed beyond its capacity takes all of them. */
export const spreadClaims = (
  claims: readonly (Span & { readonly shares: number; readonly node: number })[],
  count: number,
) => {
  const free = Array.from({ length: count }, () => Number.NEGATIVE_INFINITY)
  return claims
    .toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs)
    .flatMap(({ startMs, endMs, shares, node }) => {
      const idle = free.flatMap((until, lane) => (until <= startMs ? [lane] : []))
      const lanes = idle.length >= shares ? idle.slice(0, shares) : free.map((_, lane) => lane)
      for (const lane of lanes) free[lane] = Math.max(free[lane] ?? 0, endMs)
      return lanes.map((lane) => ({ lane, startMs, endMs, node }))
    })
}
