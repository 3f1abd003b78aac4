import type { Actor } from '#domain/audit/entry.ts'
import type { EndDecision } from '#domain/runs/decide-end.ts'
import { isOfRule, type LiveRun } from '#domain/runs/run.ts'
import type { Arming, Schedule } from '#domain/schedules/schedule.ts'
import { instantOf } from '#domain/time.ts'
import { auditOf } from '../common/audit.ts'
import { armingChange } from '../timetable/arm-schedule.ts'
import type { Change, World } from '../world.ts'
import { failedInARow } from './failed-in-a-row.ts'

type Ending = Extract<EndDecision, { kind: 'end' }>

/** What the end of a run means for its schedule. */
export type ScheduleFacts = {
  /** It pauses by itself at this failure. */
  readonly pauses: boolean
  /** It goes into recovery at this failure. */
  readonly fails: boolean
  /** It has started as many runs as it may. */
  readonly usedUp: boolean
  /** Its arming, where its entry at EventBridge Scheduler may have to follow. */
  readonly arming: Arming | undefined
}

const nothing: ScheduleFacts = { pauses: false, fails: false, usedUp: false, arming: undefined }

export const readScheduleFacts = async (
  run: LiveRun,
  { outcome, end, recovery }: Pick<Ending, 'outcome' | 'end' | 'recovery'>,
  schedule: Schedule | undefined,
  world: Pick<World, 'store'>,
): Promise<ScheduleFacts> => {
  if (schedule?.status !== 'active') return nothing
  const address = { workspaceId: run.workspaceId, scheduleId: schedule.id }
  const { pauseAfterFailures, recovery: rule } = schedule.settings
  const failed = outcome === 'failed'
  const [pauses, fails] = failed
    ? await Promise.all([
        failedInARow(run, schedule, pauseAfterFailures, world),
        failedInARow(run, schedule, rule?.afterFailures, world),
      ])
    : [false, false]
  const counts = schedule.maxRuns !== undefined && isOfRule(run.trigger) && outcome !== 'skipped'
  const fired = counts ? ((await world.store.get('scheduleStats', address))?.fired ?? 0) + 1 : 0
  const usedUp = end.reason === 'runs-used-up' || (schedule.maxRuns !== undefined && fired >= schedule.maxRuns)
  const stops =
    recovery !== undefined || pauses || fails || usedUp || (schedule.rule.kind === 'at' && isOfRule(run.trigger))
  return { pauses, fails, usedUp, arming: stops ? await world.store.get('arming', address) : undefined }
}

/** A schedule that fires no more says so, and that its entry at EventBridge Scheduler has to go. */
export const scheduleChanges = (
  { run, schedule, about }: { run: LiveRun; schedule: Schedule | undefined; about: ScheduleFacts },
  decision: Ending,
  actor: Actor,
  world: Pick<World, 'clock' | 'ids'>,
): Change[] => {
  if (schedule?.status !== 'active') return []
  const at = instantOf(world.clock.now())
  const by = `system:${run.id}`
  const base = { ...schedule, version: schedule.version + 1, updatedAt: at, updatedBy: by }
  const put = (after: Schedule, action: string): Change[] => [
    { type: 'put', kind: 'schedule', value: after, expect: schedule.version },
    auditOf(world, { workspaceId: run.workspaceId, subject: schedule.id, action, actor, before: schedule, after }),
    ...(about.arming ? [armingChange(schedule, about.arming, at)] : []),
  ]
  if (decision.recovery || about.fails) {
    const failures = decision.recovery
      ? ''
      : ` It is the last of ${schedule.settings.recovery?.afterFailures} in a row.`
    const note = `Run ${run.id}: ${decision.end.message}${failures}`
    return put(
      { ...base, status: 'recovery', stopped: { since: at, by, note: note.slice(0, 500) } },
      'schedule.recovery-required',
    )
  }
  if (about.pauses) {
    const note = `Paused by itself after ${schedule.settings.pauseAfterFailures} failed runs in a row; the last was ${run.id}: ${decision.end.message}`
    return put({ ...base, status: 'paused', stopped: { since: at, by, note: note.slice(0, 500) } }, 'schedule.paused')
  }
  if (about.usedUp || (schedule.rule.kind === 'at' && run.trigger.kind === 'schedule'))
    return put({ ...base, status: 'completed' }, 'schedule.completed')
  return []
}
