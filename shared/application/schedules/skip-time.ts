import { actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { dateInEnglish } from '#domain/schedules/english.ts'
import { skipAt } from '#domain/schedules/exclusion.ts'
import { momentOf } from '#domain/schedules/moment.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { instantOf, msOf } from '#domain/time.ts'
import type { Expected } from '../common/change-document.ts'
import { cannot, changeAndArm, type ScheduleAddress, type ScheduleWorld } from './change-and-arm.ts'

const mostSkips = 50

const refuse = (code: string, message: string): Refusal =>
  new Refusal('invalid', message, { reasons: [{ code, message, path: '/at' }] })

/** The time to take out, in milliseconds: the one that was named, which must be due, or else the next. */
const timeOf = (schedule: Schedule, at: string | undefined, nowMs: number): number => {
  const window = windowOf(schedule)
  if (at === undefined) {
    const [next] = nextTimes(schedule.rule, nowMs, window, 1)
    if (next === undefined) throw refuse('never-fires', 'Nothing is left to take out: it does not fire any more.')
    return next
  }
  const moment = momentOf(at, schedule.timeZone)
  if (typeof moment !== 'string') throw refuse(moment.code, moment.message)
  const ms = msOf(moment)
  if (ms <= nowMs) throw refuse('in-the-past', `${at} has passed; what happened then is in the runs.`)
  const [due] = nextTimes(schedule.rule, ms - 1, { ...window, skips: [] }, 1)
  if (due === undefined || Math.floor(due / 1000) !== Math.floor(ms / 1000))
    throw refuse(
      'not-due',
      `It does not fire then.${due === undefined ? '' : ` The next time after it is ${dateInEnglish(due, schedule.timeZone)}, ${schedule.timeZone}.`}`,
    )
  return due
}

/**
 * Takes one time out of a schedule: the next, or the one that is named. What is due then is recorded as skipped, with the
 * note. Prepare looks at it in the very transaction that starts a run, so it is never too late by a moment. Twice is success.
 * @throws Refusal `not_found`, `stale_version`, `invalid` (not due, past), `invalid_state` (not active), `limit_exceeded`
 */
export const skipTime = (
  input: ScheduleAddress & {
    readonly version: Expected
    /** A moment, or a wall time in the zone of the schedule; the next time where it is left out. */
    readonly at?: string | undefined
    readonly note: string
  },
  world: ScheduleWorld,
): Promise<Schedule> =>
  changeAndArm(
    {
      ...input,
      action: 'schedule.time-skipped',
      change: (current) => {
        if (current.status !== 'active') throw cannot(current, 'told to skip a time')
        const nowMs = world.clock.now()
        const ms = timeOf(current, input.at, nowMs)
        const coming = (current.skips ?? []).filter(({ at }) => msOf(at) > nowMs)
        if (skipAt(coming, ms)) return current
        if (coming.length >= mostSkips)
          throw new Refusal('limit_exceeded', `At most ${mostSkips} times can be taken out; exclude days instead.`)
        const skip = { at: instantOf(ms), note: input.note, by: actorName(input.actor) }
        return { ...current, skips: [...coming, skip].sort((a, b) => (a.at < b.at ? -1 : 1)) }
      },
    },
    world,
  )
