import { actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { dateInEnglish } from '#domain/schedules/english.ts'
import { moveFrom } from '#domain/schedules/exclusion.ts'
import { momentOf } from '#domain/schedules/moment.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { instantOf, msOf } from '#domain/time.ts'
import type { Expected } from '../common/change-document.ts'
import { cannot, changeAndArm, type ScheduleAddress, type ScheduleWorld } from './change-and-arm.ts'
import { dueTimeOf, refuseTime } from './due-time.ts'

const mostMoves = 50

/** The moment to move to; it must lie ahead, and nothing may fire then already. */
const targetOf = (schedule: Schedule, to: string, nowMs: number): number => {
  const moment = momentOf(to, schedule.timeZone)
  if (typeof moment !== 'string') throw refuseTime(moment.code, moment.message, '/to')
  const ms = msOf(moment)
  if (ms <= nowMs) throw refuseTime('in-the-past', `${to} has passed; choose a later time.`, '/to')
  const [there] = nextTimes(schedule.rule, ms - 1, windowOf(schedule), 1)
  if (there === ms)
    throw refuseTime(
      'fires-already',
      `It fires at ${dateInEnglish(ms, schedule.timeZone)} already; skip the other time instead of moving it there.`,
      '/to',
    )
  return ms
}

/**
 * Puts one time elsewhere: the next, or the one that is named. What was due is recorded as moved; the run at the new time is a
 * firing like any other. Moving it again moves it from where it stood by the rule.
 * @throws Refusal `not_found`, `stale_version`, `invalid` (not due, past, taken), `invalid_state` (not active), `limit_exceeded`
 */
export const moveTime = (
  input: ScheduleAddress & {
    readonly version: Expected
    /** A moment, or a wall time in the zone of the schedule; the next time where it is left out. */
    readonly from?: string | undefined
    readonly to: string
    readonly note: string
  },
  world: ScheduleWorld,
): Promise<Schedule> =>
  changeAndArm(
    {
      ...input,
      action: 'schedule.time-moved',
      change: (current) => {
        if (current.status !== 'active') throw cannot(current, 'told to move a time')
        const nowMs = world.clock.now()
        const coming = (current.moves ?? []).filter(({ from, to }) => Math.max(msOf(from), msOf(to)) > nowMs)
        const due = dueTimeOf({ ...current, moves: [] }, input.from, nowMs, '/from')
        const others = coming.filter((move) => move !== moveFrom(coming, due))
        const to = targetOf({ ...current, moves: others }, input.to, nowMs)
        if (others.length >= mostMoves)
          throw new Refusal('limit_exceeded', `At most ${mostMoves} times can be moved; change the rule instead.`)
        const move = { from: instantOf(due), to: instantOf(to), note: input.note, by: actorName(input.actor) }
        return { ...current, moves: [...others, move].sort((a, b) => (a.from < b.from ? -1 : 1)) }
      },
    },
    world,
  )
