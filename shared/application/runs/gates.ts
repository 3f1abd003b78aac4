import { mayRun } from '#domain/runs/may-run.ts'
import { type EndReason, isBuffered, isOfRule, type LiveRun, type Outcome } from '#domain/runs/run.ts'
import {
  closureAt,
  closureInEnglish,
  exclusionAt,
  exclusionInEnglish,
  moveFrom,
  moveTo,
  skipAt,
} from '#domain/schedules/exclusion.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { instantOf, msOf } from '#domain/time.ts'
import { stopFor } from '#domain/workspaces/stop.ts'
import type { World } from '../world.ts'
import type { Circumstances } from './circumstances.ts'

export type Closed = { readonly outcome: Outcome; readonly reason: EndReason; readonly message: string }

const closed = (outcome: Outcome, reason: EndReason, message: string): Closed => ({ outcome, reason, message })

/** Why a time of a schedule is none on which it fires; undefined where it is one. */
const ofSlot = (schedule: Schedule, due: number, { closed: calendars }: Circumstances): Closed | undefined => {
  const window = windowOf(schedule, calendars)
  // EventBridge tells times in whole seconds.
  if (due < Math.floor(window.startMs / 1000) * 1000 || (window.endMs !== undefined && due > window.endMs))
    return closed(
      'skipped',
      'outside-window',
      `It was due at ${instantOf(due)}, outside the start and end of schedule "${schedule.name}".`,
    )
  const moved = moveFrom(schedule.moves ?? [], due)
  if (moved) return closed('skipped', 'excluded', `${moved.by} moved this time to ${moved.to}: ${moved.note}`)
  const skip = skipAt(schedule.skips ?? [], due)
  if (skip) return closed('skipped', 'excluded', `${skip.by} took this time out: ${skip.note}`)
  // A person chose the new time of what was moved, so it stands on an excluded day too.
  if (moveTo(schedule.moves ?? [], due)) return undefined
  const exclusion = exclusionAt(window.exclusions ?? [], schedule.timeZone, due)
  if (exclusion)
    return closed(
      'skipped',
      'excluded',
      `Schedule "${schedule.name}" does not fire on ${exclusionInEnglish(exclusion)}, by the calendar of ${schedule.timeZone}.`,
    )
  const closure = closureAt(window.closures ?? [], due)
  if (closure)
    return closed('skipped', 'excluded', `Schedule "${schedule.name}" does not fire from ${closureInEnglish(closure)}.`)
  return undefined
}

const ofSchedule = (run: LiveRun, schedule: Schedule | undefined, around: Circumstances): Closed | undefined => {
  if (run.scheduleId === undefined) return undefined
  if (!schedule) return closed('skipped', 'schedule-not-active', 'The schedule was deleted.')
  if (!mayRun(schedule, run.trigger))
    return closed(
      'skipped',
      'schedule-not-active',
      `Schedule "${schedule.name}" is ${schedule.status}, so nothing was started.`,
    )
  return isOfRule(run.trigger) ? ofSlot(schedule, msOf(run.trigger.scheduledTime), around) : undefined
}

const ofSwitch = (schedule: Schedule | undefined, { workspace }: Circumstances): Closed | undefined => {
  const stop = stopFor(workspace?.stops, schedule?.tags)
  return stop && closed('skipped', 'stopped-by-switch', `${stop.by} switched it off at ${stop.since}: ${stop.note}`)
}

/** How a run has failed that waited for something until it was too late. */
const waitedFor: Partial<Record<string, EndReason>> = {
  'assets-busy': 'assets-busy',
  gate: 'gate-closed',
  capacity: 'capacity-exhausted',
}

const ofEmergency = ({ workspace }: Circumstances): Closed | undefined => {
  const stop = workspace?.emergencyStop
  return (
    stop &&
    closed(
      'skipped',
      'emergency-stop',
      `An emergency stop of the whole workspace is on since ${stop.since} (${stop.by}: ${stop.note}).`,
    )
  )
}

const ofTime = (run: LiveRun, nowMs: number): Closed | undefined => {
  if (nowMs <= msOf(run.notAfter)) return undefined
  const late = `It could start until ${run.notAfter}; it is ${instantOf(nowMs)} now.`
  if (run.status === 'pending') return closed('skipped', 'too-late', `It was due at ${run.dueAt}. ${late}`)
  if (run.status === 'waiting' && isBuffered(run))
    return closed('skipped', 'overlap', `${run.waiting.message} They did not end in time. ${late}`)
  const waited = run.status === 'waiting' ? waitedFor[run.waiting.reason] : undefined
  return waited && run.status === 'waiting'
    ? closed('failed', waited, `${run.waiting.message} ${late}`)
    : closed('failed', 'too-late', late)
}

/** The first reason, in the order in which a person would give them, not to start this run at all; undefined if there is none. */
export const closedGate = (
  run: LiveRun,
  schedule: Schedule | undefined,
  around: Circumstances,
  world: Pick<World, 'clock'>,
): Closed | undefined => {
  if (run.abort) return closed('aborted', 'abort-requested', run.abort.note ?? 'It was stopped before it started.')
  return (
    ofEmergency(around) ??
    ofSchedule(run, schedule, around) ??
    ofSwitch(schedule, around) ??
    ofTime(run, world.clock.now())
  )
}
