import { dayMs, instantOf, minutes } from '../time.ts'
import type { Ask } from './ask.ts'
import { type Violation, violation } from './violation.ts'

/** "From now on" takes a moment to arrive. */
const toleranceMs = minutes(1)

/** What is wrong with the time itself, whatever the asset. */
export const timeRules = ({ span, nowMs, horizonMs, operation, own }: Ask): Violation[] => {
  const { startMs, endMs } = span
  const found: Violation[] = []
  if (endMs <= startMs) found.push(violation('empty-interval', 'The end must be after the start.', { path: '/end' }))
  const moved = own === undefined || own.span.startMs !== startMs
  if (operation !== 'start' && moved && startMs < nowMs - toleranceMs)
    found.push(
      violation('in-the-past', `The start is in the past; it is ${instantOf(nowMs)} now. Book from now on, or later.`, {
        path: '/start',
      }),
    )
  // What goes on already may be given its end, as long as it lies ahead.
  if (!moved && endMs > startMs && endMs < nowMs - toleranceMs)
    found.push(
      violation('in-the-past', `The end would be in the past; it is ${instantOf(nowMs)} now.`, { path: '/end' }),
    )
  if (endMs > nowMs + horizonMs)
    found.push(
      violation(
        'beyond-horizon',
        `Nothing can be booked further than ${Math.round(horizonMs / dayMs)} days ahead, so until ${instantOf(nowMs + horizonMs)} for now.`,
        { path: '/end' },
      ),
    )
  return found
}
