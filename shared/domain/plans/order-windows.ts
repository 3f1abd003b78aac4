import { openSpans, type Span } from '../assets/opening-hours.ts'
import { startTimesIn } from '../orders/start-times.ts'
import { minutes, msOf } from '../time.ts'
import type { PlannedOrder } from './plan-input.ts'

/** Pieces of the hours of an order that are looked at. */
const mostWindows = 120
/** Times at which it may begin that are looked at. */
const mostStarts = 600

/** When an order may be done: within its own window and hours, the horizon, and after the freeze window; at its fixed times alone. */
export const windowsOf = ({ order, notBefore, notAfter }: PlannedOrder, span: Span, freezeMs: number): Span[] => {
  const startMs = Math.max(span.startMs, freezeMs, order.release ? msOf(order.release) : 0, notBefore ?? 0)
  const endMs = Math.min(span.endMs, order.due ? msOf(order.due) : span.endMs, notAfter ?? span.endMs)
  const { hours, starts } = order.constraints ?? {}
  const spans = openSpans(hours, { startMs, endMs }).slice(0, mostWindows)
  if (!starts) return spans
  const lengthMs = minutes(order.durationMinutes)
  return spans
    .flatMap((open) => startTimesIn(starts, { startMs: open.startMs, endMs: open.endMs - lengthMs + 1 }))
    .slice(0, mostStarts)
    .map((ms) => ({ startMs: ms, endMs: ms + lengthMs }))
}
