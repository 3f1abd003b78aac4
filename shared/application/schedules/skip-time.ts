import { actorName } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import { skipAt } from '#domain/schedules/exclusion.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf, msOf } from '#domain/time.ts'
import type { Expected } from '../common/change-document.ts'
import { cannot, changeAndArm, type ScheduleAddress, type ScheduleWorld } from './change-and-arm.ts'
import { dueTimeOf } from './due-time.ts'

const mostSkips = 50

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
        const ms = dueTimeOf(current, input.at, nowMs, '/at')
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
