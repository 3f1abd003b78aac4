import { dayMs, msOf } from '../time.ts'
import { instantsOf, wallAt } from '../zone.ts'
import { daysFrom } from './calendar-days.ts'
import { type CalendarRule, parseCalendarRule } from './calendar-rule.ts'
import { parseCron } from './cron.ts'
import { cronTimes } from './cron-times.ts'
import { closureAt, endOfExclusion, exclusionAt, moveFrom, skipAt } from './exclusion.ts'
import { calendarEndMs, horizonYears, periodMs, type Rule, type RuleWindow } from './rule.ts'

function* calendarTimes(
  calendar: CalendarRule,
  afterMs: number,
  { zone, startMs, endMs }: RuleWindow,
): Generator<number> {
  const dayAt = (ms: number): number => Math.floor(wallAt(zone, ms) / dayMs) * dayMs
  const from = dayAt(afterMs) - dayMs
  const horizon = from + horizonYears * 366 * dayMs
  for (const day of daysFrom(calendar, from, dayAt(startMs), horizon)) {
    if (endMs !== undefined && day - 2 * dayMs > endMs) return
    const times = calendar.times.flatMap((minutes) => instantsOf(zone, day + minutes * 60_000).slice(0, 1))
    // Within an overlap the first instants of two wall times may lie in the other order.
    for (const at of times.sort((a, b) => a - b)) if (at > afterMs) yield at
  }
}

/** Several ascending sequences as one; what lies in the same second is one firing. */
function* merged(sequences: Iterator<number, unknown>[]): Generator<number> {
  const heads = sequences.map((sequence) => ({ sequence, next: sequence.next() }))
  let last = Number.NEGATIVE_INFINITY
  for (;;) {
    let first: (typeof heads)[number] | undefined
    for (const head of heads)
      if (!head.next.done && (first === undefined || head.next.value < (first.next.value as number))) first = head
    if (first === undefined) return
    const at = first.next.value as number
    first.next = first.sequence.next()
    if (Math.floor(at / 1000) > Math.floor(last / 1000)) yield at
    last = at
  }
}

function* allTimes(rule: Rule, afterMs: number, window: RuleWindow): Generator<number> {
  switch (rule.kind) {
    case 'at': {
      const at = msOf(rule.at)
      if (at > afterMs) yield at
      return
    }
    case 'rate':
    case 'every': {
      const period = periodMs(rule)
      const anchor = rule.kind === 'every' && rule.anchor !== undefined ? msOf(rule.anchor) : window.startMs
      const passed = Math.floor((afterMs - anchor) / period) + 1
      for (let at = anchor + passed * period; ; at += period) yield at
    }
    case 'cron': {
      const parsed = parseCron(rule.expression)
      if (parsed.ok) yield* cronTimes(parsed.cron, afterMs, window)
      return
    }
    case 'calendar': {
      const parsed = parseCalendarRule(rule.rrule, rule.times)
      if (parsed.ok) yield* calendarTimes(parsed.calendar, afterMs, window)
      return
    }
    case 'any':
      yield* merged(rule.rules.map((single) => allTimes(single, afterMs, window)))
  }
}

/** The times of a rule within its window, without what exclusions, closures, skips and moves take out. */
function* regularTimes(rule: Rule, afterMs: number, window: RuleWindow): Generator<number> {
  const { exclusions = [], closures = [], skips = [], moves = [], zone } = window
  const endMs = Math.min(window.endMs ?? calendarEndMs, calendarEndMs)
  let from: number | undefined = Math.max(afterMs, window.startMs - 1)
  while (from !== undefined) {
    const begin: number = from
    from = undefined
    for (const at of allTimes(rule, begin, window)) {
      if (at > endMs) return
      const excluded = exclusionAt(exclusions, zone, at)
      const closed = closureAt(closures, at)
      if (!excluded && !closed) {
        if (!skipAt(skips, at) && !moveFrom(moves, at)) yield at
        continue
      }
      // Looks on after the excluded days and hours instead of at each time within them.
      from = Math.max(excluded ? endOfExclusion(excluded, zone) : 0, closed ? msOf(closed.end) : 0) - 1
      break
    }
  }
}

/**
 * The times at which a rule fires, strictly after `afterMs`, strictly increasing, within the window.
 * Used by the preview, by "next run" and by the laptop cloud's Scheduler; EventBridge's documented semantics (see zone.ts).
 * @returns a lazy sequence of milliseconds since the epoch; endless for endless rules.
 */
export function* timesAfter(rule: Rule, afterMs: number, window: RuleWindow): Generator<number> {
  const regular = regularTimes(rule, afterMs, window)
  const endMs = window.endMs ?? calendarEndMs
  const moved = (window.moves ?? []).map(({ to }) => msOf(to)).filter((ms) => ms > afterMs && ms <= endMs)
  // A person chose the new time, so it stands on an excluded day too.
  if (moved.length === 0) yield* regular
  else yield* merged([regular, moved.sort((a, b) => a - b).values()])
}

/** The first `count` times after a moment. */
export const nextTimes = (rule: Rule, afterMs: number, window: RuleWindow, count: number): number[] =>
  timesAfter(rule, afterMs, window).take(count).toArray()
