import type { Closed } from '#domain/calendars/calendar.ts'
import { runIdRange, type ScheduleId, type WorkspaceId } from '#domain/ids.ts'
import { isLive } from '#domain/runs/live.ts'
import { hasDrive, type Run } from '#domain/runs/run.ts'
import {
  closureAt,
  closureInEnglish,
  exclusionAt,
  exclusionInEnglish,
  moveFrom,
  skipAt,
} from '#domain/schedules/exclusion.ts'
import type { LedgerRow } from '#domain/schedules/ledger-row.ts'
import type { Schedule } from '#domain/schedules/schedule.ts'
import { dayMs, hours, minutes, msOf } from '#domain/time.ts'
import type { World } from '../world.ts'

/** A firing takes up to a minute, and a little more. */
const settlingMs = minutes(2)
const lateMs = minutes(1)

/** How long after its time a run may be opened that stands for it: no catch-up window is longer. */
export const longestMs = hours(24 * 366)

/** What became of a time, and what tells it. */
export type Fate = Omit<LedgerRow, 'at' | 'local' | 'scheduleVersion'>

/** What became of a time that has a run. */
export const fateOfRun = (run: Run, slotMs: number): Fate => {
  const about = { runId: run.id }
  const startedMs = 'startedAt' in run && run.startedAt !== undefined ? msOf(run.startedAt) : undefined
  const late = startedMs === undefined ? {} : { lateSeconds: Math.round((startedMs - slotMs) / 1000) }
  if (isLive(run)) {
    if (hasDrive(run)) return { ...about, ...late, fate: 'ran', message: `It is ${run.status}.` }
    return { ...about, fate: 'waiting', ...(run.status === 'waiting' && { message: run.waiting.message }) }
  }
  const end = { outcome: run.outcome, reason: run.end.reason, message: run.end.message }
  if (run.outcome === 'skipped') return { ...about, ...end, fate: 'skipped' }
  if (run.trigger.kind === 'catch-up' || run.trigger.kind === 'backfill')
    return { ...about, ...end, ...late, fate: 'made-up' }
  if (startedMs === undefined && run.drive === undefined) return { ...about, ...end, fate: 'failed' }
  const isLate = startedMs !== undefined && startedMs - msOf(run.dueAt) > lateMs
  return { ...about, ...end, ...late, fate: isLate ? 'late' : 'ran' }
}

/** What became of a time without a run, by the schedule as it stood then. */
export const fateWithout = (
  schedule: Schedule,
  slotMs: number,
  { closed, keptFromMs, nowMs }: { readonly closed: Closed; readonly keptFromMs: number; readonly nowMs: number },
): Fate => {
  if (slotMs < keptFromMs) return { fate: 'forgotten' }
  const move = moveFrom(schedule.moves ?? [], slotMs)
  if (move) return { fate: 'moved', message: `${move.by} moved it to ${move.to}: ${move.note}` }
  const skip = skipAt(schedule.skips ?? [], slotMs)
  if (skip) return { fate: 'excluded', message: `${skip.by} took this time out: ${skip.note}` }
  const exclusion = exclusionAt([...(schedule.exclusions ?? []), ...closed.days], schedule.timeZone, slotMs)
  if (exclusion) return { fate: 'excluded', message: `It does not fire on ${exclusionInEnglish(exclusion)}.` }
  const closure = closureAt(closed.closures, slotMs)
  if (closure) return { fate: 'excluded', message: `It does not fire from ${closureInEnglish(closure)}.` }
  if (slotMs > nowMs) return { fate: 'to-come' }
  if (schedule.status !== 'active') {
    const why = 'stopped' in schedule ? `: ${schedule.stopped.note}` : '.'
    return { fate: 'stopped', message: `It was ${schedule.status}${why}` }
  }
  return nowMs - slotMs < settlingMs ? { fate: 'due' } : { fate: 'missed' }
}

/** From when on the runs of a workspace are kept, in milliseconds since the epoch. */
export const keptFrom = async (workspaceId: WorkspaceId, world: Pick<World, 'store' | 'clock'>): Promise<number> => {
  const workspace = await world.store.get('workspace', { id: workspaceId })
  return workspace?.retentionDays === undefined ? 0 : world.clock.now() - workspace.retentionDays * dayMs
}

/** Every run of the schedule that stands for a time between two moments. */
export const runsBetween = async (
  workspaceId: WorkspaceId,
  id: ScheduleId,
  fromMs: number,
  toMs: number,
  world: Pick<World, 'store'>,
): Promise<Run[]> => {
  const runs: Run[] = []
  let cursor: string | undefined
  do {
    const page = await world.store.runsOfSchedule(
      workspaceId,
      id,
      { limit: 100, cursor },
      runIdRange(fromMs, toMs + 1_000),
    )
    runs.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined && runs.length < 5_000)
  return runs
}

/** The run that stands for missed firings, by the time it has itself and the first that it stands for. */
export const standingFor = (runs: readonly Run[], slotMs: number): Run | undefined =>
  runs.find(({ trigger }) => {
    if (trigger.kind !== 'catch-up' || !trigger.standsFor) return false
    return msOf(trigger.standsFor.from) <= slotMs && slotMs < msOf(trigger.scheduledTime)
  })
