import type { Asset } from '../assets/asset.ts'
import { emptyPerson } from '../people/person.ts'
import { absencesIn, localDay, zoneOf } from '../people/presence.ts'
import { mondayOf, type WeekOfWork, type Work, weekAfter, workloadOf } from '../people/workload.ts'
import type { Day } from '../time.ts'
import { localTime } from '../zone.ts'
import type { Facts, Found, Rule } from './facts.ts'

const people = (facts: Facts): { asset: Asset; work: readonly Work[]; zone: string }[] =>
  [...Map.groupBy(facts.work, ({ assetId }) => assetId)].flatMap(([id, work]) => {
    const asset = facts.assets.get(id)
    return asset?.kind === 'person' ? [{ asset, work, zone: zoneOf(facts.hoursOf(asset)) }] : []
  })

/** The Mondays of the weeks that the coming days lie in, by the clocks of somebody. */
const weeksOf = (zone: string, { startMs, endMs }: Facts['span']): Day[] => {
  const weeks: Day[] = []
  const last = localDay(zone, endMs - 1)
  for (let monday = mondayOf(localDay(zone, startMs)); monday <= last; monday = weekAfter(monday)) weeks.push(monday)
  return weeks
}

/** Which of their own limits somebody is beyond, in a week and on its days. */
const beyond = (asset: Asset, week: WeekOfWork, perDay: ReadonlyMap<Day, number>): string[] => {
  const { limits = {} } = asset.person ?? {}
  const found: string[] = []
  if (limits.perWeek !== undefined && week.reservations > limits.perWeek) found.push(`takes ${limits.perWeek} a week`)
  if (limits.hoursPerWeek !== undefined && week.hours > limits.hoursPerWeek)
    found.push(`takes ${limits.hoursPerWeek} h a week`)
  for (const [day, count] of perDay)
    if (limits.perDay !== undefined && count > limits.perDay)
      found.push(`takes ${limits.perDay} a day and has ${count} on ${day}`)
  return found
}

export const tooMuchWork: Rule = (facts) =>
  people(facts).flatMap(({ asset, work, zone }) => {
    const { person } = asset
    const today = localDay(zone, facts.nowMs)
    const of = { person, openingHours: facts.hoursOf(asset), work }
    return workloadOf(of, weeksOf(zone, facts.span), facts.thresholds).flatMap((week): Found[] => {
      const perDay = new Map<Day, number>()
      for (const { startMs } of work) {
        const day = localDay(zone, startMs)
        if (mondayOf(day) === week.from && day >= today) perDay.set(day, (perDay.get(day) ?? 0) + 1)
      }
      const own = beyond(asset, week, perDay)
      const overloaded = week.level === 'overloaded'
      if (!overloaded && own.length === 0) return []
      const says = [...(overloaded ? [`is overloaded from ${facts.thresholds.overloaded} on`] : []), ...own]
      return [
        {
          severity: 'warning',
          message: `${asset.name} has ${week.reservations} reservation(s), ${week.hours} h, in the week from ${week.from}; ${asset.name} ${says.join(', ')}.`,
          about: [asset.id],
          date: [today, week.from].toSorted().at(-1) ?? today,
          key: [asset.id, week.from, week.reservations, week.hours, ...own],
        },
      ]
    })
  })

/** What no conflict says already: open ones are told as conflicts, and of others somebody has decided. */
export const bookedWhileAbsent: Rule = (facts) => {
  const known = new Set(
    facts.conflicts
      .filter(({ type, status, resolution }) => type === 'absent' && (status === 'open' || resolution?.kind !== 'gone'))
      .flatMap(({ assetId, reservationIds }) => reservationIds.map((id) => `${assetId} ${id}`)),
  )
  return people(facts).flatMap(({ asset, work, zone }) =>
    work.flatMap((one): Found[] => {
      if (one.endMs <= facts.nowMs || one.startMs >= facts.span.endMs) return []
      if (known.has(`${asset.id} ${one.reservationId}`)) return []
      const [absence] = absencesIn(asset.person ?? emptyPerson, zone, one)
      if (!absence) return []
      const why =
        absence.because === 'left'
          ? `is not here any more after ${absence.lastDay}`
          : `is off from ${absence.off.from} to ${absence.off.to} (${absence.off.kind})`
      const at = localTime(zone, one.startMs)
      return [
        {
          severity: 'critical',
          message: `${asset.name} has work at ${at} (${zone}), and ${why}.`,
          about: [asset.id, one.reservationId],
          date: localDay(zone, one.startMs),
          key: [asset.id, one.reservationId, one.startMs, absence.because],
        },
      ]
    }),
  )
}
