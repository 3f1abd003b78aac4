import type { Span } from '../assets/opening-hours.ts'
import { dayMs, minutes } from '../time.ts'
import { startOfDay, wallAt } from '../zone.ts'
import { type Agenda, around, periodOf } from './agenda.ts'
import { apartMs } from './obstacle.ts'
import type { State } from './state.ts'
import type { Task } from './task.ts'

/** Free times begin on whole minutes, where they can on multiples of this. */
const gridMs = minutes(5)

const up = (ms: number, unitMs: number): number => Math.ceil(ms / unitMs) * unitMs

/** Parts of the windows of a task in which it may start, within a span of starts. */
const startSpans = ({ windows, durationMs }: Task, within: Span): Span[] =>
  windows.flatMap(({ startMs, endMs }) => {
    const span = { startMs: Math.max(startMs, within.startMs), endMs: Math.min(endMs - durationMs + 1, within.endMs) }
    return span.startMs < span.endMs ? [span] : []
  })

const dayOf = (zone: string, ms: number): number => Math.floor(wallAt(zone, ms) / dayMs)

/** Spans of starts by the days that they lie on, in order. */
function* byDay(zone: string, spans: readonly Span[]): Generator<Span> {
  for (const { startMs, endMs } of spans)
    for (let day = dayOf(zone, startMs), from = startMs; from < endMs; day++) {
      const to = Math.min(endMs, startOfDay(zone, (day + 1) * dayMs))
      if (from < to) yield { startMs: from, endMs: to }
      from = Math.max(from, to)
    }
}

/** The moments at which an asset may become free for a task within a span: all of them, as far as nothing else changes. */
const openingsOf = (agenda: Agenda, task: Task, span: Span): number[] => [
  ...agenda.there.map(({ startMs }) => startMs),
  ...around(agenda, span).map((entry) => entry.endMs + apartMs(agenda, task, entry)[0]),
  periodOf(agenda, 'day', span.startMs).endMs,
]

/** Free times of a day: no time is feasible without one of these that is, on the same day and no later. */
const freeTimes = (task: Task, span: Span): number[] => {
  const moments = [
    span.startMs,
    ...task.needs.flatMap(({ able, turns }) => [
      ...able.flatMap((agenda) => openingsOf(agenda, task, span)),
      ...(turns ?? []).map(({ startMs }) => startMs),
    ]),
  ]
  const starts = new Set<number>()
  for (const moment of moments)
    for (const at of [up(moment, gridMs), up(moment, minutes(1))])
      if (span.startMs <= at && at < span.endMs) starts.add(at)
  // A moment off the grid comes after the next one on it: it is for what fits nowhere else.
  return [...starts].toSorted((a, b) => up(a, gridMs) - up(b, gridMs) || b - a)
}

export const always: Span = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY }

/**
 * When a task may start within its windows, the earliest day first; of a day's fixed times the one at which the fewest orders
 * begin, else the earliest. Somebody must have time then; that is not asked here.
 */
export function* startsOf(task: Task, s: Pick<State, 'beginning'>, within = always): Generator<number> {
  const { zone, starts } = task
  const spans = startSpans(task, within)
  if (!starts) {
    for (const span of byDay(zone, spans)) yield* freeTimes(task, span)
    return
  }
  const busy = (at: number): number => s.beginning.get(at) ?? 0
  for (const times of Map.groupBy(spans, ({ startMs }) => dayOf(zone, startMs)).values())
    yield* times.map(({ startMs }) => startMs).toSorted((a, b) => busy(a) - busy(b) || a - b)
}

/** Whether a task may start at a moment, as far as its windows go; its fixed times are windows each. */
export const mayStart = (task: Task, startMs: number): boolean =>
  startMs % minutes(1) === 0 &&
  task.windows.some((span) => span.startMs <= startMs && startMs + task.durationMs <= span.endMs)
