import { satisfies } from '../assets/capability.ts'
import { hoursOn } from '../assets/opening-hours.ts'
import { absenceKinds } from '../people/person.ts'
import { absencesIn, localDay, localDays, qualifiedUntil, zoneOf } from '../people/presence.ts'
import { periodAt } from '../period.ts'
import { holdersOf } from '../reservations/ledger.ts'
import { hours } from '../time.ts'
import type { Ask, Part } from './ask.ts'
import { type Violation, violation } from './violation.ts'

const rounded = (hoursOf: number): number => Math.round(hoursOf * 100) / 100

/** How much somebody has already on the day and in the week in which it starts. */
export const personLimits = (
  { operation, span, nowMs, own }: Pick<Ask, 'operation' | 'span' | 'nowMs' | 'own'>,
  { path, assetId, asset, terms, ledger }: Part,
): Violation[] => {
  const limits = asset?.person?.limits
  if (!asset || !limits || operation === 'block' || operation === 'start' || span.endMs <= span.startMs) return []
  const zone = zoneOf(terms.openingHours)
  const week = periodAt('week', zone, span.startMs)
  const day = localDay(zone, span.startMs)
  const inWeek = holdersOf(ledger, nowMs, own?.id).filter(
    ({ startMs }) => week.startMs <= startMs && startMs < week.endMs,
  )
  const onDay = inWeek.filter(({ startMs }) => localDay(zone, startMs) === day).length
  const used = inWeek.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs) / hours(1), 0)
  const asked = (span.endMs - span.startMs) / hours(1)
  const { perDay, perWeek, hoursPerWeek } = limits
  const found: Violation[] = []
  const add = (code: 'day-limit' | 'week-limit', message: string, limit: number, has: number) =>
    found.push(violation(code, message, { path, facts: { assetId, limit, used: has } }))
  if (perDay !== undefined && onDay >= perDay)
    add('day-limit', `${asset.name} has ${onDay} on ${day} already, and takes ${perDay} a day.`, perDay, onDay)
  if (perWeek !== undefined && inWeek.length >= perWeek)
    add(
      'week-limit',
      `${asset.name} has ${inWeek.length} in the week of ${day} already, and takes ${perWeek} a week.`,
      perWeek,
      inWeek.length,
    )
  if (hoursPerWeek !== undefined && used + asked > hoursPerWeek)
    add(
      'week-limit',
      `${asset.name} has ${rounded(used)} h in the week of ${day}; with ${rounded(asked)} h more it is beyond ${hoursPerWeek} h.`,
      hoursPerWeek,
      rounded(used),
    )
  return found
}

/** Days that the working hours of somebody except as a whole: a holiday of the company, a day on which they are not available. */
const holidays = (
  { span }: Pick<Ask, 'span'>,
  { path, assetId, asset, terms: { openingHours } }: Part,
): Violation[] => {
  if (asset?.kind !== 'person' || !openingHours) return []
  return localDays(openingHours.timeZone, span).flatMap((day): Violation[] => {
    const { exception } = hoursOn(openingHours, day)
    if (!exception || exception.hours.length > 0) return []
    const note = exception.note === undefined ? '' : ` (${exception.note})`
    return [violation('holiday', `${asset.name} does not work on ${day}${note}.`, { path, facts: { assetId, day } })]
  })
}

/** Whether somebody is there, and still qualified. What they have already is not asked again. */
export const personRules = (ask: Pick<Ask, 'operation' | 'span'>, part: Part): Violation[] => {
  const { operation, span } = ask
  if (operation === 'block' || span.endMs <= span.startMs) return []
  const { path, assetId, asset, terms, need } = part
  const closed = holidays(ask, part)
  const person = asset?.person
  if (!asset || !person) return closed
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
  if (until === 'always' || until === undefined || localDay(zone, span.endMs - 1) <= until)
    return [...closed, ...absent]
  const expired = violation('unqualified', `${asset.name} is qualified for "${need}" until ${until} only (${zone}).`, {
    path,
    facts: { assetId, need: need ?? '', until },
  })
  return [...closed, ...absent, expired]
}
