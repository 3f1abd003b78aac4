import { satisfies } from '../assets/capability.ts'
import { absenceKinds } from '../people/person.ts'
import { absencesIn, localDay, qualifiedUntil, zoneOf } from '../people/presence.ts'
import type { Ask, Part } from './ask.ts'
import { type Violation, violation } from './violation.ts'

/** Whether somebody is there, and still qualified. What they have already is not asked again. */
export const personRules = (
  { operation, span }: Pick<Ask, 'operation' | 'span'>,
  { path, assetId, asset, terms, need }: Part,
): Violation[] => {
  const person = asset?.person
  if (!asset || !person || operation === 'block' || span.endMs <= span.startMs) return []
  const zone = zoneOf(terms.openingHours)
  const absent = absencesIn(person, zone, span).map((absence): Violation => {
    if (absence.because === 'left')
      return violation('left', `${asset.name} is not here any more after ${absence.lastDay} (${zone}).`, {
        path,
        facts: { assetId, lastDay: absence.lastDay },
      })
    const { from, to, kind } = absence.off
    const until = from === to ? `on ${from}` : `from ${from} to ${to}`
    return violation('time-off', `${asset.name} is off ${until} (${kind}: ${absenceKinds[kind]}).`, {
      path,
      facts: { assetId, from, to, kind },
    })
  })
  const until = need === undefined || satisfies(asset.capabilities, need) ? 'always' : qualifiedUntil(person, need)
  if (until === 'always' || until === undefined || localDay(zone, span.endMs - 1) <= until) return absent
  const expired = violation('unqualified', `${asset.name} is qualified for "${need}" until ${until} only (${zone}).`, {
    path,
    facts: { assetId, need: need ?? '', until },
  })
  return [...absent, expired]
}
