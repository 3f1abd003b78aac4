import { mayRun } from '#domain/runs/may-run.ts'
import { type EndReason, isLive, type LiveRun, type Outcome } from '#domain/runs/run.ts'
import { exclusionAt, exclusionInEnglish, skipAt } from '#domain/schedules/exclusion.ts'
import { type Schedule, windowOf } from '#domain/schedules/schedule.ts'
import { instantOf, msOf } from '#domain/time.ts'
import type { World } from '../world.ts'

export type Closed = { readonly outcome: Outcome; readonly reason: EndReason; readonly message: string }

const closed = (outcome: Outcome, reason: EndReason, message: string): Closed => ({ outcome, reason, message })

const ofSchedule = (run: LiveRun, schedule: Schedule | undefined): Closed | undefined => {
  if (run.scheduleId === undefined) return undefined
  if (!schedule) return closed('skipped', 'schedule-not-active', 'The schedule was deleted.')
  if (!mayRun(schedule, run.trigger))
    return closed(
      'skipped',
      'schedule-not-active',
      `Schedule "${schedule.name}" is ${schedule.status}, so nothing was started.`,
    )
  if (run.trigger.kind !== 'schedule') return undefined
  const { startMs, endMs } = windowOf(schedule)
  const due = msOf(run.trigger.scheduledTime)
  // EventBridge tells times in whole seconds.
  if (due < Math.floor(startMs / 1000) * 1000 || (endMs !== undefined && due > endMs))
    return closed(
      'skipped',
      'outside-window',
      `It was due at ${run.dueAt}, outside the start and end of schedule "${schedule.name}".`,
    )
  const skip = skipAt(schedule.skips ?? [], due)
  if (skip) return closed('skipped', 'excluded', `${skip.by} took this time out: ${skip.note}`)
  const exclusion = exclusionAt(schedule.exclusions ?? [], schedule.timeZone, due)
  if (exclusion)
    return closed(
      'skipped',
      'excluded',
      `Schedule "${schedule.name}" does not fire on ${exclusionInEnglish(exclusion)}, by the calendar of ${schedule.timeZone}.`,
    )
  return undefined
}

const ofTime = (run: LiveRun, nowMs: number): Closed | undefined => {
  if (nowMs <= msOf(run.notAfter)) return undefined
  const late = `It could start until ${run.notAfter}; it is ${instantOf(nowMs)} now.`
  if (run.status === 'pending') return closed('skipped', 'too-late', `It was due at ${run.dueAt}. ${late}`)
  const busy = run.status === 'waiting' && run.waiting.reason === 'assets-busy' ? run.waiting.message : undefined
  return closed('failed', busy ? 'assets-busy' : 'too-late', busy ? `${busy} ${late}` : late)
}

const ofOverlap = async (
  run: LiveRun,
  schedule: Schedule | undefined,
  world: Pick<World, 'store'>,
): Promise<Closed | undefined> => {
  if (schedule?.overlap !== 'skip' || run.status !== 'pending' || run.trigger.kind !== 'schedule') return undefined
  const live = await world.store.liveRunsOfSchedule(run.workspaceId, schedule.id)
  const other = live.find((candidate) => candidate.id !== run.id && isLive(candidate))
  return other && closed('skipped', 'overlap', `Run ${other.id} of the same schedule was still ${other.status}.`)
}

/** The first reason, in the order in which a person would give them, not to start this run at all; undefined if there is none. */
export const closedGate = async (
  run: LiveRun,
  schedule: Schedule | undefined,
  world: Pick<World, 'store' | 'clock'>,
): Promise<Closed | undefined> => {
  if (run.abort) return closed('aborted', 'abort-requested', run.abort.note ?? 'It was stopped before it started.')
  return ofSchedule(run, schedule) ?? ofTime(run, world.clock.now()) ?? (await ofOverlap(run, schedule, world))
}
