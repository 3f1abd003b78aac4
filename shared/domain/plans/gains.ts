import type { AssetId, OrderId } from '../ids.ts'
import { msOf } from '../time.ts'
import type { PlanItem } from './plan.ts'

/** Orders that are named; all are counted. */
const mostNamed = 20

type Standing = { readonly item: PlanItem; readonly startMs: number; readonly endMs: number }

/** The items, each of those that move with what stands in the time that it leaves. Those for which nothing changes are the same objects. */
export const withGains = (items: readonly PlanItem[]): readonly PlanItem[] => {
  if (!items.some(({ former, gain }) => former ?? gain)) return items
  const on = new Map<AssetId, Standing[]>()
  for (const item of items) {
    if (item.state === 'dropped') continue
    const one = { item, startMs: msOf(item.start), endMs: msOf(item.end) }
    for (const { assetId } of item.assets) {
      const there = on.get(assetId)
      if (there) there.push(one)
      else on.set(assetId, [one])
    }
  }
  return items.map((item) => {
    const { gain: told, ...rest } = item
    const { former } = item
    if (!former || item.state === 'dropped') return told ? rest : item
    const startMs = msOf(former.start)
    const endMs = startMs + msOf(item.end) - msOf(item.start)
    const found = new Map<OrderId, number>()
    for (const { assetId } of former.assets)
      for (const one of on.get(assetId) ?? [])
        if (one.item.orderId !== item.orderId && one.startMs < endMs && startMs < one.endMs)
          found.set(one.item.orderId, one.item.value)
    const orderIds = [...found.keys()].toSorted()
    const value = [...found.values()].reduce((sum, one) => sum + one, 0)
    const gain = { orders: orderIds.length, orderIds: orderIds.slice(0, mostNamed), value }
    return told && told.value === value && told.orderIds.join() === gain.orderIds.join() ? item : { ...rest, gain }
  })
}
