import { mayBeReserved } from '../assets/asset.ts'
import { openSpans } from '../assets/opening-hours.ts'
import type { ReservationId } from '../ids.ts'
import { holdersOf, type Interval, takenBy } from '../reservations/ledger.ts'
import type { Part } from '../rules/ask.ts'
import { dayMs, minutes } from '../time.ts'
import { wallAt } from '../zone.ts'

/** What is looked for on one asset. */
export type Wish = {
  /** The whole reservation lies in here. */
  readonly window: Interval
  readonly durationMs: number
  readonly nowMs: number
  readonly setup?: string | undefined
  /** The reservation that looks for another time, which does not stand in its own way. */
  readonly own?: ReservationId | undefined
}

/** Moments at which something of the wished length may start: from the first to the last of each, both included. */
export type Starts = readonly Interval[]

/** Spans in which too little of an asset is free for so many units. */
const overloaded = ({ ledger, units, asset, terms }: Part, { setup, nowMs, own }: Wish): Interval[] => {
  const capacity = asset?.capacity ?? 0
  const edges = holdersOf(ledger, nowMs, own)
    .flatMap((holder) => {
      const { startMs, endMs } = takenBy(holder, setup, terms)
      return [
        { ms: startMs, units: holder.units },
        { ms: endMs, units: -holder.units },
      ]
    })
    .toSorted((a, b) => a.ms - b.ms || a.units - b.units)
  const found: { startMs: number; endMs: number }[] = []
  let used = 0
  for (const [index, edge] of edges.entries()) {
    used += edge.units
    const next = edges[index + 1]
    if (!next || next.ms === edge.ms || used + units <= capacity) continue
    const before = found.at(-1)
    if (before && before.endMs === edge.ms) before.endMs = next.ms
    else found.push({ startMs: edge.ms, endMs: next.ms })
  }
  return found
}

const without = (starts: Starts, { startMs, endMs }: Interval, durationMs: number): Starts =>
  starts.flatMap((span) => {
    // Whatever starts after `startMs - durationMs` and before `endMs` overlaps it.
    const [lastBefore, firstAfter] = [startMs - durationMs, endMs]
    if (span.endMs <= lastBefore || span.startMs >= firstAfter) return [span]
    return [
      ...(span.startMs <= lastBefore ? [{ startMs: span.startMs, endMs: lastBefore }] : []),
      ...(span.endMs >= firstAfter ? [{ startMs: firstAfter, endMs: span.endMs }] : []),
    ]
  })

/** When something of the wished length may start on an asset, by its hours, its rules, and what stands there. */
export const startsOf = (part: Part, wish: Wish): Starts => {
  const { asset, units, terms } = part
  const { window, durationMs, nowMs } = wish
  if (!asset || !mayBeReserved(asset) || units > asset.capacity) return []
  const { minimumMinutes: least, maximumMinutes: most, noticeMinutes, openAheadDays } = terms.rules
  if (durationMs < minutes(least ?? 0) || (most !== undefined && durationMs > minutes(most))) return []
  const from = Math.max(window.startMs, nowMs + minutes(noticeMinutes ?? 0))
  const to =
    openAheadDays === undefined ? window.endMs : Math.min(window.endMs, nowMs + openAheadDays * dayMs + durationMs)
  const open = openSpans(terms.openingHours, { startMs: from, endMs: to })
    .map(({ startMs, endMs }) => ({ startMs, endMs: endMs - durationMs }))
    .filter(({ startMs, endMs }) => startMs <= endMs)
  return overloaded(part, wish).reduce<Starts>((starts, busy) => without(starts, busy, durationMs), open)
}

/** The first moment from `ms` on that falls on the grid of an asset. */
const onGrid = ({ terms }: Part, ms: number): number => {
  const { granularityMinutes: grid } = terms.rules
  const whole = Math.ceil(ms / minutes(1)) * minutes(1)
  if (grid === undefined) return whole
  const zone = terms.openingHours?.timeZone ?? 'UTC'
  // A change of the clocks in between moves the grid, so the step is taken again.
  let at = whole
  for (let tries = 0; tries < 5; tries++) {
    const off = (((wallAt(zone, at) % dayMs) + dayMs) % dayMs) % minutes(grid)
    if (off === 0) return at
    at += minutes(grid) - off
  }
  return at
}

/** The first start from `ms` on; undefined where there is none. */
export const nextStart = (part: Part, starts: Starts, ms: number): number | undefined => {
  for (const { startMs, endMs } of starts) {
    const from = Math.max(ms, startMs)
    const at = onGrid(part, from)
    if (at <= endMs) return at
    // A whole minute reads better; where there is no room for one, and no grid asks for it, any moment will do.
    if (part.terms.rules.granularityMinutes === undefined && from <= endMs) return from
  }
  return undefined
}
