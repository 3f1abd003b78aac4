import type { Asset } from '../assets/asset.ts'
import { satisfies } from '../assets/capability.ts'
import type { AssetId } from '../ids.ts'
import { canDo, canDoUntil } from '../people/abilities.ts'
import { localDay, qualifiedUntil, zoneOf } from '../people/presence.ts'
import type { Slot } from '../plans/slot.ts'
import { type Day, dayMs, dayOf, msOf } from '../time.ts'
import { localTime } from '../zone.ts'
import { type Facts, type Found, nameOf, type Rule } from './facts.ts'
import { comingSlots } from './order-rules.ts'

const expiresSoonDays = 14

type Lack = { readonly severity: 'critical' | 'warning'; readonly assetId?: AssetId; readonly until?: Day }

/** What is wrong with who is to do something in a slot; undefined where somebody can, and can for long enough. */
const lackOf = (facts: Facts, slot: Slot, need: string): Lack | undefined => {
  const able = slot.assets
    .flatMap(({ assetId }) => facts.assets.get(assetId) ?? [])
    .map((asset) => ({ ...asset, openingHours: facts.hoursOf(asset) }))
    .filter((asset) => canDo(asset, need))
  const untilOf = ({ capabilities, person }: Asset): Day | 'always' =>
    !person || satisfies(capabilities, need) ? 'always' : (qualifiedUntil(person, need) ?? 'always')
  const [longest] = able.toSorted((a, b) => (untilOf(a) > untilOf(b) ? -1 : 1))
  if (!longest) return { severity: 'critical' }
  const until = untilOf(longest)
  if (until === 'always') return undefined
  if (!canDoUntil(longest, need, msOf(slot.end))) return { severity: 'critical', assetId: longest.id, until }
  const soon = dayOf(
    Date.parse(`${localDay(zoneOf(longest.openingHours), facts.nowMs)}T00:00:00Z`) + expiresSoonDays * dayMs,
  )
  return until <= soon ? { severity: 'warning', assetId: longest.id, until } : undefined
}

/** One finding for a person, a qualification and its last day, told of the first slot that needs it. */
export const qualification: Rule = (facts) => {
  const found = new Map<string, { lack: Lack; need: string; slots: Slot[] }>()
  for (const slot of comingSlots(facts).toSorted((a, b) => (a.start < b.start ? -1 : 1)))
    for (const requirement of facts.orders.get(slot.orderId)?.requirements ?? []) {
      if (!('capability' in requirement)) continue
      const need = requirement.capability
      const lack = lackOf(facts, slot, need)
      if (!lack) continue
      const key = [lack.assetId ?? slot.id, need, lack.severity].join()
      const before = found.get(key)
      if (before) before.slots.push(slot)
      else found.set(key, { lack, need, slots: [slot] })
    }
  return [...found.values()].flatMap(({ lack, need, slots }): Found[] => {
    const [first] = slots
    if (!first) return []
    const { severity, assetId, until } = lack
    const at = localTime(facts.timeZone, msOf(first.start))
    const needed = `${slots.length} slot(s) need it, the first at ${at}`
    const message =
      assetId === undefined
        ? `Nobody in the slot at ${at} can do "${need}", which its order needs.`
        : severity === 'critical'
          ? `${nameOf(facts, assetId)} is qualified for "${need}" until ${until} only; ${needed}.`
          : `${nameOf(facts, assetId)}’s qualification for "${need}" expires on ${until}; ${needed}.`
    return [
      {
        severity,
        message,
        about: [...(assetId === undefined ? [] : [assetId]), ...slots.map(({ id }) => id)],
        date: localDay(facts.timeZone, msOf(first.start)),
        key: [assetId ?? first.id, need, until ?? '', severity],
      },
    ]
  })
}
