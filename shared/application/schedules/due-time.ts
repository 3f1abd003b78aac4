import { Refusal } from '#domain/errors.ts'
import { dateInEnglish } from '#domain/schedules/english.ts'
import { momentOf } from '#domain/schedules/moment.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { msOf } from '#domain/time.ts'

export const refuseTime = (code: string, message: string, path: string): Refusal =>
  new Refusal('invalid', message, { reasons: [{ code, message, path }] })

/**
 * The time of a schedule that a person means, in milliseconds: the one that is named, which must be due, or else the next.
 * @throws Refusal `invalid` (no time, past, not due, nothing left)
 */
export const dueTimeOf = (schedule: Schedule, at: string | undefined, nowMs: number, path: string): number => {
  const window = windowOf(schedule)
  if (at === undefined) {
    const [next] = nextTimes(schedule.rule, nowMs, window, 1)
    if (next === undefined)
      throw refuseTime('never-fires', 'Nothing is left to take out: it does not fire any more.', path)
    return next
  }
  const moment = momentOf(at, schedule.timeZone)
  if (typeof moment !== 'string') throw refuseTime(moment.code, moment.message, path)
  const ms = msOf(moment)
  if (ms <= nowMs) throw refuseTime('in-the-past', `${at} has passed; what happened then is in the runs.`, path)
  const [due] = nextTimes(schedule.rule, ms - 1, { ...window, skips: [] }, 1)
  if (due === undefined || Math.floor(due / 1000) !== Math.floor(ms / 1000))
    throw refuseTime(
      'not-due',
      `It does not fire then.${due === undefined ? '' : ` The next time after it is ${dateInEnglish(due, schedule.timeZone)}, ${schedule.timeZone}.`}`,
      path,
    )
  return due
}
