import { openSpans } from '../assets/opening-hours.ts'
import type { Reason } from '../errors.ts'
import type { Order } from '../orders/order.ts'
import { isStartTime } from '../orders/start-times.ts'
import { minutes, msOf } from '../time.ts'
import type { PlanItem } from './plan.ts'

/** What the window, the hours and the duration of an order say against a time. */
export const windowReasons = (
  { release, due, constraints, durationMinutes }: Order,
  item: Pick<PlanItem, 'start' | 'end'>,
): Reason[] => {
  const [startMs, endMs] = [msOf(item.start), msOf(item.end)]
  const reasons: Reason[] = []
  const say = (code: string, message: string): void => void reasons.push({ code, message, path: '/start' })
  if (endMs - startMs !== minutes(durationMinutes)) say('other-duration', `it takes ${durationMinutes} minutes by now`)
  if (release !== undefined && startMs < msOf(release)) say('before-release', `it must not start before ${release}`)
  if (due !== undefined && endMs > msOf(due)) say('after-due', `it must end by ${due}`)
  const inHours = openSpans(constraints?.hours, { startMs, endMs }).some(
    (span) => span.startMs === startMs && span.endMs === endMs,
  )
  const { starts } = constraints ?? {}
  if (starts && !isStartTime(starts, startMs))
    say('other-start', `it must begin at ${starts.times.join(', ')} (${starts.timeZone})`)
  if (!inHours) say('outside-hours', 'it must lie within its hours')
  return reasons
}
