import { openSpans, type Span } from '../assets/opening-hours.ts'
import type { OrderMode } from '../orders/mode.ts'
import { presentIn, zoneOf } from '../people/presence.ts'
import { type PeriodUnit, periodAt } from '../period.ts'
import type { PlannedAsset } from '../plans/plan-input.ts'
import { dayMs } from '../time.ts'
import { wallAt } from '../zone.ts'

/** Something that stands on an asset. */
export type Entry = Span & {
  readonly units: number
  readonly mode: OrderMode
  readonly type?: string | undefined
  /** What its type keeps free around it. */
  readonly gapMs: number
}

/** An asset with its time: when it is open, when somebody is there, and what it has to do. */
export type Agenda = {
  readonly asset: PlannedAsset
  /** By whose clocks its days and weeks count. */
  readonly zone: string
  readonly open: readonly Span[]
  readonly there: readonly Span[]
  /** Decides between those that are equal in everything. */
  readonly draw: number
  /** By start. */
  readonly entries: Entry[]
  /** As long as the longest entry that it ever had. */
  longestMs: number
  readonly periods: Map<string, Span>
}

/** No changeover and no gap is longer. */
const farMs = 2 * dayMs

export const makeAgenda = (asset: PlannedAsset, span: Span, draw: number): Agenda => {
  const zone = zoneOf(asset.openingHours)
  const open = openSpans(asset.openingHours, span)
  const there = asset.person ? presentIn(asset.person, zone, open) : open
  return { asset, zone, open, there, draw, entries: [], longestMs: 0, periods: new Map() }
}

/** Position of the first entry that starts at a moment or later. */
const positionOf = ({ entries }: Agenda, ms: number): number => {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.startMs ?? 0) < ms) low = middle + 1
    else high = middle
  }
  return low
}

export const enter = (agenda: Agenda, entry: Entry): void => {
  agenda.longestMs = Math.max(agenda.longestMs, entry.endMs - entry.startMs)
  agenda.entries.splice(positionOf(agenda, entry.startMs), 0, entry)
}

export const strike = (agenda: Agenda, entry: Entry): void => {
  const at = agenda.entries.indexOf(entry, positionOf(agenda, entry.startMs))
  if (at >= 0) agenda.entries.splice(at, 1)
}

/** Entries that start in a span. */
export const startingIn = (agenda: Agenda, { startMs, endMs }: Span): readonly Entry[] =>
  agenda.entries.slice(positionOf(agenda, startMs), positionOf(agenda, endMs))

/** All entries that could stand in the way of a span, and perhaps others. */
export const around = (agenda: Agenda, { startMs, endMs }: Span): readonly Entry[] =>
  startingIn(agenda, { startMs: startMs - agenda.longestMs - farMs, endMs: endMs + farMs })

/** The day or week of an agenda that holds a moment. */
export const periodOf = (agenda: Agenda, per: PeriodUnit, ms: number): Span => {
  const day = Math.floor(wallAt(agenda.zone, ms) / dayMs)
  // Weeks from Monday; day 0 was a Thursday.
  const key = `${per}${per === 'week' ? Math.floor((day + 3) / 7) : day}`
  const known = agenda.periods.get(key) ?? periodAt(per, agenda.zone, ms)
  agenda.periods.set(key, known)
  return known
}

/** Milliseconds of what starts in a span. */
export const busyMs = (agenda: Agenda, span: Span): number =>
  startingIn(agenda, span).reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)

/** Whether one of some spans in order holds a time as a whole. */
export const holds = (spans: readonly Span[], startMs: number, endMs: number): boolean => {
  let [low, high] = [0, spans.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((spans[middle]?.startMs ?? 0) <= startMs) low = middle + 1
    else high = middle
  }
  const span = spans[low - 1]
  return span !== undefined && endMs <= span.endMs
}
