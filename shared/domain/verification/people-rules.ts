import type { Asset } from '../assets/asset.ts'
import { satisfies } from '../assets/capability.ts'
import type { AssetId } from '../ids.ts'
import { canDo, canDoUntil } from '../people/abilities.ts'
import { emptyPerson } from '../people/person.ts'
import { absencesIn, localDay, qualifiedUntil, zoneOf } from '../people/presence.ts'
import { mondayOf, type WeekOfWork, type Work, weekAfter, workloadOf } from '../people/workload.ts'
import type { Slot } from '../plans/slot.ts'
import { type Day, dayMs, dayOf, msOf } from '../time.ts'
import { localTime } from '../zone.ts'
import { type Facts, type Found, nameOf, type Rule } from './facts.ts'
import { comingSlots } from './order-rules.ts'

const expiresSoonDays = 14

const people = (facts: Facts): { asset: Asset; work: readonly Work[]; zone: string }[] => {
  const of = new Map<AssetId, Work[]>()
  for (const one of facts.work) of.set(one.assetId, [...(of.get(one.assetId) ?? []), one])
  return [...of].flatMap(([id, work]) => {
    const asset = facts.assets.get(id)
    return asset?.kind === 'person' ? [{ asset, work, zone: zoneOf(facts.hoursOf(asset)) }] : []
  })
}

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

/** What no conflict says already: those are told as conflicts. */
export const bookedWhileAbsent: Rule = (facts) => {
  const known = new Set(
    facts.conflicts
      .filter(({ type, status }) => type === 'absent' && status === 'open')
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
