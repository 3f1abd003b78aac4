import { localDay } from '../people/presence.ts'
import { hours, instantOf } from '../time.ts'
import { localTime } from '../zone.ts'
import type { Found } from './find-place.ts'
import type { Placed } from './state.ts'
import type { Task } from './task.ts'

export const nameOf = ({ planned }: Task): string => `"${planned.order.name}"`
export const tellTime = ({ zone }: Task, ms: number): string => `${localTime(zone, ms)} (${zone})`
export const tellDue = ({ planned: { order }, dueMs }: Task): string =>
  order.due === undefined ? 'has no date by which it is due' : `is due ${instantOf(dueMs)}`

const rounded = (ms: number): number => Math.round((ms / hours(1)) * 100) / 100

/** So many of those who do it at once are told of. */
const mostTold = 6

/** Why each of those who do it. */
const whyThese = ({ needs }: Task, { on, startMs }: Found): string[] =>
  on.slice(0, mostTold).flatMap(({ agenda: { asset, zone }, free, weekMs }, index) => {
    const need = needs[index]
    if (!need || 'assetId' in need.want) return []
    const name = `"${asset.name}"`
    if ('duty' in need.want) return [`${name} has ${need.want.duty} on ${localDay(zone, startMs)}.`]
    if (free === 1) return [`${name} alone has time then, of ${need.able.length} who may do it.`]
    const load = `${rounded(weekMs)} h in that week`
    return [
      needs.length === 1
        ? `${name} has the least to do of ${free} who have time then: ${load}.`
        : `${name} is one of ${free} who have time then: ${load}.`,
    ]
  })

/** Why a task is done by these and then, for people. @param victim what made way for it there */
export const becauseOf = (task: Task, found: Found, victim?: Placed): string[] => {
  const at = tellTime(task, found.startMs)
  const then = task.starts
    ? `${at} is on the first day on which there is room, at the time of day at which the fewest begin.`
    : `${at} is the first time at which there is room.`
  const told = victim
    ? [`${nameOf(victim.task)}, which ${tellDue(victim.task)}, makes way for it: ${at}.`]
    : [...whyThese(task, found), then]
  return [...told, ...(task.bond === undefined ? [] : [task.bond])]
}
