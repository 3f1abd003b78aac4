import { absencesIn } from '../people/presence.ts'
import { changeoverMs } from '../plans/changeover.ts'
import { hours } from '../time.ts'
import { type Agenda, around, busyMs, type Entry, holds, periodOf, startingIn } from './agenda.ts'
import type { Need, Task } from './task.ts'

/** Why somebody or something cannot take an order at a time, in the order in which it is asked: the last is nearest to yes. */
export const obstacles = [
  'closed',
  'left',
  'off',
  'not-on-duty',
  'booked',
  'too-close',
  'gap',
  'type-limit',
  'day-limit',
  'week-limit',
  'hours-limit',
] as const
export type Obstacle = (typeof obstacles)[number]

/** Milliseconds that an order keeps from an entry on an agenda: after the entry, and before it. */
export const apartMs = (agenda: Agenda, task: Task, entry: Entry): readonly [number, number] => {
  const { spacing, person } = agenda.asset
  const { mode } = task.planned.order
  const gapMs = person ? Math.max(task.gapMs, entry.gapMs) : 0
  return [
    Math.max(gapMs, changeoverMs(spacing, entry.mode, mode)),
    Math.max(gapMs, changeoverMs(spacing, mode, entry.mode)),
  ]
}

/** Units in use at a time at the most. */
const peakOf = (entries: readonly { readonly startMs: number; readonly endMs: number; readonly units: number }[]) => {
  let peak = 0
  for (const { startMs } of entries) {
    const use = entries.reduce((sum, one) => sum + (one.startMs <= startMs && startMs < one.endMs ? one.units : 0), 0)
    peak = Math.max(peak, use)
  }
  return peak
}

/** Whether something else stands there, or too close. */
const occupied = (agenda: Agenda, task: Task, units: number, startMs: number, endMs: number): Obstacle | undefined => {
  const { asset } = agenda
  const near = around(agenda, { startMs, endMs })
  if (near.length === 0) return undefined
  const room = asset.capacity - units
  const within = (entries: readonly Entry[]): Entry[] =>
    entries.flatMap((one) =>
      one.startMs < endMs && startMs < one.endMs
        ? [{ ...one, startMs: Math.max(startMs, one.startMs), endMs: Math.min(endMs, one.endMs) }]
        : [],
    )
  if (peakOf(within(near)) > room) return 'booked'
  const { mode } = task.planned.order
  const spread = near.map((one) => ({
    ...one,
    startMs: one.startMs - changeoverMs(asset.spacing, mode, one.mode),
    endMs: one.endMs + changeoverMs(asset.spacing, one.mode, mode),
  }))
  if (peakOf(within(spread)) > room) return 'too-close'
  const isTooNear = (one: Entry): boolean => {
    const gapMs = Math.max(task.gapMs, one.gapMs)
    return gapMs > 0 && one.startMs < endMs + gapMs && startMs < one.endMs + gapMs
  }
  return asset.person && near.some(isTooNear) ? 'gap' : undefined
}

/** Whether somebody has as much as they take on that day, or in that week. */
const limited = (agenda: Agenda, task: Task, startMs: number): Obstacle | undefined => {
  const { person } = agenda.asset
  if (!person) return undefined
  const { perPersonPerDay } = task.planned.type ?? {}
  const { perDay, perWeek, hoursPerWeek } = person.limits ?? {}
  if (perPersonPerDay === undefined && perDay === undefined && perWeek === undefined && hoursPerWeek === undefined)
    return undefined
  const onDay = startingIn(agenda, periodOf(agenda, 'day', startMs))
  const { type } = task.planned.order
  if (perPersonPerDay !== undefined && onDay.filter((one) => one.type === type).length >= perPersonPerDay)
    return 'type-limit'
  if (perDay !== undefined && onDay.length >= perDay) return 'day-limit'
  const week = periodOf(agenda, 'week', startMs)
  if (perWeek !== undefined && startingIn(agenda, week).length >= perWeek) return 'week-limit'
  if (hoursPerWeek !== undefined && busyMs(agenda, week) + task.durationMs > hours(hoursPerWeek)) return 'hours-limit'
  return undefined
}

/** Why an asset cannot meet a need of an order at a time; undefined where it can. Its window is not asked. */
export const obstacleTo = (agenda: Agenda, task: Task, need: Need, startMs: number): Obstacle | undefined => {
  const endMs = startMs + task.durationMs
  if (!holds(agenda.there, startMs, endMs)) {
    const { person } = agenda.asset
    if (!person || !holds(agenda.open, startMs, endMs)) return 'closed'
    const has = absencesIn(person, agenda.zone, { startMs, endMs }).some(({ because }) => because === 'left')
    return has ? 'left' : 'off'
  }
  const isTurn = need.turns?.some(
    (turn) => turn.assetId === agenda.asset.id && turn.startMs <= startMs && startMs < turn.endMs,
  )
  if (isTurn === false) return 'not-on-duty'
  return occupied(agenda, task, need.want.units, startMs, endMs) ?? limited(agenda, task, startMs)
}
