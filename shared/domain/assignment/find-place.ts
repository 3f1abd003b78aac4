import type { Span } from '../assets/opening-hours.ts'
import type { AssetId } from '../ids.ts'
import { type Agenda, busyMs, periodOf } from './agenda.ts'
import { becauseOf } from './because.ts'
import { match } from './match.ts'
import { obstacleTo } from './obstacle.ts'
import { always, mayStart, startsOf } from './starts.ts'
import type { Placed, State } from './state.ts'
import type { Task } from './task.ts'

/** A time at which a task may be done, by whom, and between how many each was chosen. */
export type Found = {
  readonly startMs: number
  readonly endMs: number
  readonly on: readonly { readonly agenda: Agenda; readonly free: number; readonly weekMs: number }[]
}

type Wanted = {
  /** Where its start must lie. */
  readonly within?: Span
  /** A start that is tried first. */
  readonly first?: number
  /** Whom it is to have: of these somebody comes before all others. */
  readonly of?: ReadonlySet<AssetId>
  /** What else must be true of a place. */
  readonly suits?: (found: Found) => boolean
}

/** Those who have least to do come first: hours of the week, then of the day; between equals the draw decides. */
const byLoad = (startMs: number, of: Wanted['of']) => {
  const loads = new Map<Agenda, readonly [number, number, number, number]>()
  const loadOf = (agenda: Agenda) => {
    const known = loads.get(agenda) ?? [
      of?.has(agenda.asset.id) ? 0 : 1,
      busyMs(agenda, periodOf(agenda, 'week', startMs)),
      busyMs(agenda, periodOf(agenda, 'day', startMs)),
      agenda.draw,
    ]
    loads.set(agenda, known)
    return known
  }
  return (one: Agenda, other: Agenda): number => {
    const [a, b] = [loadOf(one), loadOf(other)]
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]
  }
}

/** Who may do a task at a time; all requirements at once, each by another. */
const foundAt = (task: Task, startMs: number, of: Wanted['of']): Found | undefined => {
  const free: Agenda[][] = []
  for (const need of task.needs) {
    const able = need.able.filter((agenda) => obstacleTo(agenda, task, need, startMs) === undefined)
    if (able.length === 0) return undefined
    free.push(able)
  }
  const order = byLoad(startMs, of)
  const chosen = match(free.map((able) => able.toSorted(order)))
  return (
    chosen && {
      startMs,
      endMs: startMs + task.durationMs,
      on: chosen.map((agenda, need) => ({
        agenda,
        free: free[need]?.length ?? 0,
        weekMs: busyMs(agenda, periodOf(agenda, 'week', startMs)),
      })),
    }
  )
}

/** The first place of a task as things stand, the calendar left as it is. */
export const findPlace = (s: Pick<State, 'beginning'>, task: Task, wanted: Wanted = {}): Found | undefined => {
  const { within = always, first, of, suits = () => true } = wanted
  if (first !== undefined && mayStart(task, first)) {
    const found = foundAt(task, first, of)
    if (found && suits(found)) return found
  }
  for (const startMs of startsOf(task, s, within)) {
    const found = foundAt(task, startMs, of)
    if (found && suits(found)) return found
  }
  return undefined
}

/** A task at the place that was found for it. @param victim what made way for it there */
export const placedAt = (task: Task, found: Found, wave: Placed['wave'], victim?: Placed): Placed => ({
  task,
  startMs: found.startMs,
  endMs: found.endMs,
  on: found.on.map(({ agenda }, need) => ({ agenda, units: task.needs[need]?.want.units ?? 1 })),
  wave,
  because: becauseOf(task, found, victim),
})
