import type { Span } from '../assets/opening-hours.ts'
import { isStartTime, startTimesIn } from '../orders/start-times.ts'
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

/** The wall times of midnight of the days that spans lie on, in order, each once. */
const midnights = (zone: string, spans: readonly Span[]): number[] => {
  const days = new Set<number>()
  for (const { startMs, endMs } of spans) {
    const last = Math.floor(wallAt(zone, endMs - 1) / dayMs)
    for (let day = Math.floor(wallAt(zone, startMs) / dayMs); day <= last; day++) days.add(day * dayMs)
  }
  return [...days].toSorted((a, b) => a - b)
}

const isIn = (spans: readonly Span[], ms: number): boolean =>
  spans.some(({ startMs, endMs }) => startMs <= ms && ms < endMs)

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
  for (const midnight of midnights(zone, spans)) {
    const [from, to] = [startOfDay(zone, midnight), startOfDay(zone, midnight + dayMs)]
    if (starts) {
      const busy = (at: number): number => s.beginning.get(at) ?? 0
      const times = startTimesIn(starts, { startMs: from, endMs: to }).filter((at) => isIn(spans, at))
      yield* times.toSorted((a, b) => busy(a) - busy(b) || a - b)
      continue
    }
    for (const { startMs, endMs } of spans) {
      const span = { startMs: Math.max(startMs, from), endMs: Math.min(endMs, to) }
      if (span.startMs < span.endMs) yield* freeTimes(task, span)
    }
  }
}

/** Whether a task may start at a moment, as far as its windows and fixed times go. */
export const mayStart = (task: Task, startMs: number): boolean => {
  if (!isIn(startSpans(task, always), startMs)) return false
  return task.starts ? isStartTime(task.starts, startMs) : startMs % minutes(1) === 0
}
