import type { OrderId } from '../ids.ts'
import { companionReasons } from '../orders/companion.ts'
import { localDay } from '../people/presence.ts'
import { isLiveSlot } from '../plans/live-slot.ts'
import { placeOf } from '../plans/place.ts'
import type { Slot } from '../plans/slot.ts'
import { dayMs, hours, instantOf, msOf } from '../time.ts'
import { localTime } from '../zone.ts'
import type { Facts, Found, Rule } from './facts.ts'

const urgentDays = 3
/** Proposals are told of that begin within so many days. */
export const proposedDays = 2

/** Slots that are to be done and begin in the coming days. */
export const comingSlots = ({ slots, nowMs, span }: Pick<Facts, 'slots' | 'nowMs' | 'span'>): Slot[] =>
  slots.filter((slot) => isLiveSlot(slot) && msOf(slot.start) >= nowMs && msOf(slot.start) < span.endMs)

const whenDue = (dueMs: number, nowMs: number, zone: string): string => {
  const at = `${localTime(zone, dueMs)} (${zone})`
  if (dueMs <= nowMs) return `was due at ${at}`
  const left = dueMs - nowMs
  return `is due at ${at}, in ${left < dayMs ? `${Math.ceil(left / hours(1))} h` : `${Math.floor(left / dayMs)} d`}`
}

export const urgentOrder: Rule = ({ orders, nowMs, timeZone }) =>
  [...orders.values()].flatMap(({ id, name, status, due, byHandOnly }): Found[] => {
    if ((status !== 'new' && status !== 'deferred') || due === undefined) return []
    const dueMs = msOf(due)
    if (dueMs > nowMs + urgentDays * dayMs) return []
    const severity = dueMs <= nowMs + dayMs ? 'critical' : 'warning'
    const hand = byHandOnly === undefined ? '' : ` It is to be planned by hand: ${byHandOnly}`
    return [
      {
        severity,
        message: `"${name}" ${whenDue(dueMs, nowMs, timeZone)}, and has no slot.${hand}`,
        about: [id],
        date: localDay(timeZone, dueMs),
        key: [id, due, severity],
      },
    ]
  })

export const brokenCompanion: Rule = (facts) =>
  comingSlots(facts).flatMap((slot): Found[] => {
    const { id, orderId, follows, start } = slot
    if (!follows) return []
    const other = facts.places.get(follows.orderId)
    const name = facts.orders.get(orderId)?.name ?? orderId
    const reasons = other
      ? companionReasons(follows, placeOf(slot), other)
      : [{ code: 'alone', message: `order ${follows.orderId}, which it follows, stands nowhere` }]
    if (reasons.length === 0) return []
    return [
      {
        severity: 'critical',
        message: `"${name}" at ${localTime(facts.timeZone, msOf(start))} is in the wrong place: ${reasons.map(({ message }) => message).join('; ')}.`,
        about: [id, orderId, follows.orderId],
        date: localDay(facts.timeZone, msOf(start)),
        key: [id, start, ...reasons.map(({ code }) => code)],
      },
    ]
  })

/** One finding for a plan, told of the first of its items that begin soon; what a newer plan says of an order goes before. */
export const approvalWaiting: Rule = ({ proposals, nowMs, timeZone }) => {
  const seen = new Set<OrderId>()
  return proposals.flatMap(({ plan, items }): Found[] => {
    const newest = items.filter(({ orderId }) => !seen.has(orderId))
    for (const { orderId } of items) seen.add(orderId)
    const soon = newest.filter(
      ({ state, start }) =>
        (state === 'proposed' || state === 'edited') &&
        msOf(start) >= nowMs &&
        msOf(start) < nowMs + proposedDays * dayMs,
    )
    const [first] = soon.toSorted((a, b) => (a.start < b.start ? -1 : 1))
    if (!first) return []
    const firstMs = msOf(first.start)
    return [
      {
        severity: 'warning',
        message: `${soon.length} proposal(s) of plan ${plan.name === undefined ? plan.id : `"${plan.name}"`} wait for approval and begin within ${proposedDays} days, the first at ${localTime(timeZone, firstMs)}.`,
        about: [plan.id, first.orderId],
        date: localDay(timeZone, firstMs),
        key: [plan.id, first.orderId, instantOf(firstMs)],
      },
    ]
  })
}
