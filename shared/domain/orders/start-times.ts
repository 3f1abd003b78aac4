import type { Span } from '../assets/opening-hours.ts'
import { dayMs, minutes } from '../time.ts'
import { instantsOf, wallAt } from '../zone.ts'
import type { Starts } from './starts.ts'

const sinceMidnight = (time: string): number => minutes(Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))

/**
 * The moments within [startMs, endMs) at which something may begin, in order. A time that the clocks skip on a day is none of
 * them; of one that they show twice it is the first.
 */
export const startTimesIn = ({ timeZone, times }: Starts, { startMs, endMs }: Span): number[] => {
  const found: number[] = []
  const first = Math.floor(wallAt(timeZone, startMs) / dayMs) * dayMs - dayMs
  const last = wallAt(timeZone, endMs) + dayMs
  for (let midnight = first; midnight <= last; midnight += dayMs)
    for (const time of times) {
      const [ms] = instantsOf(timeZone, midnight + sinceMidnight(time))
      if (ms !== undefined && startMs <= ms && ms < endMs) found.push(ms)
    }
  return found.toSorted((a, b) => a - b)
}

export const isStartTime = (starts: Starts, ms: number): boolean =>
  startTimesIn(starts, { startMs: ms, endMs: ms + 1 }).length > 0
