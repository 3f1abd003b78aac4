import { localDay, zoneOf } from '../people/presence.ts'
import { holdersOf, overlaps } from '../reservations/ledger.ts'
import { instantOf, minutes } from '../time.ts'
import type { Ask, Part } from './ask.ts'
import { type Violation, violation } from './violation.ts'

/** What the type of an order says of the person who does it: how many of it on one day, and how far from other work. */
export const workRules = (
  { operation, span, nowMs, own, work }: Pick<Ask, 'operation' | 'span' | 'nowMs' | 'own' | 'work'>,
  { path, assetId, asset, terms, ledger }: Part,
): Violation[] => {
  if (!work || asset?.kind !== 'person' || span.endMs <= span.startMs) return []
  if (operation === 'block' || operation === 'start') return []
  const { type, perPersonPerDay, gapMinutes = 0, gaps = {} } = work
  const zone = zoneOf(terms.openingHours)
  const day = localDay(zone, span.startMs)
  const holders = holdersOf(ledger, nowMs, own?.id)
  const onDay = holders.filter((one) => one.type === type && localDay(zone, one.startMs) === day).length
  const found: Violation[] = []
  if (perPersonPerDay !== undefined && onDay >= perPersonPerDay)
    found.push(
      violation(
        'type-limit',
        `${asset.name} has ${onDay} of type "${type}" on ${day} already, and does ${perPersonPerDay} a day (${zone}).`,
        { path, facts: { assetId, type, limit: perPersonPerDay, used: onDay } },
      ),
    )
  for (const one of holders) {
    const needed = Math.max(gapMinutes, (one.type === undefined ? undefined : gaps[one.type]) ?? 0)
    const between = Math.max(one.startMs - span.endMs, span.startMs - one.endMs)
    if (overlaps(one, span) || between >= minutes(needed)) continue
    const left = Math.floor(between / minutes(1))
    found.push(
      violation(
        'too-little-gap',
        `${asset.name} has other work from ${instantOf(one.startMs)} to ${instantOf(one.endMs)} (${one.by ?? one.reservationId}): ${left} minutes lie between, and ${needed} should.`,
        { path, facts: { assetId, reservationId: one.reservationId, minutes: left, needed } },
      ),
    )
  }
  return found
}
