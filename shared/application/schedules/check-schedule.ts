import type { Reason } from '#domain/errors.ts'
import { Refusal } from '#domain/errors.ts'
import type { CalendarId, WorkspaceId } from '#domain/ids.ts'
import { nextTimes } from '#domain/schedules/next-times.ts'
import type { Rule } from '#domain/schedules/rule.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { instantOf, msOf, seconds } from '#domain/time.ts'
import { closedFor } from '../calendars/closed-for.ts'
import type { World } from '../world.ts'
import { checkRule } from './check-rule.ts'

/** What decides when a schedule fires, as a person writes it. */
export type Timing = Pick<
  Schedule,
  'workspaceId' | 'rule' | 'timeZone' | 'startAt' | 'endAt' | 'exclusions' | 'calendars' | 'jitterSeconds'
>

/** Times between which the shortest distance is looked for. */
const looked = 50

const jitterReasons = (timing: Timing, rule: Rule, nowMs: number): Reason[] => {
  const { jitterSeconds } = timing
  if (jitterSeconds === undefined) return []
  const times = nextTimes(rule, nowMs, windowOf(timing), looked)
  const shortest = Math.min(...times.slice(1).map((at, index) => at - (times[index] ?? at)))
  if (!(seconds(jitterSeconds) >= shortest)) return []
  return [
    {
      code: 'jitter-too-long',
      message: `A chance delay of up to ${jitterSeconds} s could reach the next time, which is ${shortest / 1000} s later. Make it shorter than that.`,
      path: '/jitterSeconds',
    },
  ]
}

const calendarReasons = async (
  workspaceId: WorkspaceId,
  calendars: readonly CalendarId[],
  world: Pick<World, 'store'>,
): Promise<Reason[]> => {
  const found = await world.store.getMany(
    'calendar',
    calendars.map((id) => ({ workspaceId, id })),
  )
  return calendars.flatMap((id, index) =>
    found[index]?.status === 'active'
      ? []
      : [
          {
            code: 'no-calendar',
            message: `There is no calendar ${id} in this workspace, or it is archived. List calendars to see which there are.`,
            path: `/calendars/${index}`,
          },
        ],
  )
}

/**
 * The timing of a schedule as it will be stored: its rule in its one form, its window in whole seconds.
 * @throws Refusal `invalid` with all reasons: what would never fire is refused when it is written
 */
export const checkTiming = async <T extends Timing>(
  timing: T,
  world: Pick<World, 'store' | 'clock'>,
): Promise<Pick<T, 'rule' | 'startAt'>> => {
  const nowMs = world.clock.now()
  const { workspaceId, calendars = [] } = timing
  const closed = await closedFor({ workspaceId, calendars }, world)
  const { rule } = checkRule({ ...timing, calendarDays: closed.days, closures: closed.closures }, nowMs)
  const reasons = [...(await calendarReasons(workspaceId, calendars, world)), ...jitterReasons(timing, rule, nowMs)]
  if (reasons.length > 0)
    throw new Refusal('invalid', 'The schedule cannot be kept as it is written. See the reasons.', { reasons })
  // EventBridge tells times in whole seconds, so all times of a schedule lie on them.
  return { rule, startAt: instantOf(Math.floor(msOf(timing.startAt) / 1000) * 1000) }
}
