import { localDay } from '../people/presence.ts'
import { hours } from '../time.ts'
import { type Agenda, busyMs, periodOf, startingIn } from './agenda.ts'
import { tellTime } from './because.ts'
import { type Obstacle, obstacles, obstacleTo } from './obstacle.ts'
import { startsOf } from './starts.ts'
import type { State } from './state.ts'
import type { Need, Task } from './task.ts'

/** What stands against somebody, where they were nearest to taking it; and when that was. */
type Against = { readonly agenda: Agenda; readonly obstacle: Obstacle; readonly startMs: number }

/** The nearest that each came to it; nobody who has time at one of these starts. */
const againstOf = (task: Task, need: Need, starts: readonly number[]): Against[] =>
  need.able.flatMap((agenda): Against[] => {
    let nearest: Against | undefined
    for (const startMs of starts) {
      const obstacle = obstacleTo(agenda, task, need, startMs)
      if (obstacle === undefined) return []
      if (!nearest || obstacles.indexOf(obstacle) > obstacles.indexOf(nearest.obstacle))
        nearest = { agenda, obstacle, startMs }
    }
    return nearest ? [nearest] : []
  })

const most = 3
const named = (some: readonly Against[]): string => {
  const names = some.slice(0, most).map(({ agenda }) => `"${agenda.asset.name}"`)
  return some.length > most ? `${names.join(', ')} and ${some.length - most} more` : names.join(', ')
}

/** What stands against somebody, with the numbers. */
const tellAgainst = (task: Task, { agenda, obstacle, startMs }: Against): string => {
  const { limits, timeOff = [] } = agenda.asset.person ?? {}
  const { perPersonPerDay } = task.planned.type ?? {}
  const day = localDay(agenda.zone, startMs)
  switch (obstacle) {
    case 'closed':
      return agenda.asset.person ? 'not at work long enough then' : 'not open long enough then'
    case 'left':
      return 'not here any more by then'
    case 'off': {
      const kind = timeOff.find(({ from, to }) => from <= day && day <= to)?.kind
      return kind === undefined ? 'away all of that time' : `away all of that time (${kind})`
    }
    case 'not-on-duty':
      return 'at work only when somebody else has the duty'
    case 'booked':
      return 'booked'
    case 'too-close':
      return 'too close to other work, with buffers and changeover'
    case 'gap':
      return 'without the gap to other work that one of the two types asks for'
    case 'type-limit':
      return `with as many of its type as somebody does a day (${perPersonPerDay})`
    case 'day-limit':
      return `with ${startingIn(agenda, periodOf(agenda, 'day', startMs)).length} of ${limits?.perDay} a day`
    case 'week-limit':
      return `with ${startingIn(agenda, periodOf(agenda, 'week', startMs)).length} of ${limits?.perWeek} in the week of ${day}`
    case 'hours-limit': {
      const used = Math.round((busyMs(agenda, periodOf(agenda, 'week', startMs)) / hours(1)) * 100) / 100
      return `with ${used} of ${limits?.hoursPerWeek} h in the week of ${day}`
    }
  }
}

const remedies: Record<Obstacle, string> = {
  closed: 'Give it more time or other hours, or let somebody work longer.',
  left: 'Qualify somebody else for it.',
  off: 'Give it more time, or qualify somebody else for it.',
  'not-on-duty': 'Change who has the duty, by an exception for that day, or give it more time.',
  booked: 'Give it more time, qualify somebody else for it, or move what stands there.',
  'too-close': 'Give it more time, or move what stands beside it.',
  gap: 'Give it more time, or put it there by hand: a person may override the gap.',
  'type-limit': 'Give it more time, or qualify somebody else for it.',
  'day-limit': 'Give it more time, qualify somebody else for it, or let a manager put it there by hand.',
  'week-limit': 'Give it more time, qualify somebody else for it, or let a manager put it there by hand.',
  'hours-limit': 'Give it more time, qualify somebody else for it, or let a manager put it there by hand.',
}

const tellNeed = ({ want, able }: Need): string => {
  if ('duty' in want) return `${able.length} ever have duty "${want.duty}"`
  if ('capability' in want) return `${able.length} can do "${want.capability}"`
  return 'assetId' in want ? `it asks for this one` : `${able.length} are in its group`
}

export type Nobody = { readonly message: string; readonly remedy: string }

/**
 * Why nobody can take an order at any of the times at which it may start, with all else as it stands. Undefined where it may start
 * at no time, whoever does it.
 */
export const tellNobody = (s: Pick<State, 'beginning'>, task: Task): Nobody | undefined => {
  const starts = [...startsOf(task, s)].toSorted((a, b) => a - b)
  const [first] = starts
  if (first === undefined) return undefined
  const by = `from ${tellTime(task, task.windows[0]?.startMs ?? first)} to ${tellTime(task, task.windows.at(-1)?.endMs ?? first)}`
  for (const need of task.needs) {
    const against = againstOf(task, need, starts)
    if (against.length < need.able.length) continue
    const groups = [...Map.groupBy(against, (one) => tellAgainst(task, one))].toSorted(
      (a, b) => b[1].length - a[1].length,
    )
    const told = groups.map(([what, some]) => `${some.length} ${what} (${named(some)})`)
    const obstacle = groups[0]?.[1][0]?.obstacle ?? 'booked'
    return {
      message: `Nobody has time for it ${by}. Of those who may, ${tellNeed(need)}: ${told.join('; ')}.`,
      remedy: remedies[obstacle],
    }
  }
  return {
    message: `Everything that it needs is free at some time ${by}, but never all at once.`,
    remedy: 'Give it more time, or let more people or assets do what it needs.',
  }
}
