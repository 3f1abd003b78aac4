import type { Actor } from '#domain/audit/entry.ts'
import { Refusal } from '#domain/errors.ts'
import type { ScheduleId, WorkspaceId } from '#domain/ids.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { instantOf } from '#domain/time.ts'
import { changeDocument, type Expected, touched } from '../common/change-document.ts'
import { armingChange, settleSoon } from '../timetable/arm-schedule.ts'
import type { Change, World } from '../world.ts'

export type ScheduleAddress = { readonly workspaceId: WorkspaceId; readonly id: ScheduleId; readonly actor: Actor }
export type ArmWorld = Pick<World, 'store' | 'clock' | 'ids' | 'timetable'>
export type ScheduleWorld = ArmWorld & Pick<World, 'parameters'>

/** What decides when it fires. Fields of the rule in a fixed order, because a store may give them back in another. */
const timingOf = (schedule: Schedule): string => {
  const { status, rule, timeZone, startAt, endAt, moves } = schedule
  const until = schedule.status === 'paused' ? schedule.stopped.until : undefined
  return JSON.stringify([status, until, Object.entries(rule).sort(), timeZone, startAt, endAt, moves])
}

/**
 * One person's change of a schedule. Where it changes when the schedule fires, firings of the old arming are void from now
 * on (the generation grows) and the entry at EventBridge Scheduler has to follow; a new name voids nothing.
 */
export const changeAndArm = async (
  of: ScheduleAddress & {
    readonly version: Expected
    readonly action: string
    readonly note?: string | undefined
    readonly change: (current: Schedule) => Promise<Schedule> | Schedule
    /** What else belongs into the transaction. */
    readonly more?: (before: Schedule, after: Schedule) => Promise<readonly Change[]>
  },
  world: ArmWorld,
): Promise<Schedule> => {
  let rearm = false
  const after = await changeDocument(
    'schedule',
    {
      ...of,
      change: async (current) => {
        ofSlot(current)
        const wanted = await of.change(current)
        if (wanted === current) return current
        const retimed = timingOf(wanted) !== timingOf(current)
        rearm = retimed || wanted.settings.startWithinSeconds !== current.settings.startWithinSeconds
        return {
          ...wanted,
          generation: retimed ? current.generation + 1 : current.generation,
          ...touched(of.actor, world),
        }
      },
      more: async (before, after) => {
        const others = (await of.more?.(before, after)) ?? []
        if (!rearm) return others
        const { workspaceId, id } = after
        const arming = await world.store.get('arming', { workspaceId, scheduleId: id })
        return [...others, armingChange({ workspaceId, id }, arming, instantOf(world.clock.now()))]
      },
    },
    world,
  )
  if (rearm) await settleSoon(after, world)
  return after
}

/** What starts the run of a slot is changed with the slot, or its time would be held for nothing. @throws Refusal `invalid_state` */
export const ofSlot = (schedule: Schedule): void => {
  if (schedule.slotId === undefined || schedule.status !== 'active') return
  throw new Refusal(
    'invalid_state',
    `This schedule starts the run of slot ${schedule.slotId}. Cancel that, or plan anew.`,
    {
      current: schedule,
    },
  )
}

/** What cannot be done in this state, and what can. */
export const cannot = (schedule: Schedule, what: string): Refusal => {
  const instead = {
    active: 'Pause it to stop it.',
    paused: 'Resume it to let it fire again.',
    recovery: 'Look at its last run and at the instrument, then recover it.',
    completed: 'Nothing is left to fire; change its rule, or create a new one.',
    archived: 'Restore it, or create a new one.',
  }[schedule.status]
  return new Refusal(
    'invalid_state',
    `Schedule "${schedule.name}" is ${schedule.status} and cannot be ${what}. ${instead}`,
    { current: schedule },
  )
}
